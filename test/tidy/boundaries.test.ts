import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';

/**
 * A linter rule that is misspelt or matches no file passes in silence. So every rule of the house is
 * broken here on purpose, in a small copy of the tree, and must be found in that file under its name.
 */
const repository = join(import.meta.dirname, '..', '..');
const report = z.object({
  diagnostics: z.array(z.object({ category: z.string(), location: z.object({ path: z.string() }) })),
});

/** A tree that breaks nothing: what is allowed must stay allowed. */
const allowed: Readonly<Record<string, string>> = {
  'src/core/brand.ts': 'export function instant(date: Date): string {\n  return date.toISOString();\n}\n',
  'src/core/good.ts': [
    "import { createHash, type Hash } from 'node:crypto';",
    "import canonicalize from 'canonicalize';",
    "import { z } from 'zod';",
    "import { instant } from './brand.ts';",
    "import { rule } from './policy/rule.ts';",
    'export const all: readonly unknown[] = [createHash, canonicalize, z, instant, rule, Math.max(1, 2)];',
    'export type Sum = Hash;',
  ].join('\n'),
  'src/core/policy/rule.ts': "import type { Thing } from '../fact/thing.ts';\nexport const rule: Thing = 'a';\n",
  'src/core/fact/thing.ts': 'export type Thing = string;\n',
  'src/store/pool.ts':
    "import { Kysely } from 'kysely';\nimport { instant } from '../core/brand.ts';\nexport const pool = [Kysely, instant];\n",
  'src/api/near.ts':
    "import { Hono } from 'hono';\nimport { rule } from '../core/policy/rule.ts';\nexport const near = [Hono, rule];\n",
  'src/pages/words.ts': "export const words = ['ja'];\n",
  'src/pages/officer/list.ts':
    "import { instant } from '../../core/brand.ts';\nimport { words } from '../words.ts';\nexport const list = [instant, words];\n",
  'src/config.ts': "import { instant } from './core/brand.ts';\nexport const config = instant;\n",
  'src/wire.ts':
    "import { near } from './api/near.ts';\nimport { pool } from './store/pool.ts';\nexport const wire = [near, pool];\n",
  'src/wire/apps.ts':
    "import { near } from '../api/near.ts';\nimport { config } from '../config.ts';\nexport const apps = [near, config];\n",
  'src/commands/serve.ts': "import { pool } from '../store/pool.ts';\nexport const serve = pool;\n",
  'src/main.ts': "import { wire } from './wire.ts';\nexport const main = wire;\n",
  'src/demo/world.ts':
    "import { near } from '../api/near.ts';\nimport { pool } from '../store/pool.ts';\nexport const world = [near, pool];\n",
};

const imports = 'lint/style/noRestrictedImports';
const globals = 'lint/style/noRestrictedGlobals';

/** File → text that breaks a rule → the rule. One file each, so that nothing hides behind another fault. */
const planted: readonly (readonly [path: string, text: string, rule: string])[] = [
  ['src/core/imports-edge.ts', "import { pool } from '../store/pool.ts';\nexport const a = pool;\n", imports],
  ['src/core/fact/imports-edge.ts', "import { pool } from '../../store/pool.ts';\nexport const a = pool;\n", imports],
  ['src/core/imports-type.ts', "import type { near } from '../api/near.ts';\nexport type A = typeof near;\n", imports],
  ['src/core/imports-files.ts', "import { readFileSync } from 'node:fs';\nexport const a = readFileSync;\n", imports],
  ['src/core/fact/imports-package.ts', "import { Kysely } from 'kysely';\nexport const a = Kysely;\n", imports],
  [
    'src/core/imports-random.ts',
    "import { randomBytes } from 'node:crypto';\nexport const a = randomBytes;\n",
    imports,
  ],
  [
    'src/core/fact/imports-random.ts',
    "import { randomUUID } from 'node:crypto';\nexport const a = randomUUID;\n",
    imports,
  ],
  ['src/core/imports-lazily.ts', "export const a = () => import('../store/pool.ts');\n", imports],
  ['src/core/hands-on.ts', "export { pool } from '../store/pool.ts';\n", imports],
  ['src/core/knows-date.ts', 'export const a = () => new Date();\n', globals],
  ['src/core/fact/knows-date.ts', 'export const a = () => Date.now();\n', globals],
  ['src/core/knows-timer.ts', 'export const a = () => setTimeout(() => 1, 10);\n', globals],
  ['src/core/knows-process.ts', 'export const a = () => process.env;\n', globals],
  ['src/core/knows-fetch.ts', "export const a = () => fetch('https://example.org');\n", globals],
  ['src/core/knows-webcrypto.ts', 'export const a = () => crypto.randomUUID();\n', globals],
  ['src/core/knows-random.ts', 'export const a = () => Math.random();\n', 'lint/nursery/noJsRestrictedProperties'],
  ['src/archive/imports-store.ts', "import { pool } from '../store/pool.ts';\nexport const a = pool;\n", imports],
  ['src/api/imports-store.ts', "import { pool } from '../store/pool.ts';\nexport const a = pool;\n", imports],
  ['src/api/imports-database.ts', "import { Kysely } from 'kysely';\nexport const a = Kysely;\n", imports],
  ['src/source/imports-driver.ts', "import pg from 'pg';\nexport const a = pg;\n", imports],
  ['src/crypto/imports-config.ts', "import { config } from '../config.ts';\nexport const a = config;\n", imports],
  ['src/witness/imports-store.ts', "import { pool } from '../store/pool.ts';\nexport const a = pool;\n", imports],
  ['src/events/imports-api.ts', "import { near } from '../api/near.ts';\nexport const a = near;\n", imports],
  ['src/store/imports-api.ts', "import { near } from '../api/near.ts';\nexport const a = near;\n", imports],
  ['src/pages/officer/imports-api.ts', "import { near } from '../../api/near.ts';\nexport const a = near;\n", imports],
  ['src/pages/imports-wire.ts', "import { wire } from '../wire.ts';\nexport const a = wire;\n", imports],
  ['src/commands/imports-wire.ts', "import { wire } from '../wire.ts';\nexport const a = wire;\n", imports],
  ['src/wire/imports-demo.ts', "import { world } from '../demo/world.ts';\nexport const a = world;\n", imports],
  ['src/processes/imports-config.ts', "import { config } from '../config.ts';\nexport const a = config;\n", imports],
  ['src/client/imports-core.mjs', "import { instant } from '../core/brand.ts';\nexport const a = instant;\n", imports],
  [
    'src/receipt-page/imports-pages.ts',
    "import { words } from '../pages/words.ts';\nexport const a = words;\n",
    imports,
  ],
  ['src/settings.ts', "import { wire } from './wire.ts';\nexport const a = wire;\n", imports],
  [
    'src/api/circle-one.ts',
    "import { b } from './circle-two.ts';\nexport const a = () => b;\n",
    'lint/suspicious/noImportCycles',
  ],
  [
    'src/api/circle-two.ts',
    "import { a } from './circle-one.ts';\nexport const b = () => a;\n",
    'lint/suspicious/noImportCycles',
  ],
  [
    'src/api/floats.ts',
    'async function send(): Promise<void> {\n  await null;\n}\nexport function a(): void {\n  send();\n}\n',
    'lint/nursery/noFloatingPromises',
  ],
  [
    'src/api/misuses.ts',
    'async function may(): Promise<boolean> {\n  return await Promise.resolve(false);\n}\nexport function a(): number {\n  return may() ? 1 : 2;\n}\n',
    'lint/nursery/noMisusedPromises',
  ],
  ['src/api/default.ts', 'export default 1;\n', 'lint/style/noDefaultExport'],
  ['src/api/any.ts', 'export const a = (x: any) => x;\n', 'lint/suspicious/noExplicitAny'],
  ['src/api/ignores.ts', '// @ts-ignore\nexport const a: number = 1;\n', 'lint/suspicious/noTsIgnore'],
  ['src/api/asserts.ts', 'export const a = (x: string | null): string => x!;\n', 'lint/style/noNonNullAssertion'],
  ['src/api/enum.ts', 'export enum A {\n  one = 1,\n}\n', 'lint/style/noEnum'],
  ['src/api/namespace.ts', 'export namespace A {\n  export const one = 1;\n}\n', 'lint/style/noNamespace'],
  [
    'src/api/parameter.ts',
    'export class A {\n  constructor(readonly one: number) {}\n}\n',
    'lint/style/noParameterProperties',
  ],
  ['src/api/throws.ts', "export function a(): never {\n  throw 'x';\n}\n", 'lint/style/useThrowOnlyError'],
  [
    'src/api/swallows.ts',
    'export function a(): void {\n  try {\n    JSON.parse(String(1));\n  } catch {}\n}\n',
    'lint/suspicious/noEmptyBlockStatements',
  ],
  ['src/api/prints.ts', "export const a = () => console.log('x');\n", 'lint/suspicious/noConsole'],
  [
    'src/api/index.ts',
    "export { near } from './near.ts';\nexport * from './any.ts';\n",
    'lint/performance/noBarrelFile',
  ],
  ['src/api/type.ts', "import { Hono } from 'hono';\nexport type A = Hono;\n", 'lint/style/useImportType'],
  [
    'src/api/extension.ts',
    "import { near } from './near';\nexport const a = near;\n",
    'lint/correctness/useImportExtensions',
  ],
  [
    'src/api/undeclared.ts',
    "import express from 'express';\nexport const a = express;\n",
    'lint/correctness/noUndeclaredDependencies',
  ],
  ['src/api/CamelCase.ts', 'export const a = 1;\n', 'lint/style/useFilenamingConvention'],
  [
    'src/api/long-file.ts',
    `${Array.from({ length: 301 }, (_, n) => `export const a${n} = ${n};`).join('\n')}\n`,
    'lint/style/noExcessiveLinesPerFile',
  ],
  [
    'src/api/long-function.ts',
    `export function a(x: number): number {\n  let y = x;\n${'  y += 1;\n'.repeat(71)}  return y;\n}\n`,
    'lint/complexity/noExcessiveLinesPerFunction',
  ],
];

let folder = '';

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'sluis-tidy-'));
  for (const name of ['biome.json', 'package.json', 'tsconfig.json'])
    cpSync(join(repository, name), join(folder, name));
  symlinkSync(join(repository, 'node_modules'), join(folder, 'node_modules'));
  // Biome reads the ignore file of the version control system, and wants to find it.
  writeFileSync(join(folder, '.gitignore'), 'node_modules\n');
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

function lint(): ReadonlyMap<string, readonly string[]> {
  const biome = join(repository, 'node_modules', '.bin', 'biome');
  const run = spawnSync(biome, ['lint', '--reporter=json', '--max-diagnostics=none', '.'], {
    cwd: folder,
    encoding: 'utf8',
  });
  const found = new Map<string, string[]>();
  for (const { category, location } of report.parse(JSON.parse(run.stdout)).diagnostics) {
    found.set(location.path, [...(found.get(location.path) ?? []), category]);
  }
  return found;
}

function plant(path: string, text: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
}

describe('the rules of the house', () => {
  let clean: ReadonlyMap<string, readonly string[]> = new Map();
  let broken: ReadonlyMap<string, readonly string[]> = new Map();

  beforeAll(() => {
    for (const [path, text] of Object.entries(allowed)) plant(path, text);
    clean = lint();
    for (const [path, text] of planted) plant(path, text);
    broken = lint();
  });

  test('let through what is allowed', () => {
    expect(Object.fromEntries(clean)).toEqual({});
  });

  test.each(planted)('%s is found', (path, _text, rule) => {
    expect(broken.get(path) ?? []).toContain(rule);
  });
});
