import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PurposeId, RequestId, UnitId } from '../../src/core/brand.ts';
import { requestConsent } from '../../src/core/consent/request-consent.ts';
import { makeCorrection } from '../../src/core/correction/make-correction.ts';
import { answerRequest } from '../../src/core/disclosure/answer-request.ts';
import { ask } from '../../src/core/disclosure/ask.ts';
import { dryRun } from '../../src/core/disclosure/dry-run.ts';
import { offer } from '../../src/core/disclosure/offer.ts';
import { breakGlass } from '../../src/core/emergency/break-glass.ts';
import { attestFact } from '../../src/core/fact/attest-fact.ts';
import { claimInvolvement } from '../../src/core/involvement/claim-involvement.ts';
import type { SubjectReference } from '../../src/core/subject/reference.ts';
import { createEmergencies } from '../../src/store/emergencies.ts';
import { read } from '../tidy/source-text.ts';
import { encryptionPair } from '../world/encryption-keys.ts';
import { at } from '../world/memory-world.ts';
import { type PeopleWorld, peopleWorld } from '../world/people-world.ts';
import { planAnswer, planFields, planRequest, units } from '../world/personas.ts';
import { someUser } from '../world/some-user.ts';

let world: PeopleWorld;
beforeAll(async () => {
  // An offer is sealed to its recipient's key; where there is none nobody is asked about.
  const encryptionKeys = [{ jwk: encryptionPair().jwk, proof: null }];
  world = await peopleWorld(units.map((unit) => (unit.id === 'reclassering' ? { ...unit, encryptionKeys } : unit)));
  world.answer = async () => planAnswer;
});
afterAll(() => world.close());

const references: readonly SubjectReference[] = [
  { type: 'bsn', value: '999999990' },
  { type: 'skn', value: '9999999' },
  { type: 'pseudonym', value: '0192f0c1-2222-4333-8444-555566667777' },
  { type: 'caseReference', value: 'NIEMAND-2026' },
];

const fact = (subject: SubjectReference, more: object = {}) => ({
  subject,
  type: 'involvement',
  unit: 'corporatie',
  attributes: { role: 'housing-applicant' },
  from: at('2026-11-02T08:00:00.000Z'),
  until: null,
  reference: null,
  caseReference: null,
  ...more,
});

const consent = (subject: SubjectReference) => ({
  subject,
  kind: 'consent' as const,
  source: 'gemeente',
  recipient: 'corporatie',
  purpose: 'housing-placement',
  categories: ['housing'],
  validUntil: at(new Date(Date.now() + 86_400_000).toISOString()),
  language: 'nl',
  caseReference: null,
});

/** By path: every call that names a person and is refused, or answered as for nobody. */
const calls: Readonly<Record<string, (subject: SubjectReference) => Promise<{ readonly kind: string }>>> = {
  '/requests': (subject) => ask(world.ports, world.call('gemeente'), planRequest({ subject })),
  '/offers': (subject) =>
    offer(world.ports, world.call('politie'), {
      purpose: 'supervision' as PurposeId,
      recipient: 'reclassering' as UnitId,
      subject,
      data: { 'policeContacts.incidents': ['aangehouden op 20 november'] },
      addressee: null,
      justification: 'aangehouden tijdens het toezicht',
      caseReference: 'PO-2026-77',
      by: someUser('a7', 'policeOfficer', 'R. Meijer'),
    }),
  '/break-glass': (subject) =>
    breakGlass({ ...world.ports, emergencies: createEmergencies(world.pools.serve) }, world.call('pi'), {
      source: 'reclassering',
      subject,
      fields: ['contactPersons.name'],
      ground: 'Bewusteloos gevonden in de cel, er moet nu iemand worden gebeld.',
      unableToConsent: 'physical',
      establishedHow: 'geen reactie op aanspreken',
      caseReference: 'PI-2026-1',
      onBehalfOf: someUser('d1', 'director', 'A. Bakker'),
    }),
  '/facts': (subject) => attestFact(world.ports, world.call('gemeente'), fact(subject)),
  '/involvement-claims': (subject) =>
    claimInvolvement(world.ports, world.call('gemeente'), {
      subject,
      role: 'return-municipality',
      attester: 'pi',
      justification: 'de betrokkene komt hier wonen',
      onBehalfOf: null,
    }),
  '/corrections': (subject) =>
    makeCorrection(world.ports, world.call('gemeente'), {
      subject,
      kind: 'restricted',
      fields: ['identity.surname'],
      ground: 'het gegeven klopt niet',
      corrects: null,
      rightsRequest: null,
      by: someUser('u1', 'casemanager', 'A. de Wit'),
    }),
  // Whoever is meant, there is no such request of this source.
  '/inbox/{id}/answers': (subject) =>
    answerRequest(world.ports, world.call('gemeente'), world.ports.entropy.id() as RequestId, {
      ...{ subject, data: {}, complete: true, by: someUser('u1', 'casemanager', 'A. de Wit') },
    }),
  '/consents': (subject) => requestConsent(world.ports, world.call('gemeente'), consent(subject)),
};

async function counts(): Promise<unknown> {
  const tables = ['subject', 'subject_identifier', 'subject_pseudonym', 'subject_case_reference'];
  const all = tables.map((table) => `(SELECT count(*) FROM ${table})`).join(', ');
  const [kept] = await world.rows(`SELECT json_build_array(${all}) AS n`);
  const [keys] = await world.inVault('SELECT count(*) AS n FROM vault.subject_key');
  return [kept?.n, keys?.n];
}

describe('nobody is made known by', () => {
  it.each(Object.entries(calls))('POST %s about somebody the gateway does not know', async (_, call) => {
    const before = await counts();
    for (const subject of references) {
      const { kind } = await call(subject);
      expect([
        'refused',
        'invalid',
        'may-not-attest',
        'number-not-allowed',
        'received',
        'requested',
        'made',
        'not-found',
      ]).toContain(kind);
    }
    expect(await counts()).toEqual(before);
  });

  it('a dry run, nor a statement that a prison makes in words that mean nothing', async () => {
    const before = await counts();
    for (const subject of references) {
      const question = { purpose: 'plan-basic-conditions', source: 'pi', subject, fields: planFields, userRole: null };
      await dryRun(world.ports, world.call('gemeente'), { ...question, processingActivity: null });
      const prison = () => world.call('pi');
      const wrong = await attestFact(world.ports, prison(), fact(subject, { type: 'nothing-of-the-kind' }));
      expect(wrong.kind).toBe('invalid');
      const other = await attestFact(world.ports, prison(), fact(subject, { unit: 'nobody' }));
      expect(other.kind).toBe('invalid');
    }
    expect(await counts()).toEqual(before);
  });

  it('any other way in: every route whose body names a person is tried here', () => {
    const api = JSON.parse(read('openapi/sluis.openapi.json'));
    const bodies: Readonly<Record<string, unknown>> = api.components.schemas;
    const names = (schema: unknown, seen: Set<string>): boolean => {
      const text = JSON.stringify(schema ?? null);
      if (text.includes('/SubjectReference"')) return true;
      const refs = [...text.matchAll(/#\/components\/schemas\/([A-Za-z0-9]+)/g)].map(([, name]) => name ?? '');
      return refs.some((name) => !seen.has(name) && names(bodies[name], seen.add(name)));
    };
    const posts = Object.entries<{ post?: { requestBody?: unknown } }>(api.paths)
      .filter(([, { post }]) => names(post?.requestBody, new Set()))
      .map(([path]) => path);
    expect(posts.toSorted()).toEqual(Object.keys(calls).toSorted());
  });

  it('is made known by a prison that attests, so that the counts above can differ', async () => {
    const before = await counts();
    await world.person('notified');
    expect(await counts()).not.toEqual(before);
  });
});

describe('a partner without a right to the number', () => {
  it('is refused by number for everybody alike, and gets on by pseudonym and case reference alone', async () => {
    const person = await world.person('detained');
    const id = await world.found(person);
    for (const value of [person.value, '999999990']) {
      const byNumber = planRequest({ subject: { type: 'bsn', value } });
      expect(await ask(world.ports, world.call('corporatie'), byNumber)).toEqual({ kind: 'number-not-allowed' });
    }
    const asked = await world.consentOf(person);
    const [row] = await world.rows('SELECT subject_id FROM consent WHERE id = $1', [asked]);
    expect(row?.subject_id).toBe(id);
  });

  it('is told no number as a source either, however it wants people named', async () => {
    const person = await world.person('detained');
    const seen: unknown[] = [];
    const set = world.subjectPorts.policies.current();
    const kinds = [...set.catalogue.partnerKinds].map(
      ([id, kind]) => [id, id === 'prison' ? { ...kind, mayProcessBsn: false } : kind] as const,
    );
    const narrowed = { ...set, catalogue: { ...set.catalogue, partnerKinds: new Map(kinds) } };
    const ports = {
      ...world.ports,
      policies: { current: () => set, boundTo: () => narrowed },
      sources: {
        fetch: async (question: { readonly identifiers: unknown }) => {
          seen.push(question.identifiers);
          return planAnswer;
        },
      },
    };
    await ask(ports, world.call('gemeente'), planRequest({ subject: person }));
    await ask({ ...ports, policies: world.ports.policies }, world.call('gemeente'), planRequest({ subject: person }));
    expect(seen).toEqual([{}, { bsn: person.value }]);
  });
});
