import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { withdrawOwnConsent } from '../../../src/core/consent/withdraw-consent.ts';
import { approve } from '../../../src/core/disclosure/approve.ts';
import { ask } from '../../../src/core/disclosure/ask.ts';
import { collect } from '../../../src/core/disclosure/collect.ts';
import type { AskOutcome, CollectOutcome } from '../../../src/core/disclosure/operations.ts';
import { Fault } from '../../../src/core/fault.ts';
import { type Breakage, type MemoryWorld, memoryWorld } from '../../world/memory-world.ts';
import {
  askConsent,
  detain,
  giveConsent,
  housingAnswer,
  housingRequest,
  planAnswer,
  planFields,
  planRequest,
  stranger,
  units,
} from '../../world/personas.ts';
import { shippedSet } from '../../world/shipped-set.ts';

const set = shippedSet();
const approver = { id: 'u9', role: 'woonconsulent', name: 'B. Bakker' };

let world: MemoryWorld;
beforeEach(async () => {
  world = memoryWorld(set, units);
  await detain(world.ports, () => world.call('pi'));
  world.answer = async () => planAnswer;
});

/** What a refused asker can see, without what always differs: ids, times and signatures. */
function visible(outcome: AskOutcome | CollectOutcome): unknown {
  if (outcome.kind !== 'refused') return outcome;
  const { id: _id, trace: _trace, receivedAt: _r, movedAt: _m, entry: _e, subject: _s, ...request } = outcome.request;
  const { decidedAt: _d, ...decision } = request.decision;
  return { kind: outcome.kind, request: { ...request, decision }, openings: outcome.receipt.openings };
}

describe('a plan request', () => {
  it('delivers the permitted fields and puts permit and disclosure on record, in that order', async () => {
    const outcome = await ask(world.ports, world.call('gemeente'), planRequest());
    expect(outcome).toMatchObject({ kind: 'delivered', answer: { form: 'clear', data: planAnswer } });
    expect(world.entries.map((entry) => entry.kind).slice(-2)).toEqual(['permit', 'disclosure']);
    expect([...world.requests.values()].at(-1)?.state).toBe('delivered');
  });

  it('gives the asker no opening that says who the gateway thinks it is about', async () => {
    const outcome = await ask(world.ports, world.call('gemeente'), planRequest());
    if (outcome.kind !== 'delivered') throw new Error(outcome.kind);
    expect(outcome.receipt.openings.map((opening) => opening.name)).toEqual(['payload']);
  });

  it('drops fields that the source sends unasked', async () => {
    world.answer = async () => ({ ...planAnswer, 'debts.wgsData': ['deurwaarder'], 'medical.diagnosis': 'x' });
    const outcome = await ask(world.ports, world.call('gemeente'), planRequest());
    expect(outcome).toMatchObject({ kind: 'delivered', answer: { data: planAnswer } });
  });

  it('names the member that no catalogue knows, and writes nothing', async () => {
    const before = world.entries.length;
    const call = () => world.call('gemeente');
    expect(await ask(world.ports, call(), planRequest({ purpose: 'nieuwsgierigheid' }))).toEqual({
      kind: 'unknown-word',
      member: 'purpose',
    });
    expect(await ask(world.ports, call(), planRequest({ source: 'elders' }))).toMatchObject({ member: 'source' });
    const fields = ['identity.surname', 'identity.shoeSize'];
    expect(await ask(world.ports, call(), planRequest({ fields }))).toMatchObject({ member: 'fields.1' });
    expect(world.entries).toHaveLength(before);
  });

  it('replays state and receipt for the same key, never data, and refuses the key for another question', async () => {
    const first = await ask(world.ports, world.call('gemeente', 'sleutel', 'd1'), planRequest());
    const again = await ask(world.ports, world.call('gemeente', 'sleutel', 'd1'), planRequest());
    expect(first.kind).toBe('delivered');
    expect(again).toMatchObject({ kind: 'replayed', request: { state: 'delivered' } });
    expect(again).not.toHaveProperty('answer');
    expect(await ask(world.ports, world.call('gemeente', 'sleutel', 'd2'), planRequest())).toEqual({
      kind: 'key-reused',
    });
  });

  it('refuses the citizen service number from a kind that may not process it', async () => {
    expect(await ask(world.ports, world.call('corporatie'), planRequest())).toEqual({ kind: 'number-not-allowed' });
  });

  it.each(['source-unavailable', 'source-timeout', 'source-invalid'] as const)(
    'puts a %s on record as a failed attempt and gives nothing',
    async (code) => {
      world.answer = async () => {
        throw new Fault(code, 'planted');
      };
      await expect(ask(world.ports, world.call('gemeente'), planRequest())).rejects.toMatchObject({ code });
      expect(world.entries.at(-1)).toMatchObject({ kind: 'failed-attempt', body: { code } });
      expect([...world.requests.values()].at(-1)?.state).toBe('failed');
    },
  );

  it('treats an answer that the catalogue does not know as a failed attempt', async () => {
    world.answer = async () => ({ ...planAnswer, 'identity.birthDate': 'gisteren' });
    await expect(ask(world.ports, world.call('gemeente'), planRequest())).rejects.toMatchObject({
      code: 'source-invalid',
    });
    expect(world.entries.at(-1)?.kind).toBe('failed-attempt');
  });
});

describe('not available', () => {
  it('looks the same for an unknown person and a person with whom the asker is not involved', async () => {
    const uninvolved = await ask(world.ports, world.call('buurgemeente'), planRequest());
    const unknown = await ask(world.ports, world.call('buurgemeente'), planRequest({ subject: stranger }));
    expect(uninvolved).toMatchObject({ kind: 'refused', request: { decision: { class: 'not-available' } } });
    const reference = expect.objectContaining({ name: 'reference' });
    expect(JSON.parse(JSON.stringify(visible(uninvolved)), dropReference)).toEqual(
      JSON.parse(JSON.stringify(visible(unknown)), dropReference),
    );
    if (uninvolved.kind === 'refused') expect(uninvolved.receipt.openings).toContainEqual(reference);
  });

  it('looks the same whether a consent was never asked, waits, was refused, withdrawn or has expired', async () => {
    const seen: unknown[] = [];
    const look = async () => seen.push(visible(await ask(world.ports, world.call('corporatie'), housingRequest())));
    await look();
    const id = await askConsent(world.ports, world.call('gemeente'));
    await look();
    await giveConsent(world.ports, id);
    const consent = world.consents.get(id);
    if (!consent?.subject) throw new Error('no consent');
    world.consents.set(id, { ...consent, state: 'refused' });
    await look();
    world.consents.set(id, consent);
    await withdrawOwnConsent(world.ports, consent.subject, id, world.ports.entropy.trace());
    await look();
    world.consents.set(id, { ...consent, state: 'given' });
    world.nowMs = Date.parse('2027-06-01T00:00:00.000Z');
    await look();
    expect(seen[0]).toMatchObject({ kind: 'refused', request: { decision: { class: 'not-available' } } });
    for (const each of seen) expect(each).toEqual(seen[0]);
  });

  it('tells the police under the plan only what the law says of every person', async () => {
    const known = await ask(world.ports, world.call('politie'), planRequest());
    const unknown = await ask(world.ports, world.call('politie'), planRequest({ subject: stranger }));
    expect(known).toMatchObject({ kind: 'refused', request: { decision: { class: 'prohibited', permitted: [] } } });
    expect(JSON.parse(JSON.stringify(visible(known)), dropReference)).toEqual(
      JSON.parse(JSON.stringify(visible(unknown)), dropReference),
    );
  });
});

describe('a housing request', () => {
  beforeEach(async () => {
    world.answer = async () => housingAnswer;
    await giveConsent(world.ports, await askConsent(world.ports, world.call('gemeente')));
  });

  async function approved(): Promise<Parameters<typeof collect>[2]> {
    const outcome = await ask(world.ports, world.call('corporatie'), housingRequest());
    if (outcome.kind !== 'waiting') throw new Error(`expected to wait, got ${outcome.kind}`);
    const { id } = outcome.request;
    const body = { decision: 'approved', approver, ground: null } as const;
    expect(await approve(world.ports, world.call('gemeente'), id, body)).toMatchObject({ kind: 'recorded' });
    return id;
  }

  it('waits for a human of the source, then is collected once', async () => {
    const id = await approved();
    expect(await collect(world.ports, world.call('corporatie'), id)).toMatchObject({
      kind: 'delivered',
      answer: { data: housingAnswer },
    });
    expect(await collect(world.ports, world.call('corporatie'), id)).toMatchObject({ kind: 'wrong-state' });
  });

  it('cannot be collected before it is approved, nor approved or collected by anybody else', async () => {
    const outcome = await ask(world.ports, world.call('corporatie'), housingRequest());
    if (outcome.kind !== 'waiting') throw new Error(outcome.kind);
    const { id } = outcome.request;
    const body = { decision: 'approved', approver, ground: null } as const;
    expect(await collect(world.ports, world.call('corporatie'), id)).toMatchObject({ kind: 'wrong-state' });
    expect(await approve(world.ports, world.call('corporatie'), id, body)).toEqual({ kind: 'not-found' });
    expect(await approve(world.ports, world.call('buurgemeente'), id, body)).toEqual({ kind: 'not-found' });
    expect(await collect(world.ports, world.call('buurgemeente'), id)).toEqual({ kind: 'not-found' });
  });

  it('ends when a human of the source declines', async () => {
    const outcome = await ask(world.ports, world.call('corporatie'), housingRequest());
    if (outcome.kind !== 'waiting') throw new Error(outcome.kind);
    const { id } = outcome.request;
    const body = { decision: 'declined', approver, ground: 'geen passende aanvraag' } as const;
    expect(await approve(world.ports, world.call('gemeente'), id, body)).toMatchObject({
      request: { state: 'declined' },
    });
    expect(await collect(world.ports, world.call('corporatie'), id)).toMatchObject({ kind: 'wrong-state' });
  });

  it('drops the answer when the subject withdraws while the source answers', async () => {
    const id = await approved();
    const [consent] = [...world.consents.values()];
    if (!consent?.subject) throw new Error('no consent');
    const { subject } = consent;
    world.answer = async () => {
      await withdrawOwnConsent(world.ports, subject, consent.id, world.ports.entropy.trace());
      return housingAnswer;
    };
    const outcome = await collect(world.ports, world.call('corporatie'), id);
    expect(outcome).toMatchObject({ kind: 'refused', request: { decision: { class: 'not-available' } } });
    expect(JSON.stringify(outcome)).not.toContain('eenpersoonswoning');
    expect(world.entries.map((entry) => entry.kind)).not.toContain('disclosure');
  });

  it('drops the answer when the consent comes to its end while the source answers', async () => {
    const id = await approved();
    world.answer = async () => {
      world.nowMs = Date.parse('2027-06-01T00:00:00.000Z');
      return housingAnswer;
    };
    const outcome = await collect(world.ports, world.call('corporatie'), id);
    expect(outcome).toMatchObject({ kind: 'refused', request: { decision: { class: 'not-available' } } });
    expect(world.entries.map((entry) => entry.kind)).not.toContain('disclosure');
  });

  it('does not serve a later consent with the approval of an earlier one', async () => {
    const id = await approved();
    const [consent] = [...world.consents.values()];
    if (!consent?.subject) throw new Error('no consent');
    const { subject } = consent;
    world.answer = async () => {
      await withdrawOwnConsent(world.ports, subject, consent.id, world.ports.entropy.trace());
      throw new Fault('source-timeout', 'planted');
    };
    await expect(collect(world.ports, world.call('corporatie'), id)).rejects.toMatchObject({ code: 'source-timeout' });
    world.answer = async () => housingAnswer;
    await giveConsent(world.ports, await askConsent(world.ports, world.call('gemeente')));
    expect(await collect(world.ports, world.call('corporatie'), id)).toMatchObject({
      kind: 'refused',
      request: { decision: { class: 'not-available' } },
    });
    expect(await ask(world.ports, world.call('corporatie'), housingRequest())).toMatchObject({ kind: 'waiting' });
  });

  it('collects again what a source failed to answer, under the same consent and approval', async () => {
    const id = await approved();
    world.answer = async () => {
      throw new Fault('source-timeout', 'planted');
    };
    await expect(collect(world.ports, world.call('corporatie'), id)).rejects.toMatchObject({ code: 'source-timeout' });
    world.answer = async () => housingAnswer;
    expect(await collect(world.ports, world.call('corporatie'), id)).toMatchObject({ kind: 'delivered' });
  });

  it('stops what waits for approval when the consent is withdrawn', async () => {
    const outcome = await ask(world.ports, world.call('corporatie'), housingRequest());
    if (outcome.kind !== 'waiting') throw new Error(outcome.kind);
    const [consent] = [...world.consents.values()];
    if (!consent?.subject) throw new Error('no consent');
    await withdrawOwnConsent(world.ports, consent.subject, consent.id, world.ports.entropy.trace());
    expect(world.requests.get(outcome.request.id)?.state).toBe('withdrawn');
    const collected = await collect(world.ports, world.call('corporatie'), outcome.request.id);
    const asked = await ask(world.ports, world.call('corporatie'), housingRequest());
    expect(collected).toMatchObject({ kind: 'refused', request: { decision: { class: 'not-available' } } });
    expect(withoutReceipt(visible(collected))).toEqual(withoutReceipt(visible(asked)));
    expect(world.entries.slice(-2).map((entry) => entry.kind)).toEqual(['refusal', 'refusal']);
  });
});

describe('whatever breaks', () => {
  it('gives no answer without a disclosure on record, and none with more than was permitted and asked', async () => {
    const breakage = fc.constantFrom<Breakage>('none', 'before', 'after');
    const fields = fc.subarray(planFields, { minLength: 1 });
    await fc.assert(
      fc.asyncProperty(fields, fc.array(breakage, { maxLength: 3 }), fc.boolean(), async (asked, plan, sourceFails) => {
        const fresh = memoryWorld(set, units);
        await detain(fresh.ports, () => fresh.call('pi'));
        fresh.answer = async () => {
          fresh.breakNextCommit = plan[1] ?? 'none';
          if (sourceFails) throw new Fault('source-timeout', 'planted');
          return planAnswer;
        };
        fresh.breakNextCommit = plan[0] ?? 'none';
        const outcome = await ask(fresh.ports, fresh.call('gemeente'), planRequest({ fields: asked })).catch(
          (error: unknown) => {
            if (error instanceof Fault) return error.code;
            throw error;
          },
        );
        if (typeof outcome === 'string') return;
        const kinds = fresh.entries.filter((entry) => 'request' in entry.body).map((entry) => entry.kind);
        if (outcome.kind !== 'delivered') throw new Error(`unexpected ${outcome.kind}`);
        expect(kinds).toEqual(['permit', 'disclosure']);
        if (outcome.answer.form !== 'clear') throw new Error('expected a clear answer');
        const given = Object.keys(outcome.answer.data);
        expect(outcome.request.decision.permitted).toEqual(expect.arrayContaining(given));
        expect(asked).toEqual(expect.arrayContaining([...outcome.request.decision.permitted]));
      }),
      { numRuns: 200 },
    );
  });
});

/** What the asker wrote itself stands in the receipt of asking, and not in that of collecting. */
function withoutReceipt(seen: unknown): unknown {
  return typeof seen === 'object' && seen !== null ? { ...seen, openings: undefined } : seen;
}

function dropReference(this: unknown, key: string, value: unknown): unknown {
  const isReference = typeof value === 'object' && value !== null && 'name' in value && value.name === 'reference';
  return key !== '' && isReference ? undefined : value;
}
