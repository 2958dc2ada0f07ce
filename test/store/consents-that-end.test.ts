import { afterAll, beforeAll, expect, it } from 'vitest';
import { decideConsent } from '../../src/core/consent/decide-consent.ts';
import { expireConsents } from '../../src/core/consent/expire-consents.ts';
import { requestConsent } from '../../src/core/consent/request-consent.ts';
import { detain, planRequest, units } from '../world/personas.ts';
import { type PostgresWorld, postgresWorld } from '../world/postgres-ports.ts';
import { shippedSet } from '../world/shipped-set.ts';

let world: PostgresWorld;
beforeAll(async () => {
  world = await postgresWorld(shippedSet(), units);
});
afterAll(() => world.close());

it('three gateways look at once, and each consent ends on record once', async () => {
  const { ports, pools } = world;
  const person = world.newPerson();
  await detain(ports, () => world.call('pi'), person);
  const validUntil = new Date(Date.now() + 86_400_000).toISOString() as never;
  const { rows } = await pools.owner.query<{ id: string; epoch: number }>('SELECT id, epoch FROM subject');
  const subject = rows[0]?.id as never;
  for (let n = 0; n < 6; n++) {
    const outcome = await requestConsent(ports, world.call('gemeente'), {
      ...{ subject: planRequest({ subject: person }).subject, kind: 'consent', source: 'gemeente' },
      ...{ recipient: 'corporatie', purpose: 'housing-placement', categories: ['housing'] },
      ...{ validUntil, language: 'nl', caseReference: null },
    });
    if (outcome.kind !== 'requested') throw new Error(`not requested: ${outcome.kind}`);
    if (n % 2 === 0) await decideConsent(ports, subject, outcome.consent.id, 'given', world.call('pi').trace);
  }
  expect(await expireConsents(ports)).toBe(0);

  const epochBefore = await epoch();
  await pools.owner.query(`UPDATE consent SET valid_until = now() - interval '1 hour'`);
  const all = await ports.consents.ended(ports.clock.now(), 0);
  expect(all).toHaveLength(6);
  expect(await ports.consents.ended(ports.clock.now(), 4)).toEqual(all.slice(4));
  const gateways = [ports, await world.anotherGateway(), await world.anotherGateway()];
  const ended = await Promise.all(gateways.map((each) => expireConsents(each)));
  expect(ended.reduce((sum, each) => sum + each, 0)).toBe(6);
  expect(await world.count('consent-expired')).toBe(6);
  expect(await epoch()).toBe(epochBefore + 6);
  const states = await pools.owner.query(
    `SELECT state, count(*) FILTER (WHERE decided_at IS NOT NULL) AS decided FROM consent GROUP BY state`,
  );
  expect(states.rows).toEqual([{ state: 'expired', decided: 3 }]);
  expect(await expireConsents(ports)).toBe(0);
});

async function epoch(): Promise<number> {
  const { rows } = await world.pools.owner.query<{ epoch: number }>('SELECT max(epoch) AS epoch FROM subject');
  return Number(rows[0]?.epoch);
}
