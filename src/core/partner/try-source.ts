import type { RequestId, UnitId } from '../brand.ts';
import type { Catalogue } from '../category/catalogue.ts';
import { frame } from '../disclosure/entries.ts';
import type { Clock, Entropy, Journal, PolicySets, Registry, Snapshots, SourceQuestion } from '../disclosure/ports.ts';
import { settle, stale } from '../disclosure/settle.ts';
import { canonical } from '../ledger/canonical.ts';
import { ok, type Result, refuse } from '../result.ts';
import type { SubjectReference } from '../subject/reference.ts';
import { answersThroughPeople, httpOf } from './connector.ts';
import type { FieldRead } from './field-read.ts';
import type { Unit } from './partner.ts';

export interface TrialPorts {
  readonly clock: Clock;
  readonly entropy: Entropy;
  readonly registry: Registry;
  readonly journal: Journal;
  readonly policies: Pick<PolicySets, 'current'>;
  readonly snapshots: Snapshots;
  /** Asks the source; throws a `source-*` Fault. */
  readonly read: (question: SourceQuestion) => Promise<ReadonlyMap<string, FieldRead>>;
}

export interface Trial {
  readonly unit: UnitId;
  /** An invented person whom the source knows. */
  readonly person: SubjectReference;
  readonly by: string;
  readonly ground: string;
}

/** `wrong-type`: of another form than the connector or the catalogue says. */
export type FieldTried =
  | 'maps'
  | 'absent'
  | 'wrong-type'
  | 'unknown-code'
  | 'contradicts'
  | 'ambiguous'
  | 'not-in-catalogue';

/**
 * Why a source was not asked: `through-people`, its people answer, or its software that fetches what waits for it;
 * `seals-itself`, its answers are for a recipient, and without a permit it would answer in clear or not at all;
 * `other-scheme`, its connector asks by another; `may-not-process`, its kind may not process that number;
 * `not-a-test-number`, the number may be that of somebody who lives.
 */
export type NotTried =
  | 'unknown-unit'
  | 'no-connector'
  | 'through-people'
  | 'seals-itself'
  | 'nothing-mapped'
  | 'other-scheme'
  | 'may-not-process'
  | 'not-a-test-number';

/**
 * Asks a source for everything that its connector maps, about an invented person, and says of each field what became
 * of it, never what it was. Who tried, why and about whom is durable before the source is asked. No decision stands
 * behind it, so a citizen service number must be one of those that are kept for tests. Throws `source-*` faults.
 */
export async function trySource(
  ports: TrialPorts,
  trial: Trial,
): Promise<Result<ReadonlyMap<string, FieldTried>, NotTried>> {
  const { catalogue } = ports.policies.current();
  const unit = ports.registry.current().units.get(trial.unit);
  const problem = whyNot(unit, trial.person, catalogue);
  if (problem !== null) return refuse(problem);
  const connector = httpOf(unit?.connector ?? null);
  if (unit === undefined || connector === null) return refuse('no-connector');
  const fields = Object.keys(connector.fields);
  await settle(ports, () => putOnRecord(ports, trial, fields));
  const { query } = connector;
  const read = await ports.read({
    unit,
    identifiers: { [trial.person.type]: trial.person.value },
    fields,
    purpose: 'source-check',
    obtained: Object.fromEntries(fields.map((field) => [field, query?.obtained ?? ['own']])),
    request: ports.entropy.id() as RequestId,
    trace: ports.entropy.trace(),
  });
  return ok(new Map([...read].map(([field, found]) => [field, triedOf(catalogue, field, found)])));
}

function whyNot(unit: Unit | undefined, person: SubjectReference, catalogue: Catalogue): NotTried | null {
  if (unit === undefined) return 'unknown-unit';
  if (answersThroughPeople(unit)) return 'through-people';
  const connector = httpOf(unit.connector);
  if (connector === null) return 'no-connector';
  if (connector.answers === 'sealed') return 'seals-itself';
  if (Object.keys(connector.fields).length === 0) return 'nothing-mapped';
  const { type, value } = person;
  if (type !== connector.subject.scheme) return 'other-scheme';
  const kind = catalogue.partnerKinds.get(unit.kind);
  if (type === 'bsn' && kind?.mayProcessBsn !== true) return 'may-not-process';
  if (type === 'skn' && kind?.mayProcessSkn !== true) return 'may-not-process';
  return type === 'bsn' && !value.startsWith('9') ? 'not-a-test-number' : null;
}

async function putOnRecord(
  ports: TrialPorts,
  { unit, person, by, ground }: Trial,
  fields: readonly string[],
): Promise<true | typeof stale> {
  const registryVersion = ports.registry.current().version;
  const policySet = ports.policies.current().digest;
  const { snapshot } = await ports.snapshots.read({
    subject: { by: 'reference', reference: person, unit },
    source: unit,
    recipient: unit,
    idempotency: null,
  });
  const subject = snapshot.subject?.id ?? null;
  const about = { trace: ports.entropy.trace(), purpose: null, source: unit, recipient: null };
  const committed = await ports.journal.commit({
    rests: { subject: null, registryVersion, policySet },
    moves: false,
    entries: [
      {
        ...frame(ports.entropy, about, ports.clock.now(), policySet),
        kind: 'source-tried',
        body: { fields },
        subject,
        personal: {
          ...(subject === null ? {} : { subject }),
          reference: canonical({ type: person.type, value: person.value }),
          requestedBy: by,
          ground,
        },
        fleeting: {},
      },
    ],
    changes: [],
  });
  return committed.outcome === 'durable' ? true : stale;
}

function triedOf({ fields }: Catalogue, field: string, read: FieldRead): FieldTried {
  const known = [...fields.values()].find(({ id }) => id === field);
  if (known === undefined) return 'not-in-catalogue';
  if (read.found === 'nothing') return 'absent';
  if (read.found !== 'value') return read.found;
  return known.schema.safeParse(read.value).success ? 'maps' : 'wrong-type';
}
