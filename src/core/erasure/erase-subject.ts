import type { UnitId } from '../brand.ts';
import { frame } from '../disclosure/entries.ts';
import { settle, stale } from '../disclosure/settle.ts';
import { ok, type Result, refuse } from '../result.ts';
import type { Asked, PersonNamed } from '../subject/change-ports.ts';
import { earliest, keptByLaw, valuesThatMayGo } from './may-go.ts';
import type { ErasureOutcome, ErasurePorts, ErasureRefusal, PersonOnRecord } from './ports.ts';

/** A number is the same whoever names it. */
const nobody = '' as UnitId;

/**
 * Puts on record that somebody is erased, and orders it: from that commit on nothing is written about them. What goes
 * goes after it (`carryOutErasures`). Refused while an act keeps one of the entries, and under a legal hold.
 * Throws `Fault('subject-busy')`.
 * @law AVG 17(1), 17(3)(b), 17(3)(e); Wjsg 51c(4)
 */
export function eraseSubject(
  ports: ErasurePorts,
  named: PersonNamed,
  asked: Asked,
  dryRun: boolean,
): Promise<Result<ErasureOutcome, ErasureRefusal>> {
  return settle(ports, () => attempt(ports, named, asked, dryRun));
}

async function attempt(ports: ErasurePorts, named: PersonNamed, asked: Asked, dryRun: boolean) {
  const { snapshot } = await ports.snapshots.read({
    subject: named,
    source: nobody,
    recipient: nobody,
    idempotency: null,
  });
  const person = snapshot.subject === null ? null : await ports.records.person(snapshot.subject.id);
  if (person === null) return refuse<ErasureRefusal>({ kind: 'unknown-person' });
  const before = await ports.beforeKnown(person.people[0].id);
  const registryVersion = ports.registry.current().version;
  const { digest: policySet, entryRetention } = ports.policies.current();
  const at = ports.clock.now();
  const touched = [...person.touched, ...before.touched];
  const refusal = refusalOf(person, keptByLaw(touched, entryRetention, at));
  if (refusal !== null) return refuse(refusal);
  const entries = touched.reduce((sum, { entries: count }) => sum + count, 0);
  const counted = { openings: person.openings + before.openings, entries };
  const { unreadable } = before;
  if (dryRun) return ok<ErasureOutcome>({ id: null, ...counted, unreadable });

  const about = { trace: ports.entropy.trace(), purpose: null, source: null, recipient: null };
  const common = frame(ports.entropy, about, at, policySet);
  const id = ports.entropy.id();
  const [standing, ...others] = person.people;
  const committed = await ports.journal.commit({
    rests: { subject: standing, others, registryVersion, policySet },
    moves: true,
    entries: [
      {
        ...common,
        kind: 'erasure',
        body: { scope: 'subject', ...counted },
        // Nobody's: it outlives whom it is about.
        subject: null,
        personal: { by: asked.by, ground: asked.ground },
        fleeting: {},
      },
    ],
    changes: [
      {
        type: 'subject-erasure-ordered',
        id,
        entry: common.id,
        at,
        subjects: person.people.map(({ id: each }) => each),
        openings: counted.openings,
        beforeKnown: before.entries,
        mayGo: valuesThatMayGo(entryRetention, at),
      },
    ],
  });
  // A conflict: an entry or a hold came in between, and it is looked at again.
  return committed.outcome === 'durable' ? ok<ErasureOutcome>({ id, ...counted, unreadable }) : stale;
}

function refusalOf(
  { isBeingErased, holds }: PersonOnRecord,
  kept: ReturnType<typeof keptByLaw>,
): ErasureRefusal | null {
  if (isBeingErased) return { kind: 'being-erased' };
  if (holds.length > 0) return { kind: 'held', holds };
  return kept.length > 0 ? { kind: 'kept-by-law', earliest: earliest(kept), kept } : null;
}
