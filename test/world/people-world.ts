import { expect } from 'vitest';
import type { ConsentId, Instant, SubjectChangeId, SubjectId, UnitId } from '../../src/core/brand.ts';
import { requestConsent } from '../../src/core/consent/request-consent.ts';
import { attestFact } from '../../src/core/fact/attest-fact.ts';
import type { Unit } from '../../src/core/partner/partner.ts';
import type { Result } from '../../src/core/result.ts';
import type { Asked, SubjectChangeOutcome, SubjectChangeRefusal } from '../../src/core/subject/change-ports.ts';
import { correctNumber } from '../../src/core/subject/correct-number.ts';
import { joinPeople } from '../../src/core/subject/join-people.ts';
import { readSubjectChange, type SubjectChangeView } from '../../src/core/subject/read-subject-change.ts';
import type { SubjectReference } from '../../src/core/subject/reference.ts';
import type { NumberScheme } from '../../src/core/subject/subject-change.ts';
import { toldChange } from '../../src/store/subject-changes.ts';
import { at } from './memory-world.ts';
import { detain, units } from './personas.ts';
import { type PostgresWorld, postgresWorld } from './postgres-ports.ts';
import { shippedSet } from './shipped-set.ts';

export const asked: Asked = { by: 'A. Functionaris', ground: 'melding van de basisregistratie' };
export const unit = (id: string): UnitId => id as UnitId;

export interface PeopleWorld extends PostgresWorld {
  /** A person under a new number, with the facts of a detention, or known to probation and no more. */
  person(kind: 'detained' | 'notified', caseReference?: string): Promise<SubjectReference & { readonly type: 'bsn' }>;
  named(reference: SubjectReference, by?: string): { by: 'reference'; reference: SubjectReference; unit: UnitId };
  idOf(reference: SubjectReference, by?: string): Promise<SubjectId | null>;
  /** As `idOf`, of somebody who is known. */
  found(reference: SubjectReference, by?: string): Promise<SubjectId>;
  epochOf(id: SubjectId): Promise<number>;
  correct(who: SubjectReference, value: string, dryRun?: boolean, scheme?: NumberScheme): Promise<Outcome>;
  /** The number of the one that goes is withdrawn, unless told otherwise. */
  join(
    goes: SubjectReference,
    stays: SubjectReference,
    dryRun?: boolean,
    withdraw?: readonly NumberScheme[],
  ): Promise<Outcome>;
  /** What a unit reads behind the link that it got. */
  told(by: string, id: SubjectChangeId): Promise<SubjectChangeView | null>;
  /** A consent that the housing association asks for. */
  consentOf(who: SubjectReference): Promise<ConsentId>;
  /** A request about somebody that waits for people at its source. */
  waiting(who: SubjectReference): Promise<string>;
  stateOf(request: string): Promise<unknown>;
  /** Every row that says something about somebody, whoever it is, without what only ever counts up. */
  everything(): Promise<Readonly<Record<string, readonly string[]>>>;
  rows(sql: string, values?: readonly unknown[]): Promise<readonly Record<string, unknown>[]>;
  /** As `rows`, in the vault. */
  inVault(sql: string, values?: readonly unknown[]): Promise<readonly Record<string, unknown>[]>;
}

type Outcome = Result<SubjectChangeOutcome, SubjectChangeRefusal>;

export function done(outcome: Outcome): SubjectChangeOutcome & { readonly id: SubjectChangeId } {
  if (!outcome.ok || outcome.value.id === null) throw new Error(`not done: ${JSON.stringify(outcome)}`);
  return { ...outcome.value, id: outcome.value.id };
}

/** People on a real database, for tests that change who is who. */
export async function peopleWorld(who: readonly Unit[] = units): Promise<PeopleWorld> {
  const world = await postgresWorld(shippedSet(), who);
  const rows = async (sql: string, values: readonly unknown[] = []) =>
    (await world.pools.owner.query<Record<string, unknown>>(sql, [...values])).rows;
  const inVault: PeopleWorld['inVault'] = async (sql, values = []) =>
    (await world.pools.vaultOwner.query<Record<string, unknown>>(sql, [...values])).rows;
  const named = (reference: SubjectReference, by = '') => ({ by: 'reference', reference, unit: unit(by) }) as const;
  const idOf: PeopleWorld['idOf'] = async (reference, by = '') => {
    const { snapshot } = await world.ports.snapshots.read({
      subject: named(reference, by),
      source: unit(''),
      recipient: unit(''),
      idempotency: null,
    });
    return snapshot.subject?.id ?? null;
  };
  const found: PeopleWorld['found'] = async (reference, by) => {
    const id = await idOf(reference, by);
    if (id === null) throw new Error('nobody is found by it');
    return id;
  };
  return Object.assign(world, {
    rows,
    inVault,
    named,
    idOf,
    found,
    person: (kind: 'detained' | 'notified', caseReference?: string) => makeKnown(world, kind, caseReference ?? null),
    epochOf: async (id: SubjectId) => Number((await rows('SELECT epoch FROM subject WHERE id = $1', [id]))[0]?.epoch),
    correct: (who: SubjectReference, value: string, dryRun = false, scheme: NumberScheme = 'bsn') =>
      correctNumber(world.subjectPorts, named(who), { scheme, value }, asked, dryRun),
    join: (
      goes: SubjectReference,
      stays: SubjectReference,
      dryRun = false,
      withdraw: readonly NumberScheme[] = ['bsn'],
    ) => joinPeople(world.subjectPorts, { goes: named(goes), stays: named(stays), withdraw }, asked, dryRun),
    told: (by: string, id: SubjectChangeId) =>
      readSubjectChange(
        { told: (...of) => toldChange(world.pools.serve, ...of), subjects: world.ports.subjects },
        unit(by),
        id,
      ),
    consentOf: async (who: SubjectReference) => askConsent(world, await found(who)),
    async waiting(who: SubjectReference) {
      const id = world.ports.entropy.id();
      await rows(waitingRequest, [id, await found(who)]);
      return id;
    },
    stateOf: async (request: string) => (await rows('SELECT state FROM request WHERE id = $1', [request]))[0]?.state,
    async everything() {
      const all: Record<string, readonly string[]> = {};
      for (const [table, columns] of Object.entries(tables)) {
        const kept = await rows(`SELECT ${columns} FROM ${table} ORDER BY 1, 2`);
        all[table] = kept.map((row) => JSON.stringify(row));
      }
      const keys = await inVault('SELECT subject_id, created_at FROM vault.subject_key ORDER BY 1, 2');
      all['vault.subject_key'] = keys.map((row) => JSON.stringify(row));
      return all;
    },
  });
}

async function makeKnown(world: PostgresWorld, kind: 'detained' | 'notified', caseReference: string | null) {
  const reference = world.newPerson();
  if (reference.type !== 'bsn') throw new Error('people are made known by that number');
  if (kind === 'detained') {
    await detain(world.ports, () => world.call('pi'), reference);
    return reference;
  }
  const outcome = await attestFact(world.ports, world.call('pi'), {
    subject: reference,
    type: 'involvement',
    unit: 'reclassering',
    attributes: { role: 'notified-probation' },
    from: at('2026-11-02T08:00:00.000Z'),
    until: null,
    reference: null,
    caseReference,
  });
  expect(outcome.kind).toBe('attested');
  return reference;
}

async function askConsent(world: PostgresWorld, subject: SubjectId): Promise<ConsentId> {
  const value = await world.ports.subjects.pseudonym(unit('corporatie'), subject);
  const outcome = await requestConsent(world.ports, world.call('corporatie'), {
    subject: { type: 'pseudonym', value },
    kind: 'consent',
    source: 'gemeente',
    recipient: 'corporatie',
    purpose: 'housing-placement',
    categories: ['housing'],
    validUntil: new Date(Date.now() + 30 * 86_400_000).toISOString() as Instant,
    language: 'nl',
    caseReference: null,
  });
  if (outcome.kind !== 'requested') throw new Error(outcome.kind);
  return outcome.consent.id;
}

const waitingRequest = `INSERT INTO request (id, trace, direction, recipient, source, purpose, subject_id, fields, state,
    decision, received_at, moved_at, entry_id)
  VALUES ($1, 't', 'pull', 'gemeente', 'pi', 'plan-basic-conditions', $2, '{}', 'awaiting-approval', '{}', now(), now(), $1)`;

const tables: Readonly<Record<string, string>> = {
  subject: 'id, merged_into',
  subject_identifier: 'lookup, scheme, subject_id',
  subject_pseudonym: 'pseudonym, unit_id, subject_id, given_at, made_for',
  subject_case_reference: 'unit_id, reference, subject_id',
  fact: '*',
  consent: '*',
  request: 'id, subject_id, recipient, source',
  notice: '*',
  involvement_claim: '*',
  timer: '*',
};
