import { Fault } from '../fault.ts';
import { answersThroughPeople, type HttpConnector } from '../partner/connector.ts';
import type { SubjectIdentifiers } from '../subject/reference.ts';
import type { Granted } from './deliver.ts';
import { type IssuePorts, issuePermit, secondsAfter } from './issue-permit.ts';
import type { SealingSources, SourceQuestion, Sources } from './ports.ts';
import { isSealedBySource, keyForWaiting, keySourceSealsTo, keyToSealTo } from './seal-answer.ts';
import { type SealedBySource, type SealedRefusal, sealedBySource } from './sealed-by-source.ts';

export interface FetchPorts extends IssuePorts {
  readonly sources: Sources;
  readonly sealingSources: SealingSources;
}

/** What a source answered: in clear and not validated yet, or sealed by itself and checked as far as one can. */
export type Fetched =
  | { readonly form: 'clear'; readonly raw: Readonly<Record<string, unknown>> }
  | { readonly form: 'sealed-by-source'; readonly sealed: SealedBySource };

/** A source that is asked answers within a minute; a permit that lies about afterwards is good for nothing. */
const permitSeconds = 300;

/**
 * Step 7: asks the source for what is permitted. Where the policy says that the gateway may not see the answer, the source
 * gets a permit of its own and seals. Throws `source-*` and `seal-impossible` faults.
 */
export async function fetchAnswer(
  ports: FetchPorts,
  granted: Granted,
  identifiers: SubjectIdentifiers,
): Promise<Fetched> {
  const { source, recipient } = granted.consultation;
  const sealing = isSealedBySource(granted.permit);
  if (!sealing) keyToSealTo(recipient, granted.permit, ports.clock.now());
  if (answersThroughPeople(source) && keyForWaiting(recipient, granted.permit, ports.clock.now()) === null) {
    throw new Fault('seal-impossible', 'an answer that waits is sealed, and no encryption key is in force');
  }
  const { connector } = source;
  if (connector?.type !== 'http' || source.state !== 'active') {
    throw new Fault('source-unavailable', 'the source has no connector in use');
  }
  const { request } = granted;
  const question: SourceQuestion = {
    unit: source,
    identifiers,
    fields: granted.permit.permitted,
    purpose: request.purpose,
    obtained: request.decision.obtained,
    request: request.id,
    trace: request.trace,
  };
  if (!sealing) return { form: 'clear', raw: await ports.sources.fetch(question) };
  return { form: 'sealed-by-source', sealed: await fetchSealed(ports, granted, question, connector) };
}

/** INVARIANT: there is no way from here to an answer in clear. */
async function fetchSealed(
  ports: FetchPorts,
  { consultation: { recipient }, permit: { permitted }, request }: Granted,
  question: SourceQuestion,
  connector: HttpConnector,
): Promise<SealedBySource> {
  const now = ports.clock.now();
  const recipientKey = keySourceSealsTo(recipient, now);
  if (connector.answers !== 'sealed') {
    throw new Fault('seal-impossible', 'an answer sealed by its source cannot come through a connector in clear');
  }
  const held = permitted.filter((field) => Object.hasOwn(connector.fields, field));
  const fields = held.length === 0 ? permitted : held;
  const until = secondsAfter(now, permitSeconds);
  const { permit } = issuePermit(ports, { request, recipient, fields, recipientKey, until });
  // A source that holds none of it is not told that somebody asks about this person.
  const answer =
    held.length === 0 ? {} : await ports.sealingSources.fetchSealed({ ...question, fields, permit, recipientKey });
  const sealed = sealedBySource(permit, recipientKey.jwk, answer, ports.clock.now());
  if (!sealed.ok) throw new Fault('source-invalid', sealedProblem(sealed.refusal));
  return sealed.value;
}

/** Category and check: nothing that the source wrote. */
function sealedProblem({ category, check }: SealedRefusal): string {
  return `what the source sealed is refused: ${category ?? 'the whole'}, ${check}`;
}
