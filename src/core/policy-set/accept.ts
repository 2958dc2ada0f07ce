import type { Digest, EntryId, Instant, TraceId, UnitId } from '../brand.ts';
import type { Change } from '../disclosure/change.ts';
import type { Call, KeyProblem } from '../disclosure/operations.ts';
import type { Clock, Entropy, Journal, Registry, Snapshots } from '../disclosure/ports.ts';
import { keyProblem } from '../disclosure/replay.ts';
import { settle, stale } from '../disclosure/settle.ts';
import type { SigningKey } from '../partner/signing-key.ts';
import type { PolicySetRecords } from './ports.ts';
import type { CheckedSignature, SignatureCheck, SignatureProblem } from './signature-check.ts';
import { type AcceptanceStatement, statementText } from './statement.ts';

export interface AcceptPorts {
  readonly clock: Clock;
  readonly entropy: Entropy;
  readonly registry: Registry;
  readonly journal: Journal;
  readonly records: Pick<PolicySetRecords, 'holds' | 'acceptedBy' | 'read'>;
  readonly signatures: SignatureCheck;
}

export type AcceptOutcome =
  | { readonly kind: 'accepted'; readonly set: Digest; readonly acceptedAt: Instant }
  /** It was accepted before: nothing changes. */
  | { readonly kind: 'accepted-before'; readonly set: Digest; readonly acceptedAt: Instant }
  | { readonly kind: 'unknown-unit' }
  /** No such set is, was or is planned to be in force here. */
  | { readonly kind: 'unknown-set' }
  /** The unit has no registered signing key, so nobody can sign for it. */
  | { readonly kind: 'no-signing-key' }
  | { readonly kind: 'signature'; readonly problem: SignatureProblem };

/**
 * A source takes a set of policies as its own: from this commit on it discloses under it, if it is the
 * latest that it accepted of those that are in force. The gateway is a processor and accepts for nobody:
 * only the unit's registered key can say this. @law AVG 28 lid 3 onder a
 */
export function acceptPolicySet(
  ports: AcceptPorts,
  acceptance: { readonly unit: UnitId; readonly set: Digest; readonly signature: string; readonly trace: TraceId },
  claim: (at: Instant) => readonly Change[] = () => [],
): Promise<AcceptOutcome> {
  return settle(ports, () => recordAcceptance(ports, acceptance, claim));
}

async function recordAcceptance(
  ports: AcceptPorts,
  { unit: id, set, signature, trace }: Parameters<typeof acceptPolicySet>[1],
  claim: (at: Instant) => readonly Change[],
): Promise<AcceptOutcome | typeof stale> {
  const registry = ports.registry.current();
  const unit = registry.units.get(id);
  if (unit === undefined) return { kind: 'unknown-unit' };
  if (unit.signingKeys.length === 0) return { kind: 'no-signing-key' };
  if (!(await ports.records.holds(set))) return { kind: 'unknown-set' };
  const statement: AcceptanceStatement = { action: 'accept', set, unit: id };
  const checked = await checkByAnyOf(ports.signatures, statementText(statement), signature, unit.signingKeys);
  if (!checked.ok) return { kind: 'signature', problem: checked.problem };
  const before = (await ports.records.acceptedBy(id)).find((accepted) => accepted.set === set);
  if (before !== undefined) return { kind: 'accepted-before', set, acceptedAt: before.acceptedAt };

  const { active } = await ports.records.read();
  const at = ports.clock.now();
  const entry = ports.entropy.id() as EntryId;
  const committed = await ports.journal.commit({
    rests: { subject: null, registryVersion: registry.version, policySet: active },
    moves: false,
    entries: [
      {
        id: entry,
        kind: 'policy-accepted',
        time: at,
        trace,
        policySet: active,
        purpose: null,
        source: id,
        recipient: null,
        body: { set, key: checked.thumbprint, signature },
        subject: null,
        personal: {},
        fleeting: {},
      },
    ],
    changes: [...claim(at), { type: 'policy-accepted', unit: id, set, signature, at, entry }],
  });
  // A conflict is a twin that was first: the next reading finds what it wrote.
  return committed.outcome === 'durable' ? { kind: 'accepted', set, acceptedAt: at } : stale;
}

/** While one key follows another, either signs; otherwise the problem that comes nearest to a signature. */
async function checkByAnyOf(
  check: SignatureCheck,
  text: string,
  signature: string,
  keys: readonly SigningKey[],
): Promise<CheckedSignature> {
  const checks = await Promise.all(keys.map((key) => check(text, signature, key)));
  const problem = (found: SignatureProblem) => checks.find((each) => !each.ok && each.problem === found);
  const good = checks.find(({ ok }) => ok);
  return good ?? problem('does-not-match') ?? problem('wrong-algorithm') ?? { ok: false, problem: 'malformed' };
}

export type AcceptCallOutcome = AcceptOutcome | KeyProblem;

/** The same through the partner API: the unit that calls accepts for itself. */
export async function acceptByCall(
  ports: AcceptPorts & { readonly snapshots: Snapshots },
  call: Call,
  body: { readonly set: Digest; readonly signature: string },
): Promise<AcceptCallOutcome> {
  const unit = call.partner.unit.id;
  const { key } = call.idempotency;
  // About nobody: only the claim on the key is wanted.
  const nobody = { by: 'reference', reference: { type: 'caseReference', value: '-' }, unit } as const;
  const read = { subject: nobody, source: unit, recipient: unit, idempotency: { unit, key } };
  const { claim } = await ports.snapshots.read(read);
  const problem = claim === null ? null : keyProblem(call, claim, 'policy-acceptance');
  if (problem !== null) return problem;
  const claimed = (claimedAt: Instant): readonly Change[] =>
    claim !== null
      ? []
      : [
          {
            type: 'idempotency-claimed',
            claim: {
              unit,
              ...call.idempotency,
              resource: { type: 'policy-acceptance', id: ports.entropy.id() },
              claimedAt,
            },
          },
        ];
  return acceptPolicySet(ports, { unit, ...body, trace: call.trace }, claimed);
}
