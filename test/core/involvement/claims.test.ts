import { beforeEach, describe, expect, it } from 'vitest';
import type { ClaimId, UnitId } from '../../../src/core/brand.ts';
import { ask } from '../../../src/core/disclosure/ask.ts';
import type { ClaimBody } from '../../../src/core/disclosure/operations.ts';
import { claimInvolvement } from '../../../src/core/involvement/claim-involvement.ts';
import { confirmClaim, rejectClaim } from '../../../src/core/involvement/decide-claim.ts';
import { readClaim } from '../../../src/core/involvement/read-claim.ts';
import { at, type MemoryWorld, memoryWorld } from '../../world/memory-world.ts';
import { detain, planAnswer, planRequest, stranger, units } from '../../world/personas.ts';
import { shippedSet } from '../../world/shipped-set.ts';
import { someUser } from '../../world/some-user.ts';

const set = shippedSet();
const claim: ClaimBody = {
  subject: planRequest().subject,
  role: 'return-municipality',
  attester: 'pi',
  justification: 'Deze persoon heeft zich bij ons gemeld voor terugkeer',
  onBehalfOf: someUser('u7', 'nazorgcoordinator', 'K. Smit'),
};
const confirmation = { from: at('2026-11-20T00:00:00.000Z'), until: null, reference: null, caseReference: null };
const nobodys = '01890000-0000-7000-8000-000000000000' as ClaimId;

let world: MemoryWorld;
beforeEach(async () => {
  world = memoryWorld(set, units);
  world.answer = async () => planAnswer;
  await detain(world.ports, () => world.call('pi'));
});

async function filed(body: Partial<ClaimBody> = {}): Promise<ClaimId> {
  const outcome = await claimInvolvement(world.ports, world.call('buurgemeente'), { ...claim, ...body });
  if (outcome.kind !== 'received') throw new Error(`not received: ${outcome.kind}`);
  return outcome.id;
}

const seenBy = (unit: string, id: ClaimId) => readClaim(world.ports, world.call(unit), id);

describe('a claim of involvement', () => {
  it('answers and records the same for a person who is known, one nobody knows, and one of whom others know', async () => {
    const seen: unknown[] = [];
    for (const subject of [claim.subject, stranger, { type: 'caseReference' as const, value: 'X-1' }]) {
      const [entries, events] = [world.entries.length, world.events.length];
      const id = await filed({ subject });
      const [entry] = world.entries.slice(entries);
      seen.push({
        entries: world.entries.length - entries,
        events: world.events.slice(events).map(({ unit, type }) => [unit, type]),
        kind: entry?.kind,
        body: Object.keys(entry?.body ?? {}),
        committed: Object.keys(entry?.personal ?? {}),
        claimant: (await seenBy('buurgemeente', id))?.claim.state,
        other: await seenBy('reclassering', id),
      });
    }
    expect(seen[1]).toEqual(seen[0]);
    expect(seen[2]).toEqual(seen[0]);
    expect(seen[0]).toMatchObject({ entries: 1, events: [['pi', 'nl.sluis.involvement-claim.received']] });
    expect(world.epochs.size).toBe(1);
  });

  it('opens nothing by itself', async () => {
    await filed();
    expect(await ask(world.ports, world.call('buurgemeente'), planRequest())).toMatchObject({ kind: 'refused' });
  });

  it('is shown to the unit that attests only where that is involved with the person itself', async () => {
    const [known, unknown] = [await filed(), await filed({ subject: stranger })];
    expect(await seenBy('pi', known)).toMatchObject({ for: 'attester', claim: { claimant: 'buurgemeente' } });
    expect(await seenBy('pi', unknown)).toBeNull();
    expect(await seenBy('pi', nobodys)).toBeNull();
    world.nowMs = Date.parse('2027-03-01T00:00:00.000Z');
    expect(await seenBy('pi', known)).toBeNull();
  });

  it('does not reach a unit that may not attest that role, and tells the claimant nothing of it', async () => {
    const before = world.events.length;
    const id = await filed({ attester: 'gemeente' });
    expect(world.events).toHaveLength(before);
    expect(await seenBy('buurgemeente', id)).toMatchObject({ claim: { state: 'received' } });
    expect(await confirmClaim(world.ports, world.call('gemeente'), id, confirmation)).toEqual({
      kind: 'may-not-attest',
    });
  });

  it('takes only words and units that there are, and no unit that would confirm its own', async () => {
    const wrong = [
      { role: 'detaining-prison' },
      { role: 'boss' },
      { attester: 'nergens' },
      { attester: 'buurgemeente' },
    ];
    for (const body of wrong) {
      const outcome = await claimInvolvement(world.ports, world.call('buurgemeente'), { ...claim, ...body });
      expect(outcome).toMatchObject({ kind: 'invalid', member: Object.keys(body)[0] });
    }
    const police = await claimInvolvement(world.ports, world.call('corporatie'), {
      ...claim,
      role: 'housing-applicant',
    });
    expect(police).toEqual({ kind: 'number-not-allowed' });
  });

  it('is replayed by its key, whoever it is about', async () => {
    for (const subject of [claim.subject, stranger]) {
      const call = world.call('buurgemeente');
      const first = await claimInvolvement(world.ports, call, { ...claim, subject });
      if (first.kind !== 'received') throw new Error('not received');
      const again = await claimInvolvement(world.ports, call, { ...claim, subject });
      expect(again).toEqual({ kind: 'replayed', id: first.id });
    }
  });
});

describe('the unit that attests', () => {
  it('confirms with the involvement on record in the same commit, and the claimant hears of it', async () => {
    const id = await filed();
    const before = world.entries.length;
    const outcome = await confirmClaim(world.ports, world.call('pi'), id, confirmation);
    expect(outcome).toMatchObject({ kind: 'confirmed', id });
    expect(world.entries.slice(before).map(({ kind }) => kind)).toEqual(
      expect.arrayContaining(['involvement-confirmed', 'fact-attested', 'fact-ended']),
    );
    const fact = [...world.facts.values()].find(({ unit }) => unit === 'buurgemeente');
    expect(fact).toMatchObject({ attestedBy: 'pi', attributes: { role: 'return-municipality' } });
    expect(world.events.filter(({ unit }) => unit === ('buurgemeente' as UnitId)).map(({ type }) => type)).toContain(
      'nl.sluis.involvement-claim.confirmed',
    );
    expect(await seenBy('buurgemeente', id)).toMatchObject({ claim: { state: 'confirmed' } });
    expect(await ask(world.ports, world.call('buurgemeente'), planRequest())).toMatchObject({ kind: 'delivered' });
  });

  it('rejects without the claimant seeing it', async () => {
    const id = await filed();
    const events = world.events.length;
    expect(await rejectClaim(world.ports, world.call('pi'), id, 'niet bekend')).toMatchObject({ kind: 'rejected' });
    expect(world.events).toHaveLength(events);
    const unknown = await filed({ subject: stranger });
    const [refused, nobody] = [await seenBy('buurgemeente', id), await seenBy('buurgemeente', unknown)];
    expect(refused?.claim.state).toBe('received');
    expect(nobody?.claim.state).toBe(refused?.claim.state);
    expect(await seenBy('pi', id)).toMatchObject({ claim: { state: 'rejected' } });
  });

  it('decides once', async () => {
    const id = await filed();
    await rejectClaim(world.ports, world.call('pi'), id, 'niet bekend');
    expect(await confirmClaim(world.ports, world.call('pi'), id, confirmation)).toEqual({ kind: 'already-decided' });
    expect(await rejectClaim(world.ports, world.call('pi'), id, 'nog eens')).toEqual({ kind: 'already-decided' });
  });

  it('finds nothing to decide about a person nobody knows, or that is another unit’s', async () => {
    const [known, unknown] = [await filed(), await filed({ subject: stranger })];
    for (const [unit, id] of [
      ['pi', unknown],
      ['pi', nobodys],
      ['reclassering', known],
      ['buurgemeente', known],
    ] as const) {
      expect(await confirmClaim(world.ports, world.call(unit), id, confirmation)).toEqual({ kind: 'not-found' });
      expect(await rejectClaim(world.ports, world.call(unit), id, 'nee')).toEqual({ kind: 'not-found' });
    }
  });
});
