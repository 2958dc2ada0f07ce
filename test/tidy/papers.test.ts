import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { files, read, repository } from './source-text.ts';

const manifest = z
  .object({
    version: z.string(),
    license: z.string(),
    scripts: z.record(z.string(), z.string()),
    dependencies: z.record(z.string(), z.string()),
  })
  .parse(JSON.parse(read('package.json')));
const readme = read('README.md');
const builtIn = ['pack', 'ci', 'install'];

/** Rows of the table under `## The path of one disclosure`: step number and the cell with its files. */
function pathTable(): { readonly step: number; readonly files: readonly string[] }[] {
  const section = readme.split('## The path of one disclosure')[1]?.split('\n## ')[0] ?? '';
  return [...section.matchAll(/^\| (\d+) \|(.*)$/gm)].map(([, step, rest]) => ({
    step: Number(step),
    files: [...(rest ?? '').matchAll(/`((?:src|policies|migrations)\/[^`]+)`/g)].map(([, path]) => path ?? ''),
  }));
}

/** Code blocks and spans of a paper; lines of a script that are neither comment nor message. */
function commandsIn(path: string): string {
  const text = read(path);
  if (path.endsWith('.md')) return (text.match(/```[\s\S]*?```|`[^`\n]+`/g) ?? []).join('\n');
  return text
    .split('\n')
    .filter((line) => !/^\s*(#|printf|echo)/.test(line))
    .join('\n');
}

describe('the README', () => {
  test('tells the path in eleven steps, each with a file', () => {
    const rows = pathTable();
    expect(rows.map((row) => row.step)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
    expect(rows.filter((row) => row.files.length === 0)).toEqual([]);
  });

  test.each(pathTable().flatMap((row) => row.files))('names %s, which is there', (path) => {
    expect(existsSync(join(repository, path))).toBe(true);
  });

  test.each(files(['*.md', 'docs/**/*.md']))('%s links only to files that are there', (path) => {
    const links = [...read(path).matchAll(/\]\((?!https?:|mailto:|#)([^)#]+)/g)].map(([, target]) => target ?? '');
    const absent = links.filter((link) => !existsSync(join(repository, path, '..', link)));
    expect(absent).toEqual([]);
  });

  test.each(['README.md', 'CONTRIBUTING.md', '.ci/run'])('%s names npm commands that exist', (path) => {
    const named = [...commandsIn(path).matchAll(/\bnpm (run )?([a-z][a-z-]*)/g)].map(([, , name]) => name ?? '');
    expect(named.length).toBeGreaterThan(0);
    expect(named.filter((name) => !builtIn.includes(name) && !(name in manifest.scripts))).toEqual([]);
  });

  test('says of every dependency why it is there', () => {
    const missing = Object.keys(manifest.dependencies).filter((name) => !readme.includes(`\`${name}\``));
    expect(missing).toEqual([]);
  });
});

describe('docs/configuration.md', () => {
  const settings = (text: string) => [...new Set(text.match(/\b(SLUIS|DATABASE)_[A-Z0-9_]+[A-Z0-9]\b/g))].sort();

  test('lists every setting that the configuration reads, and no other', () => {
    const documented = settings(read('docs/configuration.md')).filter((name) => name !== 'SLUIS_TEST_DATABASE_URL');
    const sources = [
      'config',
      'brokering-settings',
      'database-settings',
      'front-settings',
      'ledger-settings',
      'secret-settings',
      'trust-settings',
    ].map((name) => read(`src/${name}.ts`));
    // What is secret itself may also come in a file: named after it, so that no list of names is needed.
    const inFiles = documented.filter((name) => /^DATABASE_URL\w*_FILE$/.test(name));
    expect(documented).toEqual(settings([...sources, ...inFiles].join(' ')));
    expect(documented.length).toBeGreaterThan(20);
  });
});

describe('the other papers', () => {
  test('publiccode.yml says what the schema asks, and agrees with package.json', () => {
    const text = z.string().min(1);
    const description = z.object({
      shortDescription: z.string().min(1).max(150),
      longDescription: z.string().min(150).max(10_000),
      features: z.array(text).min(1),
    });
    const publiccode = z
      .object({
        publiccodeYmlVersion: z.literal('0.5'),
        name: text,
        url: z.url(),
        platforms: z.array(text).min(1),
        developmentStatus: z.enum(['concept', 'development', 'beta', 'stable', 'obsolete']),
        softwareType: text,
        softwareVersion: text,
        description: z.object({ nl: description, en: description }),
        legal: z.object({ license: text }),
        localisation: z.object({ localisationReady: z.boolean(), availableLanguages: z.array(text).min(1) }),
        maintenance: z.object({ type: z.enum(['internal', 'contract', 'community', 'none']) }),
      })
      .parse(parse(read('publiccode.yml')));
    expect(publiccode.legal.license).toBe(manifest.license);
    expect(publiccode.softwareVersion).toBe(manifest.version);
  });

  test('the licence is the whole EUPL 1.2', () => {
    const licence = read('LICENSE');
    expect(licence).toMatch(/^EUROPEAN UNION PUBLIC LICENCE v\. 1\.2\n/);
    expect(licence).toContain('Québec Free and Open-Source Licence');
  });

  test('the changelog has an entry for this version', () => {
    expect(read('CHANGELOG.md')).toContain(`## ${manifest.version}`);
  });

  test('continuous integration can be run', () => {
    expect(statSync(join(repository, '.ci', 'run')).mode & 0o111).toBe(0o111);
  });
});
