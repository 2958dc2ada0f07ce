import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { ConfigError } from '../../src/config.ts';
import { readLimits, tellUnregistered } from '../../src/wire/limits.ts';

const directory = mkdtempSync(join(tmpdir(), 'sluis-limits-'));
afterAll(() => rmSync(directory, { recursive: true }));

function file(yaml: string): string {
  const path = join(directory, 'limits.yaml');
  writeFileSync(path, yaml);
  return path;
}

function told(limits: string | null): readonly string[] {
  const alarms: string[] = [];
  const registered = new Map([
    ['gemeente-zwolle', {}],
    ['pi-zwolle', {}],
  ]);
  tellUnregistered(readLimits({ limits }), registered, { alarm: (text) => alarms.push(text) });
  return alarms;
}

describe('a file of limits', () => {
  it('is told to name a unit that is not registered, and which may be meant', () => {
    const units = '{ gemeente-zwole: { user: { requestsPerMinute: 5 } }, pi-zwolle: {} }';
    expect(told(file(`units: ${units}`))).toEqual([
      'SLUIS_LIMITS names a unit that is not registered, so that its limits hold for nobody: ' +
        'unknown unit "gemeente-zwole"; did you mean "gemeente-zwolle"?',
    ]);
  });

  it('that names registered units alone, or none, is not spoken of', () => {
    expect(told(file('units: { pi-zwolle: { unit: { subjectsPerHour: 5 } } }'))).toEqual([]);
    expect(told(null)).toEqual([]);
  });

  it('that is no YAML is refused by its line', () => {
    expect(() => readLimits({ limits: file('unit: [') })).toThrow(ConfigError);
  });
});
