import type { Digest, FieldId, Instant } from '../brand.ts';
import { Fault } from '../fault.ts';
import { jwkThumbprint } from '../partner/jwk-thumbprint.ts';
import type { Unit } from '../partner/partner.ts';
import type { Permit } from '../policy/decision.ts';
import type { Consultation } from './consult.ts';
import type { Fetched } from './fetch-answer.ts';
import { type Minimised, minimise } from './minimise.ts';
import type { Answer } from './operations.ts';
import { isPermitInTime, permitDigest } from './permit-token.ts';
import type { Clock, PolicySets, Sealer } from './ports.ts';
import { keySourceSealsTo, sealAnswer } from './seal-answer.ts';
import type { SealedBySource } from './sealed-by-source.ts';

export interface GivePorts {
  readonly clock: Clock;
  readonly policies: PolicySets;
  readonly sealer: Sealer;
}

/** An answer with what the record says of it. */
export interface ToGive {
  readonly answer: Answer;
  /** What is in it, or may be where its source sealed it. */
  readonly fields: readonly FieldId[];
  /** Of the one under which its source sealed it; none: the gateway saw it. */
  readonly permits: readonly Digest[];
}

/**
 * Steps 8 and 9, by the decision that stands now: minimised and sealed here, or as its source sealed it. Throws faults;
 * gives no more than is permitted now, whatever was permitted when the source was asked.
 */
export async function answerToGive(
  ports: GivePorts,
  fetched: Fetched,
  { source, recipient }: Pick<Consultation, 'source' | 'recipient'>,
  permit: Permit,
): Promise<ToGive> {
  const now = ports.clock.now();
  if (fetched.form === 'sealed-by-source') {
    const { sealed } = fetched;
    insistOnPermit(sealed, { recipient, permit, now });
    const fields = sealed.parts.flatMap((part) => part.fields);
    return { answer: { form: 'sealed-by-source', sealed }, fields, permits: [permitDigest(sealed.permit.jws)] };
  }
  const content = minimised(ports, source, permit, fetched.raw);
  const answer = await sealAnswer(ports.sealer, content, { recipient, permit, now });
  return { answer, fields: Object.keys(content.data) as FieldId[], permits: [] };
}

/** What is sealed cannot be made smaller: where less is permitted by now, nothing of it is given. */
function insistOnPermit(
  { permit: { claims } }: SealedBySource,
  { recipient, permit, now }: { readonly recipient: Unit; readonly permit: Permit; readonly now: Instant },
): void {
  if (!isPermitInTime(claims, now)) throw new Fault('basis-changed', 'the permit by which was sealed is over');
  const permitted: readonly string[] = permit.permitted;
  if (
    !Object.values(claims.fields)
      .flat()
      .every((field) => permitted.includes(field))
  ) {
    throw new Fault('basis-changed', 'less is permitted by now than the source sealed');
  }
  if (jwkThumbprint(keySourceSealsTo(recipient, now).jwk) !== claims.key) {
    throw new Fault('basis-changed', 'the recipient replaced the key to which the source sealed');
  }
}

/** By the words of the set that permitted, which need not be the newest. */
function minimised(
  ports: Pick<GivePorts, 'policies'>,
  source: Unit,
  permit: Permit,
  answer: Readonly<Record<string, unknown>>,
): Minimised {
  const set = ports.policies.boundTo(source);
  if (set?.digest !== permit.policySet) throw new Fault('basis-changed', 'the policies of the permit bind no more');
  const result = minimise(set.catalogue, permit, answer);
  if (!result.ok)
    throw new Fault('source-invalid', `the source's ${result.refusal.field} ${result.refusal.problem.en}`);
  return result.value;
}
