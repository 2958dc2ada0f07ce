import type { EntryId, Instant, UnitId } from '../brand.ts';
import type { Change } from '../disclosure/change.ts';
import { frame } from '../disclosure/entries.ts';
import { settle, stale } from '../disclosure/settle.ts';
import { ok, type Result, refuse } from '../result.ts';
import type { Asked, PersonNamed } from '../subject/change-ports.ts';
import type { ErasurePorts, Sealed } from './ports.ts';

export type HoldRefusal =
  | { readonly kind: 'unknown-person' }
  | { readonly kind: 'being-erased' }
  /** There is none of this id, or it was lifted before. */
  | { readonly kind: 'no-such-hold' };

const nobody = '' as UnitId;

/**
 * Keeps everything about somebody, whatever its period and whoever asks to erase it, until the hold is lifted.
 * The id of the hold names it from then on. Throws `Fault('subject-busy')`.
 * @law AVG 17(3)(e), 18(1)(c)
 */
export function placeLegalHold(
  ports: Omit<ErasurePorts, 'beforeKnown'>,
  named: PersonNamed,
  asked: Asked,
): Promise<Result<string, HoldRefusal>> {
  return settle(ports, async () => {
    const { snapshot } = await ports.snapshots.read({
      subject: named,
      source: nobody,
      recipient: nobody,
      idempotency: null,
    });
    const person = snapshot.subject === null ? null : await ports.records.person(snapshot.subject.id);
    if (person === null) return refuse<HoldRefusal>({ kind: 'unknown-person' });
    if (person.isBeingErased) return refuse<HoldRefusal>({ kind: 'being-erased' });
    const [subject] = person.people;
    const id = ports.entropy.id();
    return commit(ports, { kind: 'legal-hold-placed', id, subject, asked }, (entry, at) => {
      return { type: 'legal-hold-placed', id, entry, at, subject: subject.id, ...asked };
    });
  });
}

/** Throws `Fault('subject-busy')`. */
export function liftLegalHold(
  ports: Omit<ErasurePorts, 'beforeKnown'>,
  id: string,
  asked: Asked,
): Promise<Result<string, HoldRefusal>> {
  return settle(ports, async () => {
    const subject = await ports.records.holder(id);
    if (subject === null) return refuse<HoldRefusal>({ kind: 'no-such-hold' });
    return commit(ports, { kind: 'legal-hold-lifted', id, subject, asked }, (entry, at) => {
      return { type: 'legal-hold-lifted', id, entry, at };
    });
  });
}

async function commit(
  ports: Omit<ErasurePorts, 'beforeKnown'>,
  hold: {
    readonly kind: 'legal-hold-placed' | 'legal-hold-lifted';
    readonly id: string;
    readonly subject: Sealed;
    readonly asked: Asked;
  },
  changeOf: (entry: EntryId, at: Instant) => Change,
): Promise<Result<string, HoldRefusal> | typeof stale> {
  const registryVersion = ports.registry.current().version;
  const policySet = ports.policies.current().digest;
  const at = ports.clock.now();
  const about = { trace: ports.entropy.trace(), purpose: null, source: null, recipient: null };
  const common = frame(ports.entropy, about, at, policySet);
  const { kind, id, subject, asked } = hold;
  const committed = await ports.journal.commit({
    rests: { subject, registryVersion, policySet },
    moves: true,
    entries: [
      {
        ...common,
        kind,
        body: { hold: id },
        subject: subject.id,
        personal: { subject: subject.id, by: asked.by, ground: asked.ground },
        fleeting: {},
      },
    ],
    changes: [changeOf(common.id, at)],
  });
  return committed.outcome === 'durable' ? ok(id) : stale;
}
