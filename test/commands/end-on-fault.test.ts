import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const mark = 'Q-de-Wit-van-Oosterhout';
const home = (path: string) => JSON.stringify(new URL(`../../src/${path}`, import.meta.url).href);
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'sluis-crash-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A process of its own that ends so, with every report of Node's asked for from outside. */
function ended(how: string, { guarded = true } = {}) {
  const guard = `import { endOnFault } from ${home('commands/end-on-fault.ts')};
    import { accessLog } from ${home('api/access-log.ts')};
    endOnFault(accessLog());`;
  const code = `${guarded ? guard : ''}
    const broken = Object.assign(new RangeError('about ${mark}\\n    at ${mark}', { cause: new Error('${mark}') }), { detail: '${mark}' });
    setTimeout(() => { ${how} });
    setTimeout(() => process.exit(0), 2000);`;
  const flags = ['--report-uncaught-exception', '--report-on-fatalerror', '--input-type=module', '--eval', code];
  const { status, stdout, stderr } = spawnSync(process.execPath, flags, { cwd: folder, encoding: 'utf8' });
  return { status, stdout, stderr, files: readdirSync(folder) };
}

describe('a process that serves, when an error is caught by nobody', () => {
  it.each([
    ['thrown', 'throw broken;', 'RangeError'],
    ['rejected', 'Promise.reject(broken);', 'RangeError'],
    ['no error at all', `throw '${mark}';`, 'not-an-error'],
    ['of an event without a listener', `process.emit('error', broken); throw broken;`, 'RangeError'],
  ])('%s: exit code 1, and one line that holds none of it', (_, how, fault) => {
    const { status, stdout, stderr, files } = ended(how);
    expect(status).toBe(1);
    expect(stderr).toBe('');
    expect(files).toEqual([]);
    const [line = '', ...more] = stdout.trimEnd().split('\n');
    expect(more).toEqual([]);
    expect(JSON.parse(line)).toMatchObject({ level: 60, fault });
    expect(stdout).not.toContain(mark);
  });

  it('tells of a warning its kind alone', () => {
    const { status, stdout, stderr } = ended(`process.emitWarning('${mark}', 'DeprecationWarning');`);
    expect([status, stderr]).toEqual([0, '']);
    expect(stdout).toContain('"warning":"DeprecationWarning"');
    expect(stdout).not.toContain(mark);
  });

  it('without the guard Node would tell all of it, in its output and in a report', () => {
    const { stderr, files } = ended('throw broken;', { guarded: false });
    expect(stderr).toContain(mark);
    expect(files.join()).toMatch(/^report\..*\.json$/);
  });
});
