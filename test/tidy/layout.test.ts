import { describe, expect, test } from 'vitest';
import { files, read } from './source-text.ts';

const top = [
  ...['.ci', '.gitignore', '.npmrc', 'CHANGELOG.md', 'CONTRIBUTING.md', 'LICENSE', 'README.md', 'SECURITY.md'],
  ...[
    'biome.json',
    'deploy',
    'docs',
    'knip.json',
    'migrations',
    'openapi',
    'package-lock.json',
    'package.json',
    'policies',
  ],
  ...['publiccode.yml', 'src', 'test', 'tsconfig.json', 'vitest.config.ts'],
  'vitest.faults.config.ts',
];
/** Ignored by git, or belonging to a working copy. */
const local = ['.git', '.sluis', '.vitest', 'coverage', 'node_modules'];
const concepts = [
  'authzen',
  'category',
  'conference',
  'consent',
  'disclosure',
  'fact',
  'ledger',
  'partner',
  'policy',
  'review',
];
const sources = [
  'api',
  'archive',
  'client',
  'commands',
  'core',
  'crypto',
  'demo',
  'events',
  'pages',
  'policy-files',
  'processes',
  'receipt-page',
  'source',
  'store',
  'wire',
  'witness',
];
const guards = [
  ...['noRestrictedImports', 'noRestrictedGlobals', 'noJsRestrictedProperties', 'noImportCycles', 'noExplicitAny'],
  ...['noFloatingPromises', 'noMisusedPromises', 'noExcessiveLinesPerFile', 'noExcessiveLinesPerFunction'],
];
const code = files(['src/**/*.{ts,mjs}', 'migrations/*.ts', 'test/**/*.ts', '*.ts']);

function foldersIn(folder: string): string[] {
  const found = files(`${folder}/*/**`).map((path) => path.slice(folder.length + 1).split('/')[0] ?? '');
  return [...new Set(found)];
}

describe('the layout', () => {
  test('has at the top what was agreed', () => {
    const found = files('{*,.*}').filter((name) => !local.includes(name) && !name.endsWith('.log'));
    expect(found).toEqual([...top].sort());
  });

  test('has an edge folder per medium and a core folder per concept', () => {
    expect(sources).toEqual(expect.arrayContaining(foldersIn('src')));
    const since = [
      'alert',
      'correction',
      'duty',
      'emergency',
      'erasure',
      'informing',
      'involvement',
      'key',
      'limit',
      'partner-change',
      'policy-set',
      'rights',
      'subject',
      'subscription',
      'timer',
    ];
    expect([...concepts, ...since]).toEqual(expect.arrayContaining(foldersIn('src/core')));
  });

  test('numbers migrations without gaps', () => {
    const numbers = files('migrations/*.ts').map((path) => path.match(/^migrations\/(\d{4})-[a-z0-9-]+\.ts$/)?.[1]);
    expect(numbers).toEqual(numbers.map((_, index) => String(index + 1).padStart(4, '0')));
  });

  test('checks the version of Node before anything else', () => {
    expect(read('src/main.ts').match(/^import .*$/m)?.[0]).toBe("import './node-version.mjs';");
    const scripts = [...read('package.json').matchAll(/"node [^"]*"/g)].map(([script]) => script);
    expect(scripts.length).toBeGreaterThan(3);
    expect(scripts.filter((script) => !script.startsWith('"node --import ./src/node-version.mjs '))).toEqual([]);
  });
});

describe('every source file', () => {
  test('is there', () => {
    expect(code.length).toBeGreaterThan(50);
  });

  test.each(code)('%s keeps the habits that no linter knows', (path) => {
    const text = read(path);
    expect(text.split('\n').length, 'lines').toBeLessThanOrEqual(301);
    expect(path.split('/').at(-1)).not.toMatch(
      /^(utils?|helpers?|common|misc|index)\b|-(service|manager|utils?|helpers?)\./,
    );
    // Spelt in parts, so that this file does not find itself.
    expect(text).not.toMatch(new RegExp(`\\b(${['TO' + 'DO', 'FIX' + 'ME', 'X' + 'XX', 'HA' + 'CK'].join('|')})\\b`));
    expect(text).not.toMatch(
      new RegExp(`as ${'unknown'} as|@ts-${'expect-error'}|@ts-${'nocheck'}|biome-${'ignore-all'}`),
    );
    // A rule may be set aside for one line, with its reason, but not one that guards the house.
    expect(text).not.toMatch(new RegExp(`biome-${'ignore'} lint/[a-zA-Z]+/(${guards.join('|')})`));
  });

  test.each(files('src/core/**/*.ts'))('%s reads no clock', (path) => {
    // Where the linter lets `Date` through as a type, it may not be made out of nothing.
    expect(read(path)).not.toMatch(/new Date\(\s*\)/);
  });
});
