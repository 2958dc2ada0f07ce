import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseBenchOptions } from './bench-options.ts';
import { type Conditions, renderReport, report } from './bench-report.ts';
import { cpuTimeUs } from './cpu-time.ts';
import type { Measurement } from './measure.ts';
import { completeStatus } from './raw-connection.ts';
import { median, percentile } from './statistics.ts';

const measurement = (perSecond: number): Measurement => ({ perSecond, p50Ms: 1, p99Ms: 2, busyShare: 0.25, cpuUs: 50 });
const conditions: Conditions = {
  node: 'v24.0.0',
  platform: 'linux x64',
  cores: 2,
  processor: 'test',
  postgres: '18.4',
  at: '2026-01-01T00:00:00.000Z',
  secondsEach: 5,
  repetitions: 3,
  clients: [1, 8, 64, 300],
};

describe('statistics', () => {
  test('give a value that was measured, at its rank', () => {
    expect(percentile([1, 2, 3, 4, 5, 6, 7, 8, 9, 10], 50)).toBe(5);
    expect(percentile([1, 2, 3, 4, 5, 6, 7, 8, 9, 10], 99)).toBe(10);
    expect(percentile([7], 1)).toBe(7);
    expect(percentile([], 50)).toBeNaN();
    expect(median([9, 1, 5])).toBe(5);
    expect(median([4, 1, 2, 3])).toBe(2.5);
    expect(median([])).toBeNaN();
  });

  test('a median lies between its values, whatever their order', () => {
    const values = fc.array(fc.integer({ min: -1_000, max: 1_000 }), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(values, (numbers) => {
        expect(median(numbers)).toBeGreaterThanOrEqual(Math.min(...numbers));
        expect(median(numbers)).toBeLessThanOrEqual(Math.max(...numbers));
        expect(median(numbers.toReversed())).toBe(median(numbers));
      }),
    );
  });
});

describe('an answer on a raw connection', () => {
  const whole = [
    'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}',
    'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n',
    'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
  ];

  test.each(whole)('is complete with its last byte, not before: %j', (answer) => {
    expect(completeStatus(Buffer.from(answer))).toBe(200);
    for (let end = 0; end < answer.length; end += 1)
      expect(completeStatus(Buffer.from(answer.slice(0, end)))).toBeNull();
  });

  test('without a length is an error, because its end cannot be known', () => {
    expect(() => completeStatus(Buffer.from('HTTP/1.1 200 OK\r\n\r\n'))).toThrow('without length');
  });
});

test('processor time grows with work, and is unknown off Linux', () => {
  expect(cpuTimeUs(process.pid, 'darwin')).toBeNull();
  const before = cpuTimeUs(process.pid, 'linux') ?? 0;
  // Work is counted by what this process says itself: on a busy machine the clock runs on without it.
  const started = process.cpuUsage();
  const worked = () => Object.values(process.cpuUsage(started)).reduce((sum, us) => sum + us, 0);
  while (worked() < 60_000);
  expect((cpuTimeUs(process.pid, 'linux') ?? 0) - before).toBeGreaterThanOrEqual(40_000);
});

describe('options', () => {
  test('have defaults', () => {
    expect(parseBenchOptions([])).toEqual({
      kind: 'run',
      options: { seconds: 5, repetitions: 3, clients: [1, 8, 64, 300], json: false },
    });
    expect(parseBenchOptions(['--clients', '64,8'])).toMatchObject({ options: { clients: [8, 64] } });
    expect(parseBenchOptions(['--seconds', '2', '--json'])).toMatchObject({ options: { seconds: 2, json: true } });
    expect(parseBenchOptions(['--help'])).toEqual({ kind: 'help' });
  });

  test.each([
    ['--seconds', '0'],
    ['--seconds', '1e9'],
    ['--repetitions', 'x'],
    ['--fast'],
    ['--clients', '64,7'],
    ['--clients', ''],
    ['--seconds'],
    ['stray'],
  ])('that are wrong are named: %s %s', (...args) => {
    expect(parseBenchOptions(args)).toMatchObject({ kind: 'invalid', problem: expect.stringMatching(/\S/) });
  });
});

describe('the report', () => {
  const round = (gateway: number, proxy: number, insertsPerSecond: number) => ({
    gateway: [gateway, gateway * 2, gateway * 3, gateway * 3].map(measurement),
    proxy: [proxy, proxy, proxy, proxy].map(measurement),
    sealed: measurement(gateway),
    insertsPerSecond,
    statementsPerSecond: insertsPerSecond * 2,
  });
  const made = report(conditions, [round(100, 1_000, 500), round(300, 3_000, 700), round(200, 2_000, 600)]);

  test('takes medians, and ratios of medians', () => {
    expect(made.rows.map((row) => [row.clients, row.gateway.perSecond, row.ofProxy, row.ofInserts])).toEqual([
      [1, 200, 0.1, 200 / 600],
      [8, 400, 0.2, 400 / 600],
      [64, 600, 0.3, 600 / 600],
      [300, 600, 0.3, 600 / 600],
    ]);
    expect([made.sealed.perSecond, made.statementsPerSecond]).toEqual([200, 1_200]);
  });

  test('holds each goal beside what was found, and says where that is not known', () => {
    const idle = { waiting: 100_000, sharesWithout: [0.01], sharesWith: [0.02, 0.04, 0.03] };
    const [first] = made.rounds;
    if (first === undefined) throw new Error('no round');
    expect(report(conditions, [first], idle).goals.map(({ found }) => found)).toEqual([0.3, 50, 50, 0, 0.3, 0.03]);
    const blind = report(conditions, [{ ...first, statementsPerSecond: null }]);
    expect(blind.goals.map(({ found }) => found)).toEqual([null, 50, 50, 0, 0.3, null]);
  });

  test('says where it does not know the processor time', () => {
    const unknown = report(conditions, [{ ...round(1, 1, 1), gateway: [{ ...measurement(1), cpuUs: null }] }]);
    expect(unknown.rows[0]?.gateway.cpuUs).toBeNull();
  });

  test('reads as a table with the conditions above it', () => {
    const text = renderReport(made, 100);
    expect(text).toMatch(/^Node v24.0.0, PostgreSQL 18.4, 2 cores \(test\); medians of 3 × 5 s\n/);
    expect(text).toMatch(/gateway +64 +600 +1\.0 +2\.0 +25 +50 +0\.30 +1\.00/);
    expect(text).toMatch(/its statements, pgbench +64 +1200/);
    expect(text).toMatch(/÷ the bare proxy, 300 clients +≥ 0\.5 +0\.300/);
    expect(text).toMatch(/INSERT, one row a commit +8 +600/);
  });
});
