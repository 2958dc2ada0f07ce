import { beforeEach, describe, expect, test } from 'vitest';
import type { UnitId } from '../../src/core/brand.ts';
import { Fault, type FaultCode } from '../../src/core/fault.ts';
import type { HttpConnector } from '../../src/core/partner/connector.ts';
import { type CircuitState, circuit } from '../../src/source/circuit.ts';
import { circuitsFor } from '../../src/source/circuits.ts';
import { memoryUnit } from '../world/memory-world.ts';

let now = 0;
let told: string[] = [];
beforeEach(() => {
  now = 0;
  told = [];
});

describe('a circuit', () => {
  const make = () =>
    circuit(
      { after: 3, forMs: 1_000 },
      () => now,
      (state) => told.push(state),
    );
  const missAll = (one: ReturnType<typeof make>, times: number) => {
    for (let n = 0; n < times; n++) {
      expect(one.admit()).toBe(true);
      one.unanswered();
    }
  };

  test('opens after so many in a row, and not one before', () => {
    const one = make();
    missAll(one, 2);
    one.answered();
    missAll(one, 2);
    expect(one.state()).toBe('closed');
    missAll(one, 1);
    expect(one.state()).toBe('open');
    expect(one.admit()).toBe(false);
    expect(told).toEqual(['open']);
  });

  test('lets one through once it has rested, and no other until that one is back', () => {
    const one = make();
    missAll(one, 3);
    now = 999;
    expect(one.admit()).toBe(false);
    now = 1_000;
    expect(one.admit()).toBe(true);
    expect(one.state()).toBe('half-open');
    expect(one.admit()).toBe(false);
    one.answered();
    expect([one.admit(), one.admit()]).toEqual([true, true]);
    expect(told).toEqual(['open', 'half-open', 'closed']);
  });

  test('rests again as long when that one gets no answer', () => {
    const one = make();
    missAll(one, 3);
    now = 1_500;
    expect(one.admit()).toBe(true);
    one.unanswered();
    now = 2_499;
    expect(one.admit()).toBe(false);
    now = 2_500;
    expect(one.admit()).toBe(true);
    expect(told).toEqual(['open', 'half-open', 'open', 'half-open']);
  });

  test('stays open for those that went out before it opened, and closes when one of them is answered after all', () => {
    const one = make();
    for (let n = 0; n < 5; n++) expect(one.admit()).toBe(true);
    for (let n = 0; n < 4; n++) one.unanswered();
    expect(told).toEqual(['open']);
    one.answered();
    expect(one.state()).toBe('closed');
  });
});

describe('circuits of sources', () => {
  const connector: HttpConnector = {
    type: 'http',
    url: 'https://bron.example/',
    certificates: [],
    subject: { scheme: 'bsn', pointer: '/bsn' },
    fields: {},
    breaker: { after: 2, forMs: 1_000 },
    timeoutMs: 1,
    maxBytes: 1,
  };
  const watch = {
    nowMs: () => now,
    onState: (unit: UnitId, state: CircuitState) => {
      told.push(`${unit} ${state}`);
    },
  };
  const failing = (code: FaultCode) => async () => {
    throw new Fault(code, 'x');
  };
  const codeOf = (asked: Promise<unknown>) => asked.then(() => 'answered').catch((error: Fault) => error.code);
  const unit = memoryUnit('bron', 'prison', { connector });

  test.each(['source-unavailable', 'source-timeout'] as const)('open on %s, of that unit alone', async (code) => {
    const circuits = circuitsFor(watch);
    for (let n = 0; n < 2; n++) expect(await codeOf(circuits.through(unit, connector, failing(code)))).toBe(code);
    let asked = false;
    const ask = async () => {
      asked = true;
    };
    expect(await codeOf(circuits.through(unit, connector, ask))).toBe('source-unavailable');
    expect(asked).toBe(false);
    expect(await codeOf(circuits.through(memoryUnit('ander', 'prison'), connector, ask))).toBe('answered');
    expect(asked).toBe(true);
    expect(told).toEqual(['bron closed', 'bron open', 'ander closed']);
  });

  test.each(['source-invalid', 'source-too-large', 'source-wrong-subject'] as const)(
    'do not open on %s: that is an answer',
    async (code) => {
      const circuits = circuitsFor(watch);
      for (let n = 0; n < 5; n++) expect(await codeOf(circuits.through(unit, connector, failing(code)))).toBe(code);
      expect(told).toEqual(['bron closed']);
    },
  );

  test('know nothing of a source at another address', async () => {
    const circuits = circuitsFor(watch);
    for (let n = 0; n < 2; n++) await codeOf(circuits.through(unit, connector, failing('source-timeout')));
    const moved = { ...connector, url: 'https://elders.example/' };
    expect(await codeOf(circuits.through(unit, moved, async () => 1))).toBe('answered');
    expect(told).toEqual(['bron closed', 'bron open', 'bron closed']);
  });

  test('hold for a connector that says nothing of it too: ten, for ten seconds', async () => {
    const { breaker: _, ...usual } = connector;
    const circuits = circuitsFor(watch);
    for (let n = 0; n < 10; n++) await codeOf(circuits.through(unit, usual, failing('source-timeout')));
    now = 9_999;
    expect(await codeOf(circuits.through(unit, usual, async () => 1))).toBe('source-unavailable');
    now = 10_000;
    expect(await codeOf(circuits.through(unit, usual, async () => 1))).toBe('answered');
  });
});
