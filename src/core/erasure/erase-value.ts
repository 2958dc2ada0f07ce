import type { EntryId } from '../brand.ts';
import { frame } from '../disclosure/entries.ts';
import { settle, stale } from '../disclosure/settle.ts';
import { ok, type Result, refuse } from '../result.ts';
import type { Asked } from '../subject/change-ports.ts';
import { earliest, keptByLaw, valuesThatMayGo } from './may-go.ts';
import type { ErasureOutcome, ErasurePorts, ErasureRefusal } from './ports.ts';

/**
 * Orders one personal value of one entry erased, and puts that on record. Refused as `eraseSubject` is.
 * Throws `Fault('subject-busy')`.
 * @law AVG 5(1)(c), 17; Wjsg 51c(4)
 */
export function eraseValue(
  ports: Omit<ErasurePorts, 'beforeKnown'>,
  opening: { readonly entry: EntryId; readonly name: string },
  asked: Asked,
  dryRun: boolean,
): Promise<Result<ErasureOutcome, ErasureRefusal>> {
  return settle(ports, () => attempt(ports, opening, asked, dryRun));
}

async function attempt(
  ports: Omit<ErasurePorts, 'beforeKnown'>,
  opening: { readonly entry: EntryId; readonly name: string },
  asked: Asked,
  dryRun: boolean,
) {
  const found = await ports.records.opening(opening.entry, opening.name);
  if (found === null) return refuse<ErasureRefusal>({ kind: 'unknown-opening' });
  const { digest: policySet, entryRetention } = ports.policies.current();
  const registryVersion = ports.registry.current().version;
  const at = ports.clock.now();
  if (found.isErased) return refuse<ErasureRefusal>({ kind: 'erased-already' });
  if (found.holds.length > 0) return refuse<ErasureRefusal>({ kind: 'held', holds: found.holds });
  const kept = keptByLaw([{ kind: found.kind, entries: 1, last: found.time }], entryRetention, at);
  if (kept.length > 0) return refuse<ErasureRefusal>({ kind: 'kept-by-law', earliest: earliest(kept), kept });
  const counted = { openings: 1, entries: 1 };
  if (dryRun) return ok<ErasureOutcome>({ id: null, ...counted, unreadable: [] });

  const about = { trace: ports.entropy.trace(), purpose: null, source: null, recipient: null };
  const common = frame(ports.entropy, about, at, policySet);
  const id = ports.entropy.id();
  const committed = await ports.journal.commit({
    // Whoever places a hold on this person moves them: one of the two comes first.
    rests: { subject: found.subject, registryVersion, policySet },
    moves: false,
    entries: [
      {
        ...common,
        kind: 'erasure',
        body: { scope: 'value', entry: opening.entry, name: opening.name },
        subject: null,
        personal: { by: asked.by, ground: asked.ground },
        fleeting: {},
      },
    ],
    changes: [
      {
        type: 'value-erasure-ordered',
        id,
        entry: common.id,
        at,
        opening,
        mayGo: valuesThatMayGo(entryRetention, at),
      },
    ],
  });
  return committed.outcome === 'durable' ? ok<ErasureOutcome>({ id, ...counted, unreadable: [] }) : stale;
}
