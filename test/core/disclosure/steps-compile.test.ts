import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { mayMove, requestStates } from '../../../src/core/disclosure/state.ts';
import { repository } from '../../tidy/source-text.ts';

const opened = requestStates.map((state) => ({
  may: mayMove('received', state),
  code: `(request: RequestRecord): Change => ({ type: 'request-opened', request: { ...request, state: '${state}' } })`,
}));
const moved = requestStates.flatMap((from) =>
  requestStates.map((to) => ({
    may: from !== 'received' && mayMove(from, to),
    code: `(rest: Rest): Change => ({ type: 'request-moved', ...rest, from: '${from}', to: '${to}' })`,
  })),
);
const written = [...opened, ...moved];
const imports = [
  `import type { Change } from '${repository}/src/core/disclosure/change.ts';`,
  `import type { RequestRecord } from '${repository}/src/core/disclosure/request.ts';`,
  `type Rest = Pick<Extract<Change, { type: 'request-moved' }>, 'id' | 'at' | 'entry' | 'decision'>;`,
];

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'sluis-steps-'));
});
afterAll(() => rmSync(directory, { recursive: true }));

test('every step of the table compiles as a change, and no other', { timeout: 60_000 }, () => {
  const lines = written.map(({ code }, index) => `export const step${index} = ${code};`);
  writeFileSync(join(directory, 'steps.mts'), `${[...imports, ...lines].join('\n')}\n`);
  const types = join(repository, 'node_modules', '@types');
  writeFileSync(
    join(directory, 'tsconfig.json'),
    JSON.stringify({
      extends: join(repository, 'tsconfig.json'),
      compilerOptions: { typeRoots: [types] },
      include: ['steps.mts'],
    }),
  );
  const compiler = join(repository, 'node_modules', 'typescript', 'bin', 'tsc');
  const run = spawnSync(process.execPath, [compiler, '-p', directory, '--pretty', 'false'], { encoding: 'utf8' });
  const faults = run.stdout.split('\n').filter((line) => /error TS/.test(line));
  const found = faults.map((line) => /steps\.mts\((\d+),\d+\): error TS2322:/.exec(line)?.[1] ?? line);
  const expected = written.flatMap(({ may }, index) => (may ? [] : [String(index + imports.length + 1)]));
  expect([...new Set(found)]).toEqual(expected);
});
