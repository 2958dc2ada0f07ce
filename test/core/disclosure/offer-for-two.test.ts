import { beforeEach, describe, expect, it } from 'vitest';
import type { FieldId, RequestId, UnitId } from '../../../src/core/brand.ts';
import { makeCorrection } from '../../../src/core/correction/make-correction.ts';
import { approve } from '../../../src/core/disclosure/approve.ts';
import type { ApprovalBody } from '../../../src/core/disclosure/operations.ts';
import { wakeRequests } from '../../../src/core/disclosure/wake.ts';
import type { User } from '../../../src/core/partner/partner.ts';
import type { Obligations } from '../../../src/core/policy/decision.ts';
import { agent, OfferWorld, probationOfficer } from '../../world/offer-world.ts';
import { shippedSet } from '../../world/shipped-set.ts';
import { someUser } from '../../world/some-user.ts';
import { withObligations } from '../../world/with-obligations.ts';

const two = { approval: 'two-persons', approvers: [] } as const;
const colleague = someUser('a8', 'policeOfficer', 'T. Postma');

let world: OfferWorld;
beforeEach(() => {
  world = new OfferWorld();
  bind(two);
});

function bind(obligations: Partial<Obligations>): void {
  world.memory.bound.set('politie' as UnitId, withObligations(shippedSet(), 'supervision', obligations));
}

const stateOf = (id: RequestId) => world.memory.requests.get(id)?.state;

async function offered(): Promise<RequestId> {
  const outcome = await world.toProbation();
  if (outcome.kind !== 'offered') throw new Error(outcome.kind);
  return outcome.request.id;
}

function decide(id: RequestId, approver: User = colleague, more: Partial<ApprovalBody> = {}) {
  const body = { decision: 'approved', ground: null, approver, ...more } as const;
  return approve(world.memory.ports, world.memory.call('politie'), id, body);
}

describe('what two people must agree on', () => {
  it('waits sealed for the second, and its recipient hears of it after that alone', async () => {
    const id = await offered();
    expect([stateOf(id), world.memory.answers.length]).toEqual(['awaiting-approval', 1]);
    expect([world.told('politie'), world.told('reclassering')]).toEqual([['awaiting-approval'], []]);
    expect(world.memory.requests.get(id)?.approvals).toMatchObject([{ role: 'policeOfficer' }]);
    expect(await decide(id)).toMatchObject({ kind: 'recorded', request: { state: 'answered' } });
    expect(world.told('reclassering')).toEqual(['offered']);
    expect(await world.collect(id, probationOfficer, 'reclassering')).toMatchObject({ kind: 'handed-over' });
    expect(world.kindsOf(id)).toEqual([
      ...['permit', 'source-offered', 'approval', 'permit', 'offer-accepted', 'disclosure'],
    ]);
  });

  it('is nothing to its recipient until then: not to be taken, nor to be declined', async () => {
    const id = await offered();
    expect(await world.collect(id, probationOfficer, 'reclassering')).toEqual({ kind: 'not-found' });
    expect(await world.decline(id, 'reclassering')).toEqual({ kind: 'not-found' });
    expect([stateOf(id), world.memory.answers.length]).toEqual(['awaiting-approval', 1]);
  });

  it('is not agreed to twice by whoever offers it', async () => {
    const id = await offered();
    expect(await decide(id, agent)).toEqual({ kind: 'may-not-approve' });
    expect(stateOf(id)).toBe('awaiting-approval');
  });

  it('asks for the other of two roles', async () => {
    bind({ approval: 'two-persons', approvers: ['policeOfficer', 'designatedOfficer'] });
    const id = await offered();
    expect(await decide(id, someUser('a9', 'director', 'B. Mulder'))).toEqual({ kind: 'may-not-approve' });
    expect(await decide(id)).toMatchObject({ request: { state: 'awaiting-approval' } });
    const officer = someUser('a9', 'designatedOfficer', 'B. Mulder');
    expect(await decide(id, officer)).toMatchObject({ request: { state: 'answered' } });
  });

  it('goes as a whole or not at all, since it is sealed already', async () => {
    const strike = ['policeContacts.incidents' as FieldId];
    const problem = { en: expect.stringContaining('sealed already') };
    expect(await decide(await offered(), colleague, { strike })).toMatchObject({ member: 'strike', problem });
  });

  it.each(['rectified', 'erased'] as const)(
    'ends where its source says that the value is %s: it holds that of before',
    async (kind) => {
      const id = await offered();
      const body = {
        ...{ subject: { type: 'bsn' as const, value: '900000041' }, kind, fields: ['policeContacts.incidents'] },
        ...{ ground: 'gehoord door een collega', corrects: null, rightsRequest: null, by: agent },
      } as const;
      expect(await makeCorrection(world.memory.ports, world.memory.call('politie'), body)).toMatchObject({
        kind: 'made',
      });
      expect([stateOf(id), world.memory.answers.length]).toEqual(['withdrawn', 0]);
      expect([world.told('politie'), world.told('reclassering')]).toEqual([['awaiting-approval', 'stopped'], []]);
      expect(await decide(id)).toMatchObject({ kind: 'wrong-state' });
      expect(await world.collect(id, probationOfficer, 'reclassering')).toEqual({ kind: 'not-found' });
    },
  );

  it('is gone when the second says no, and its recipient never hears of it', async () => {
    const id = await offered();
    const declined = await decide(id, colleague, { decision: 'declined', ground: 'te vroeg' });
    expect(declined).toMatchObject({ request: { state: 'declined' } });
    expect([world.memory.answers, world.told('reclassering')]).toEqual([[], []]);
    expect(await world.collect(id, probationOfficer, 'reclassering')).toEqual({ kind: 'not-found' });
  });

  it.each([
    ['what it rests on ends', () => endSupervision(), 'withdrawn'],
    ['its time is over', () => later(30), 'expired'],
  ])('is gone when %s, and its recipient never hears of it', async (_, happens, state) => {
    const id = await offered();
    happens();
    await wakeRequests(world.memory.ports);
    expect([stateOf(id), world.told('reclassering')]).toEqual([state, []]);
    expect(await world.collect(id, probationOfficer, 'reclassering')).toEqual({ kind: 'not-found' });
    expect(await decide(id)).toMatchObject({ kind: 'wrong-state' });
  });

  it('stops where its policy by now lets the gateway see nothing of it', async () => {
    const id = await offered();
    bind({ ...two, seal: 'end-to-end' });
    expect(await decide(id)).toMatchObject({ kind: 'wrong-state', request: { state: 'withdrawn' } });
    expect(world.told('reclassering')).toEqual([]);
  });
});

function endSupervision(): void {
  for (const [id, fact] of world.memory.facts) if (fact.type === 'supervision') world.memory.facts.delete(id);
}

function later(days: number): void {
  world.memory.nowMs += days * 86_400_000;
}
