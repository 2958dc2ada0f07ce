import { describe, expect, it } from 'vitest';
import { parseLedgerOptions } from './ledger-options.ts';
import { type LedgerFigures, ledgerGoals, ledgerParts, renderLedgerReport } from './ledger-report.ts';

const nothing: LedgerFigures = {
  ...{ alone: null, group: null, checkpoints: null, verify: null, proof: null, disk: null },
};
const all: LedgerFigures = {
  alone: [8, 32].map((connections) => {
    return { connections, ledgerPerSecond: 900, plainPerSecond: 1_000, ratio: 0.9, rounds: [] };
  }),
  group: {
    ...{ callers: 32, entriesPerSecond: 4_000, sameWorkPerSecond: 1_000, insertsPerSecond: 1_500 },
    ...{ ofSameWork: 4, ofInserts: 2.6, rounds: [] },
  },
  checkpoints: { intervalMs: 50, perSecond: 200, p50Ms: 40, p99Ms: 100, rounds: [] },
  verify: {
    ...{ entries: 1_000_000, bytes: 1e9, cpuSeconds: 9, cpuSecondsWithSignatures: 12, maxRssMb: 300 },
    runs: { without: [], all: [] },
  },
  proof: { leaves: 10_000_000, proofs: 100, checked: 100, p50Ms: 0.5, p99Ms: 1 },
  disk: {
    ...{ disclosures: 100, ledgerBytesEach: 2_000, allBytesEach: 3_000 },
    tables: [{ table: 'ledger_entry', bytesEach: 2_000 }],
  },
};
const conditions = {
  ...{ node: 'v24', postgres: '18.4', cores: 2, processor: 'x', load: 0.2, at: '2026-11-22T00:00:00Z' },
  ...{ secondsEach: 5, repetitions: 3 },
};

describe('the bench of the ledger', () => {
  it('has a goal for each part, and says so where it is met', () => {
    const goals = ledgerGoals(all);
    expect(goals).toHaveLength(8);
    expect(goals.filter(({ met }) => !met)).toEqual([]);
    expect(ledgerGoals(nothing)).toEqual([]);
  });

  it.each([
    ['alone', { alone: [{ connections: 8, ledgerPerSecond: 8, plainPerSecond: 10, ratio: 0.84, rounds: [] }] }],
    ['group', { group: { ...present(all.group), ofSameWork: 1.9 } }],
    ['group', { group: { ...present(all.group), ofInserts: 1.9 } }],
    ['checkpoints', { checkpoints: { ...present(all.checkpoints), p99Ms: 151 } }],
    ['verify', { verify: { ...present(all.verify), cpuSeconds: 10.1 } }],
    ['proof', { proof: { ...present(all.proof), p50Ms: 2.1 } }],
    ['disk', { disk: { ...present(all.disk), ledgerBytesEach: 2_561 } }],
    ['a figure that is none', { proof: { ...present(all.proof), p50Ms: Number.NaN } }],
  ])('says so where the goal is missed: %s', (_, figures) => {
    const goals = ledgerGoals({ ...nothing, ...figures });
    expect(goals.filter(({ met }) => !met)).toHaveLength(1);
    const report = { conditions, figures: { ...nothing, ...figures }, goals, skipped: [] };
    expect(renderLedgerReport(report, 100)).toContain('MISSED: ');
  });

  it('holds the verification of other numbers of entries to its share', () => {
    const verify = { ...present(all.verify), entries: 2_000_000, cpuSeconds: 19 };
    expect(ledgerGoals({ ...nothing, verify })).toMatchObject([{ figure: 9.5, met: true }]);
  });

  it('reads as tables with the conditions above them and what was skipped below', () => {
    const skipped = ['proof: not measured'];
    const text = renderLedgerReport({ conditions, figures: all, goals: ledgerGoals(all), skipped }, 100);
    expect(text).toMatch(/^Node v24, PostgreSQL 18\.4, 2 cores \(x\), load before 0\.2; medians of 3 × 5 s\n/);
    expect(text).toMatch(/disclosure transactions\/s, 32 connections +900\n/);
    expect(text).toMatch(/ledger_entry +2000\n/);
    expect(text).toMatch(/\nproof: not measured$/);
  });

  it.each([
    [[], { kind: 'run', seconds: 5, repetitions: 5, parts: ledgerParts, isWhole: true, json: false }],
    [['--only', 'disk,alone', '--seconds', '2'], { kind: 'run', parts: ['alone', 'disk'], seconds: 2, isWhole: false }],
    [['--entries', '1000', '--json'], { kind: 'run', entries: 1_000, isWhole: false, json: true }],
    [['--leaves', '1000'], { kind: 'run', leaves: 1_000, isWhole: false }],
    [['--help'], { kind: 'help' }],
    [['--seconds', '0'], { kind: 'invalid', problem: '--seconds is a whole number from 1 to 120' }],
    [['--repetitions', '26'], { kind: 'invalid' }],
    [['--entries', '999'], { kind: 'invalid' }],
    [['--leaves', '1e7'], { kind: 'invalid' }],
    [['--only', 'alone,speed'], { kind: 'invalid' }],
    [['--only', ''], { kind: 'invalid' }],
    [['--fast'], { kind: 'invalid', problem: expect.stringMatching(/\S/) }],
    [['proof'], { kind: 'invalid' }],
  ])('%j', (args, expected) => {
    expect(parseLedgerOptions(args)).toMatchObject(expected);
  });
});

function present<T>(value: T | null): T {
  if (value === null) throw new Error('every part has figures here');
  return value;
}
