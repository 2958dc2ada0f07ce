import { describe, expect, it } from 'vitest';
import { parseTlsOptions } from './tls-options.ts';
import { type Connections, renderTlsReport, type TlsRound, tlsReport } from './tls-report.ts';

function connections(perSecond: number): Connections {
  return { perSecond, p50Ms: 1, p99Ms: 2, cpuUs: null, resumed: 0, clientCpuUs: 1 };
}

function round(gateway: number, nginx: number): TlsRound {
  const full = { gateway: connections(gateway), nginx: connections(nginx), plain: connections(nginx) };
  return { full, resumed: full };
}

const conditions = {
  ...{ node: 'v24', nginx: '1.22', cores: 2, processor: 'x', load: 0, at: '2026-11-22T00:00:00Z' },
  ...{ secondsEach: 1, repetitions: 3, clients: 16 },
};

describe('the bench of new connections', () => {
  it('compares within each round, and takes the middle of the ratios', () => {
    // The second round is slow for both: that says nothing of either.
    const { rows, goals } = tlsReport(conditions, [round(800, 1_000), round(80, 100), round(900, 1_000)]);
    expect(rows[0]).toMatchObject({ handshakes: 'full', server: 'gateway', ofNginx: 0.8 });
    expect(goals).toMatchObject([{ figure: 0.8, met: true }]);
  });

  it('says so where the goal is missed', () => {
    const missed = tlsReport(conditions, [round(700, 1_000)]);
    expect(missed.goals).toMatchObject([{ figure: 0.7, met: false }]);
    expect(renderTlsReport(missed, 100)).toContain('MISSED');
  });

  it.each([
    [[], { kind: 'run', seconds: 5, repetitions: 5, json: false }],
    [['--seconds', '2', '--json'], { kind: 'run', seconds: 2, repetitions: 5, json: true }],
    [['--help'], { kind: 'help' }],
    [['--seconds', '0'], { kind: 'invalid' }],
    [['--repetitions', '26'], { kind: 'invalid' }],
    [['--nginx'], { kind: 'invalid' }],
  ])('%j', (args, expected) => {
    expect(parseTlsOptions(args)).toMatchObject(expected);
  });
});
