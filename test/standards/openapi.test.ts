import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildOpenApi, openApiText } from '../../src/api/openapi.ts';
import { partnerRoutes } from '../../src/api/partner-routes.ts';

const root = path.resolve(import.meta.dirname, '../..');
const checkedIn = path.join(root, 'openapi/sluis.openapi.json');
const ruleset = path.join(root, 'test/standards/adr-linter.yaml');

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'sluis-openapi-'));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

/** The linter of the API Design Rules, its schema rules for OpenAPI 3.1 included. Names of the rules that were broken. */
function lint(file: string): Promise<readonly string[]> {
  const spectral = path.join(root, 'node_modules/@stoplight/spectral-cli/dist/index.js');
  const args = [spectral, 'lint', '--ruleset', ruleset, '--format', 'json', '--fail-severity', 'warn', '--quiet', file];
  return new Promise((resolve, reject) => {
    execFile(process.execPath, args, { maxBuffer: 2 ** 24 }, (error, stdout, stderr) => {
      // 0: nothing found, 1: something found, 2: it could not run
      if (error !== null && error.code !== 1) return reject(new Error(stderr || error.message));
      const found: { code: string }[] = JSON.parse(stdout.slice(stdout.indexOf('[')) || '[]');
      resolve([...new Set(found.map(({ code }) => code))].sort());
    });
  });
}

async function lintChanged(change: (document: ReturnType<typeof buildOpenApi>) => void): Promise<readonly string[]> {
  const document = buildOpenApi();
  change(document);
  const file = path.join(directory, `${process.hrtime.bigint()}.json`);
  await writeFile(file, JSON.stringify(document));
  return lint(file);
}

describe('openapi/sluis.openapi.json', () => {
  it('is what the routes generate (if not: npm run openapi)', async () => {
    expect(await readFile(checkedIn, 'utf8')).toBe(openApiText());
  });

  it('breaks no rule of the API Design Rules, not even by a warning', async () => {
    expect(await lint(checkedIn)).toEqual([]);
  });

  it('is linted by a linter that finds planted faults', async () => {
    const noContact = lintChanged((document) => Reflect.deleteProperty(document.info, 'contact'));
    const notOpenApi = lintChanged((document) =>
      Object.assign(document.paths?.['/requests']?.post ?? {}, { responses: 'none' }),
    );
    const noMajor = lintChanged((document) =>
      Object.assign(document.servers?.[0] ?? {}, { url: 'https://sluis.example' }),
    );
    expect(await noContact).toContain('info-contact');
    expect(await notOpenApi).toContain('oas3-schema');
    expect(await noMajor).toContain('nlgov:include-major-version-in-uri');
  });

  it('describes every route of the partner listener, with unique operation ids', () => {
    const { paths = {} } = buildOpenApi();
    const operations = Object.values(paths)
      .flatMap((item) => [item.get, item.post, item.delete])
      .flatMap((one) => one?.operationId ?? []);
    for (const route of partnerRoutes) expect(operations).toContain(route.operationId);
    expect(new Set(operations).size).toBe(operations.length);
  });

  it('refers to components that are there, and has no component that nobody refers to', () => {
    const text = JSON.stringify(buildOpenApi());
    const referred = new Set([...text.matchAll(/"#\/components\/schemas\/(\w+)"/g)].map((match) => match[1]));
    expect([...referred].sort()).toEqual(Object.keys(buildOpenApi().components?.schemas ?? {}).sort());
  });
});
