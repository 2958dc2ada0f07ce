import { beforeEach, describe, expect, it } from 'vitest';
import type { Digest, FieldId, UnitId } from '../../../src/core/brand.ts';
import { requestConsent } from '../../../src/core/consent/request-consent.ts';
import { ask } from '../../../src/core/disclosure/ask.ts';
import type { PolicySet } from '../../../src/core/policy/policy-set.ts';
import { at, type MemoryWorld, memoryWorld } from '../../world/memory-world.ts';
import { detain, planAnswer, planRequest, stranger, units } from '../../world/personas.ts';
import { shippedSet } from '../../world/shipped-set.ts';
import { dropReference, visible } from '../../world/visible.ts';

const newer = shippedSet();
const prison = 'pi' as UnitId;
const field = 'identity.surname' as FieldId;

/** The set that was there before: without the purpose, or without the field. */
const withoutPurpose: PolicySet = {
  ...newer,
  digest: `sha256:${'0'.repeat(64)}` as Digest,
  catalogue: {
    ...newer.catalogue,
    purposes: new Map([...newer.catalogue.purposes].filter(([purpose]) => purpose !== 'plan-basic-conditions')),
  },
};

let world: MemoryWorld;
beforeEach(async () => {
  world = memoryWorld(newer, units);
  await detain(world.ports, () => world.call('pi'));
  world.answer = async () => planAnswer;
});

describe('a source that accepted no set in force', () => {
  beforeEach(() => world.bound.set(prison, null));

  it('gives nothing, says why, and puts the refusal on record', async () => {
    const outcome = await ask(world.ports, world.call('gemeente'), planRequest());
    if (outcome.kind !== 'refused') throw new Error(outcome.kind);
    const { decision } = outcome.request;
    expect(decision).toMatchObject({ outcome: 'refusal', class: 'not-permitted', permitted: [], obligations: null });
    for (const { reasons } of decision.refused) {
      expect(reasons).toEqual([
        expect.objectContaining({
          text: expect.objectContaining({ en: expect.stringMatching(/accepted no policies/) }),
        }),
      ]);
    }
    expect(world.entries.at(-1)).toMatchObject({ kind: 'refusal', policySet: newer.digest });
  });

  it('says the same about anybody, known or not', async () => {
    const known = await ask(world.ports, world.call('gemeente'), planRequest());
    const unknown = await ask(world.ports, world.call('gemeente'), planRequest({ subject: stranger }));
    const seen = (outcome: typeof known): unknown => JSON.parse(JSON.stringify(visible(outcome), dropReference));
    expect(seen(known)).toEqual(seen(unknown));
    expect(world.entries.slice(-2).map(({ kind }) => kind)).toEqual(['refusal', 'refusal']);
  });

  it('has nothing to ask consent for', async () => {
    world.bound.set('gemeente' as UnitId, null);
    const outcome = await requestConsent(world.ports, world.call('corporatie'), {
      subject: { type: 'caseReference', value: 'WH-2026-0117' },
      source: 'gemeente',
      recipient: 'corporatie',
      purpose: 'housing-placement',
      categories: ['housing'],
      validUntil: at('2027-01-01T00:00:00.000Z'),
      language: 'nl',
      kind: 'consent',
      caseReference: null,
    });
    expect(outcome).toEqual({ kind: 'may-not-request' });
  });

  it('sends no notice of what it may not push', async () => {
    const silent = memoryWorld(newer, units);
    silent.bound.set(prison, null);
    await detain(silent.ports, () => silent.call('pi'));
    expect(world.notices.length).toBeGreaterThan(0);
    expect(silent.notices).toEqual([]);
  });
});

describe('a source that accepted an older set', () => {
  it('is asked in the words of that set, and others in those of theirs', async () => {
    world.bound.set(prison, withoutPurpose);
    expect(await ask(world.ports, world.call('gemeente'), planRequest())).toEqual({
      kind: 'unknown-word',
      member: 'purpose',
    });
    world.bound.delete(prison);
    expect(await ask(world.ports, world.call('gemeente'), planRequest())).toMatchObject({ kind: 'delivered' });
  });

  it('gives under that set, which its entries name, while the commit rests on the active one', async () => {
    const older: PolicySet = { ...newer, digest: `sha256:${'1'.repeat(64)}` as Digest };
    world.bound.set(prison, older);
    const rested: (Digest | null)[] = [];
    const journal: MemoryWorld['ports']['journal'] = {
      ...world.ports.journal,
      commit: (work) => {
        rested.push(work.rests.policySet);
        return world.ports.journal.commit(work);
      },
    };
    const outcome = await ask({ ...world.ports, journal }, world.call('gemeente'), planRequest({ fields: [field] }));
    expect(outcome).toMatchObject({ kind: 'delivered', request: { decision: { policySet: older.digest } } });
    expect(world.entries.slice(-2).map(({ policySet }) => policySet)).toEqual([older.digest, older.digest]);
    expect(new Set(rested)).toEqual(new Set([newer.digest]));
  });

  it('gives nothing of an answer that was fetched under a set that binds it no more', async () => {
    world.answer = async () => {
      world.bound.set(prison, null);
      return planAnswer;
    };
    const outcome = await ask(world.ports, world.call('gemeente'), planRequest({ fields: [field] }));
    expect(outcome).toMatchObject({ kind: 'refused' });
    expect(world.entries.slice(-2).map(({ kind }) => kind)).toEqual(['permit', 'refusal']);
  });
});
