import type { CorrectionId, FieldId, RightsRequestId } from '../brand.ts';
import { mayIdentifyBy } from '../disclosure/ask.ts';
import { firstReceipt } from '../disclosure/entries.ts';
import type { Call } from '../disclosure/operations.ts';
import type { Requests } from '../disclosure/ports.ts';
import { keyProblem } from '../disclosure/replay.ts';
import { settle, stale } from '../disclosure/settle.ts';
import { claimOf, type FactPorts } from '../fact/attest-fact.ts';
import type { RightsRequests } from '../rights/rights-request.ts';
import { objectionTo } from './check-correction.ts';
import { madeEntry } from './correction-entries.ts';
import { correctionWork } from './correction-work.ts';
import type { CorrectionBody, CorrectionOutcome, Corrections } from './ports.ts';

export interface CorrectionPorts extends FactPorts {
  readonly rights: RightsRequests;
  readonly corrections: Corrections;
  readonly requests: Requests;
}

/**
 * A source corrects, erases or restricts fields that it gave: every unit that may still hold one is told, in the same
 * commit, and must say what it did. The answer is the same whoever the person is, and whatever was given.
 * @law AVG 16, 17, 18, 19; Wpg 28(5)
 */
export async function makeCorrection(
  ports: CorrectionPorts,
  call: Call,
  body: CorrectionBody,
): Promise<CorrectionOutcome> {
  if (!mayIdentifyBy(ports, call, body.subject)) return { kind: 'number-not-allowed' };
  return settle(ports, () => record(ports, call, body));
}

async function record(
  ports: CorrectionPorts,
  call: Call,
  body: CorrectionBody,
): Promise<CorrectionOutcome | typeof stale> {
  const source = call.partner.unit.id;
  const registryVersion = ports.registry.current().version;
  const set = ports.policies.current();
  const { snapshot, claim } = await readFor(ports, call, body);
  if (claim !== null) return keyProblem(call, claim, 'correction') ?? { kind: 'replayed', id: claim.resource.id };
  const { subject } = snapshot;
  const invalid = await objectionTo(ports, call, body, subject);
  if (invalid !== null) return { kind: 'invalid', ...invalid };
  const now = ports.clock.now();
  const correction = {
    id: ports.entropy.id() as CorrectionId,
    source,
    kind: body.kind,
    fields: body.fields as readonly FieldId[],
    corrects: body.corrects as CorrectionId | null,
    madeAt: now,
  };
  const made = madeEntry(ports, call, correction, { subject: subject?.id ?? null, body });
  const rights = body.rightsRequest as RightsRequestId | null;
  const { moves, entries, changes } = await correctionWork(ports, call, correction, { made, subject, rights });
  // What was given and what is restricted was read beside the person: whoever was joined with another or parted meanwhile is
  // read anew, or nobody would be told, and a restriction would stand that its source lifted.
  const again = (await readFor(ports, call, body)).snapshot.subject;
  if (again?.id !== subject?.id || again?.epoch !== subject?.epoch) return stale;
  const committed = await ports.journal.commit({
    // INVARIANT: waits for nobody who changes the person's record, unless it changes that itself: or it would tell that
    // there is one.
    rests: { subject: moves ? subject : null, registryVersion, policySet: set.digest },
    moves,
    entries,
    changes: [claimOf(call, { type: 'correction', id: correction.id }, now), ...changes],
  });
  // A conflict is a twin that claimed the key first: the next reading finds its claim.
  if (committed.outcome !== 'durable') return stale;
  return { kind: 'made', id: correction.id, receipt: firstReceipt(committed.receipts, 'source') };
}

function readFor(ports: CorrectionPorts, call: Call, { subject }: CorrectionBody) {
  const unit = call.partner.unit.id;
  return ports.snapshots.read({
    subject: { by: 'reference', reference: subject, unit },
    source: unit,
    recipient: unit,
    idempotency: { unit, key: call.idempotency.key },
  });
}
