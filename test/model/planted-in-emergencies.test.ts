import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { LifePorts, LifeWorld } from './life-gateways.ts';
import { anyLife } from './live.ts';
import { inMemory, type Plant } from './memory-gateways.ts';
import { numRuns, patienceMs, plantedRuns, postgresPatienceMs } from './number-of-runs.ts';
import { onPostgres, type PostgresLives } from './on-postgres.ts';

/** Always the same lives: whether a mistake is found is no matter of luck. */
const seed = 2_026;

const planted = vi.hoisted(() => ({ mistake: '' }));
vi.mock(import('../../src/core/emergency/emergency.ts'), async (original) => {
  const real = await original();
  const emergencyState: typeof real.emergencyState = (found, now) =>
    real.emergencyState(found, planted.mistake === 'an hour without an end' ? found.emergency.openedAt : now);
  return { ...real, emergencyState };
});
vi.mock(import('../../src/core/disclosure/deliver.ts'), async (original) => {
  const real = await original();
  const deliver: typeof real.deliver = (ports, { until, ...granted }) => {
    const limited = until === undefined || planted.mistake === 'an answer that is given however late';
    return real.deliver(ports, limited ? granted : { ...granted, until });
  };
  return { ...real, deliver };
});
vi.mock(import('../../src/core/emergency/alert-parties.ts'), async (original) => {
  const real = await original();
  const alertParties: typeof real.alertParties = (ports, request, kind) =>
    real.alertParties(ports, planted.mistake === 'a source that is not told' ? withoutSource(request) : request, kind);
  return { ...real, alertParties };
});
function withoutSource<Parties extends { readonly recipient: unknown }>(request: Parties): Parties {
  return { ...request, source: request.recipient };
}

/** Mistakes in the program itself, each of which somebody could make. */
const mistakes: Readonly<Record<string, RegExp>> = {
  'an hour without an end': /confirmed, although the hour is over/,
  'an answer that is given however late': /disclosed, although/,
  'a source that is not told': /medisch was alerted 0 times/,
};

/** Promises of the ports that are not kept, whatever the record is made of. */
const broken: Readonly<Record<string, readonly [(ports: LifePorts) => LifePorts, RegExp]>> = {
  'nobody who revokes': [
    (ports) => ({ ...ports, emergencies: { ...ports.emergencies, unseconded: async () => [] } }),
    /was never revoked/,
  ],
  'one person who is known by another mark each time': [
    (ports) => ({ ...ports, marks: { person: (text) => ports.marks.person(`${text} ${ports.clock.now()}`) } }),
    /confirmed, although it is who asked/,
  ],
};

const overwriting: Plant = (ports, { memory }) => ({
  ...ports,
  journal: {
    ...ports.journal,
    commit: (work) => {
      for (const change of work.changes) {
        const emergency = change.type === 'emergency-revoked' ? memory.emergencies.get(change.id) : undefined;
        if (emergency !== undefined) memory.emergencies.set(emergency.request, { ...emergency, second: null });
      }
      return ports.journal.commit(work);
    },
  },
});

async function isFound(world: LifeWorld, found: RegExp, lives: number): Promise<void> {
  const emergencies = anyLife({ world, sources: 'connectors', clocksJump: false, emergencies: true, met: [] });
  const details = await fc.check(emergencies, { numRuns: lives, seed, endOnFailure: true });
  expect(details.failed).toBe(true);
  expect(String(details.errorInstance)).toMatch(found);
}

describe('is found in emergencies within the usual number of lives', () => {
  afterEach(() => {
    planted.mistake = '';
  });

  it.each(Object.entries(mistakes))(
    '%s',
    async (mistake, found) => {
      planted.mistake = mistake;
      await isFound(inMemory(), found, numRuns);
    },
    patienceMs,
  );

  it.each(Object.entries(broken))('%s', (_, [plant, found]) => isFound(inMemory(plant), found, numRuns), patienceMs);

  it(
    'a revocation over whoever stands behind it',
    () => isFound(inMemory(overwriting), /revoked, although somebody stands behind it/, numRuns),
    patienceMs,
  );
});

describe('is found in emergencies on PostgreSQL', () => {
  let world: PostgresLives;
  afterEach(async () => {
    planted.mistake = '';
    await world.close();
  });

  it.each(Object.entries(broken))(
    '%s',
    async (_, [plant, found]) => {
      world = await onPostgres(plant);
      await isFound(world, found, plantedRuns);
    },
    postgresPatienceMs,
  );
});
