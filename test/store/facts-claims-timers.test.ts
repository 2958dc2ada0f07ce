import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FactBody } from '../../src/core/disclosure/operations.ts';
import { attestFact } from '../../src/core/fact/attest-fact.ts';
import { confirmFact } from '../../src/core/fact/confirm-fact.ts';
import { correctFact } from '../../src/core/fact/correct-fact.ts';
import { disputeFact } from '../../src/core/fact/dispute-fact.ts';
import { endFact } from '../../src/core/fact/end-fact.ts';
import type { Fact } from '../../src/core/fact/fact.ts';
import { holdsAt } from '../../src/core/fact/fact.ts';
import { claimInvolvement } from '../../src/core/involvement/claim-involvement.ts';
import { confirmClaim, rejectClaim } from '../../src/core/involvement/decide-claim.ts';
import { readClaim } from '../../src/core/involvement/read-claim.ts';
import type { SubjectReference } from '../../src/core/subject/reference.ts';
import { fireTimers } from '../../src/core/timer/fire-timers.ts';
import { purge } from '../../src/store/purge.ts';
import { at } from '../world/memory-world.ts';
import { units } from '../world/personas.ts';
import { type PostgresWorld, postgresWorld } from '../world/postgres-ports.ts';
import { shippedSet } from '../world/shipped-set.ts';
import { someUser } from '../world/some-user.ts';

let world: PostgresWorld;
beforeAll(async () => {
  world = await postgresWorld(shippedSet(), units);
});
afterAll(() => world.close());

const ago = (days: number) => at(new Date(Date.now() - days * 86_400_000).toISOString());

async function attest(subject: SubjectReference, fact: Partial<FactBody> & { readonly type: string }): Promise<Fact> {
  const outcome = await attestFact(world.ports, world.call('pi'), {
    subject,
    from: ago(30),
    until: null,
    unit: null,
    reference: null,
    attributes: {},
    caseReference: null,
    ...fact,
  });
  if (outcome.kind !== 'attested') throw new Error(`not attested: ${JSON.stringify(outcome)}`);
  return outcome.fact;
}
const involved = (subject: SubjectReference, unit: string, role: string, more: Partial<FactBody> = {}) =>
  attest(subject, { type: 'involvement', unit, attributes: { role }, ...more });

describe('a fact on record', () => {
  it('keeps its reference, and comes back whole after a dispute, a confirmation and a correction', async () => {
    const person = world.newPerson();
    const role = { role: 'conference-member' };
    const fact = await attest(person, { type: 'involvement', unit: 'gemeente', reference: 'TB-7', attributes: role });
    expect(await world.ports.facts.find(fact.id)).toEqual(fact);
    await disputeFact(world.ports, world.call('gemeente'), fact.id, 'wij deden niet mee');
    expect(await world.ports.facts.find(fact.id)).toEqual({ ...fact, state: 'disputed' });
    expect(await world.ports.facts.dispute(fact.id)).toMatchObject({ by: 'gemeente', ground: 'wij deden niet mee' });
    await confirmFact(world.ports, world.call('pi'), fact.id);
    expect(await world.ports.facts.find(fact.id)).toEqual(fact);
    expect(await world.ports.facts.dispute(fact.id)).toBeNull();
    const corrected = await correctFact(world.ports, world.call('pi'), fact.id, {
      from: fact.from,
      until: null,
      unit: 'reclassering',
      reference: 'TB-7',
      attributes: role,
      caseReference: null,
    });
    expect(corrected).toMatchObject({ kind: 'corrected' });
    const facts = await world.ports.facts.of(fact.subject);
    expect(facts.map(({ unit, state }) => [unit, state]).sort()).toEqual([
      ['gemeente', 'corrected'],
      ['reclassering', 'attested'],
    ]);
  });

  it('of an exclusive role stands for one unit at a time, however many say so at once', async () => {
    const person = world.newPerson();
    const municipalities = ['gemeente', 'buurgemeente'];
    await Promise.all(
      Array.from({ length: 8 }, (_, index) =>
        involved(person, municipalities[index % 2] ?? '', 'residence-municipality', { from: ago(20 - index) }),
      ),
    );
    const [any] = await world.ports.facts.of((await attest(person, { type: 'detention' })).subject);
    const facts = await world.ports.facts.of(any?.subject ?? ('' as Fact['subject']));
    const standing = facts.filter((fact) => fact.type === 'involvement' && holdsAt(fact, ago(0)));
    expect(new Set(standing.map(({ unit }) => unit)).size).toBe(1);
  });
});

describe('a claim of involvement on record', () => {
  const file = (subject: SubjectReference) =>
    claimInvolvement(world.ports, world.call('buurgemeente'), {
      subject,
      role: 'return-municipality',
      attester: 'pi',
      justification: 'Heeft zich bij ons gemeld',
      onBehalfOf: someUser('u7', 'nazorgcoordinator', 'K. Smit'),
    });

  it('leaves as much on record for nobody as for somebody, and can be confirmed for somebody alone', async () => {
    const person = world.newPerson();
    await involved(person, 'pi', 'detaining-prison');
    const counts: unknown[] = [];
    const ids: string[] = [];
    for (const subject of [person, world.newPerson()]) {
      const before = await world.count('involvement-claimed');
      const claim = await file(subject);
      if (claim.kind !== 'received') throw new Error('not received');
      counts.push([(await world.count('involvement-claimed')) - before, Object.keys(claim)]);
      ids.push(claim.id);
    }
    expect(counts[1]).toEqual(counts[0]);
    const [known, unknown] = ids as [Parameters<typeof readClaim>[2], Parameters<typeof readClaim>[2]];
    expect(await readClaim(world.ports, world.call('pi'), known)).toMatchObject({
      for: 'attester',
      claim: { userRole: 'nazorgcoordinator', state: 'received' },
    });
    const confirmation = { from: ago(1), until: null, reference: null, caseReference: null };
    const confirmed = await confirmClaim(world.ports, world.call('pi'), known, confirmation);
    expect(confirmed).toMatchObject({ kind: 'confirmed' });
    expect(await confirmClaim(world.ports, world.call('pi'), unknown, confirmation)).toEqual({ kind: 'not-found' });
    expect(await rejectClaim(world.ports, world.call('pi'), known, 'nee')).toEqual({ kind: 'already-decided' });
    expect(await readClaim(world.ports, world.call('buurgemeente'), known)).toMatchObject({
      claim: { state: 'confirmed' },
    });
  });

  it('is confirmed once by two who do so at the same time', async () => {
    const person = world.newPerson();
    await involved(person, 'pi', 'detaining-prison');
    const claim = await file(person);
    if (claim.kind !== 'received') throw new Error('not received');
    const confirmation = { from: ago(1), until: null, reference: null, caseReference: null };
    const outcomes = await Promise.all(
      [1, 2, 3].map(() => confirmClaim(world.ports, world.call('pi'), claim.id, confirmation)),
    );
    expect(outcomes.map(({ kind }) => kind).sort()).toEqual(['already-decided', 'already-decided', 'confirmed']);
  });
});

describe('a timer on record', () => {
  it('fires once, however many gateways look at the same moment', async () => {
    const person = world.newPerson();
    await involved(person, 'pi', 'detaining-prison');
    const before = await world.count('timer-fired');
    // Ten days ago but for a few seconds: the deadline comes while the test looks.
    const from = at(new Date(Date.now() - 10 * 86_400_000 + 5_000).toISOString());
    const detention = await attest(person, { type: 'detention', from });
    const gateways = [world.ports, await world.anotherGateway(), await world.anotherGateway()];
    const deadline = Date.now() + 20_000;
    let fired = 0;
    while (fired === 0 && Date.now() < deadline) {
      const looks = await Promise.all(gateways.map((ports) => fireTimers(ports)));
      fired = looks.reduce((sum, each) => sum + each, 0);
      await world.ports.clock.pause(100);
    }
    expect(fired).toBe(1);
    expect((await world.count('timer-fired')) - before).toBe(1);
    expect(await world.ports.timers.due(ago(0), 0)).toEqual([]);
    const farOff = await world.ports.timers.due(at('2100-01-01T00:00:00.000Z'), 0);
    expect(farOff.length).toBeGreaterThan(0);
    expect(await world.ports.timers.due(at('2100-01-01T00:00:00.000Z'), 1)).toEqual(farOff.slice(1));
    await endFact(world.ports, world.call('pi'), detention.id, ago(0));
    expect(await world.ports.timers.due(at('2100-01-01T00:00:00.000Z'), 0)).not.toContainEqual(
      expect.objectContaining({ word: 'reintegration-plan', fact: detention.id }),
    );
  });

  it('of a start of retention long ago is told once, whatever is purged before and after it', async () => {
    const person = world.newPerson();
    // Nothing else is left to be told.
    await fireTimers(world.ports);
    await attest(person, { type: 'plan-closed', from: ago(400) });
    const told = () => world.count('retention-started');
    const before = await told();
    const clean = () => purge(world.pools.eraser, shippedSet().retentionPeriods, ago(0));
    await clean();
    await fireTimers(world.ports);
    expect((await told()) - before).toBe(1);
    await clean();
    await involved(person, 'pi', 'detaining-prison');
    await fireTimers(world.ports);
    expect((await told()) - before).toBe(1);
  });
});
