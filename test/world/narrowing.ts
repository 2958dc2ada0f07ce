import fc from 'fast-check';
import type { ConsentId, FactId, SubjectId } from '../../src/core/brand.ts';
import { decideConsent } from '../../src/core/consent/decide-consent.ts';
import { requestConsent } from '../../src/core/consent/request-consent.ts';
import { withdrawConsent, withdrawOwnConsent } from '../../src/core/consent/withdraw-consent.ts';
import { ask } from '../../src/core/disclosure/ask.ts';
import type { Call } from '../../src/core/disclosure/operations.ts';
import type { RequestBody } from '../../src/core/disclosure/request.ts';
import { attestFact } from '../../src/core/fact/attest-fact.ts';
import { endFact } from '../../src/core/fact/end-fact.ts';
import type { SubjectReference } from '../../src/core/subject/reference.ts';
import { at, type WorldPorts } from './memory-world.ts';
import { applyForHousing, housingRequest, planRequest } from './personas.ts';

/** What may happen to the basis of disclosures about one person. */
export type Step =
  | { readonly type: 'attest'; readonly fact: keyof typeof factMenu }
  | { readonly type: 'request' | 'give' | 'lift' }
  /** These take away, and so may never add. */
  | { readonly type: 'refuse' | 'restrict' }
  | { readonly type: 'withdraw'; readonly by: 'subject' | 'source' | 'recipient' }
  | { readonly type: 'end'; readonly which: number };

const factMenu = {
  detention: { type: 'detention', unit: null, attributes: {} },
  phase: { type: 'phase', unit: null, attributes: { phase: 'detention' } },
  prison: { type: 'involvement', unit: 'pi', attributes: { role: 'detaining-prison' } },
  municipality: { type: 'involvement', unit: 'gemeente', attributes: { role: 'residence-municipality' } },
  return: { type: 'involvement', unit: 'gemeente', attributes: { role: 'return-municipality' } },
  probation: { type: 'involvement', unit: 'reclassering', attributes: { role: 'supervising-probation' } },
} as const;

export const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    type: fc.constant('attest'),
    fact: fc.constantFrom(...(Object.keys(factMenu) as (keyof typeof factMenu)[])),
  }),
  fc.record({ type: fc.constantFrom('request', 'give', 'lift') }),
  fc.record({ type: fc.constantFrom('refuse', 'restrict') }),
  fc.record({ type: fc.constant('withdraw'), by: fc.constantFrom('subject', 'source', 'recipient') }),
  fc.record({ type: fc.constant('end'), which: fc.nat(9) }),
);

const narrowing: ReadonlySet<Step['type']> = new Set(['refuse', 'restrict', 'withdraw', 'end']);

export function narrows({ type }: Step): boolean {
  return narrowing.has(type);
}

/** One person of whom everything that may be asked here can be asked at the beginning. */
export interface Case {
  take(step: Step): Promise<void>;
  /** Fields that each asker is permitted now, by the whole path. */
  permitted(): Promise<ReadonlyMap<string, readonly string[]>>;
}

export async function openCase(
  { ports, call }: { readonly ports: WorldPorts; call(unit: string): Call },
  person: SubjectReference & { readonly type: 'bsn' },
  from: string,
): Promise<Case> {
  const reference = { type: 'caseReference', value: `WH-${person.value}` } as const;
  const subject: SubjectId = await ports.subjects.ensure(person);
  const facts: FactId[] = [];
  const restrictions: FactId[] = [];
  const consents: ConsentId[] = [];
  const trace = () => ports.entropy.trace();

  async function attest(fact: {
    type: string;
    unit: string | null;
    attributes: Record<string, string>;
  }): Promise<FactId> {
    const body = { subject: person, from: at(from), until: null, reference: null, caseReference: null, ...fact };
    const outcome = await attestFact(ports, call('pi'), body);
    if (outcome.kind !== 'attested') throw new Error(`not attested: ${outcome.kind}`);
    return outcome.fact.id;
  }

  async function request(): Promise<void> {
    const outcome = await requestConsent(ports, call('gemeente'), {
      subject: person,
      kind: 'consent',
      source: 'gemeente',
      recipient: 'corporatie',
      purpose: 'housing-placement',
      categories: ['housing', 'identity'],
      validUntil: at(new Date(Date.parse(ports.clock.now()) + 30 * 86_400_000).toISOString()),
      language: 'nl',
      caseReference: reference.value,
    });
    if (outcome.kind !== 'requested') throw new Error(`not requested: ${outcome.kind}`);
    consents.push(outcome.consent.id);
  }

  async function take(taken: Step): Promise<void> {
    const consent = consents.at(-1);
    switch (taken.type) {
      case 'attest':
        facts.push(await attest({ ...factMenu[taken.fact], attributes: { ...factMenu[taken.fact].attributes } }));
        return;
      case 'restrict':
        restrictions.push(await attest({ type: 'restriction', unit: null, attributes: {} }));
        return;
      case 'lift':
        for (const id of restrictions.splice(0)) await endFact(ports, call('pi'), id, ports.clock.now());
        return;
      case 'end': {
        const [id] = facts.splice(taken.which % Math.max(1, facts.length), 1);
        if (id !== undefined) await endFact(ports, call('pi'), id, ports.clock.now());
        return;
      }
      case 'request':
        return request();
      case 'give':
      case 'refuse': {
        const decision = taken.type === 'give' ? 'given' : 'refused';
        if (consent !== undefined) await decideConsent(ports, subject, consent, decision, trace());
        return;
      }
      case 'withdraw':
        if (consent === undefined) return;
        if (taken.by === 'subject') await withdrawOwnConsent(ports, subject, consent, trace());
        else await withdrawConsent(ports, call(taken.by === 'source' ? 'gemeente' : 'corporatie'), consent);
    }
  }

  const everything = ['detention', 'phase', 'prison', 'municipality', 'probation'] as const;
  for (const fact of everything) await take({ type: 'attest', fact });
  await applyForHousing(ports, call('gemeente'), person, from);
  await take({ type: 'request' });
  await take({ type: 'give' });
  return { take, permitted: () => permittedTo(ports, call, person, reference) };
}

async function permittedTo(
  ports: WorldPorts,
  call: (unit: string) => Call,
  person: SubjectReference,
  reference: SubjectReference,
): Promise<ReadonlyMap<string, readonly string[]>> {
  const questions: readonly (readonly [string, RequestBody])[] = [
    ['gemeente', planRequest({ subject: person })],
    ['reclassering', planRequest({ subject: person })],
    ['corporatie', housingRequest({ subject: reference })],
  ];
  const found = new Map<string, readonly string[]>();
  for (const [asker, body] of questions) {
    const outcome = await ask(ports, call(asker), body);
    if (outcome.kind !== 'delivered' && outcome.kind !== 'waiting' && outcome.kind !== 'refused') {
      throw new Error(`${asker} got ${outcome.kind}`);
    }
    found.set(`${asker}: ${body.purpose}`, outcome.request.decision.permitted);
  }
  return found;
}
