import type { ConsentId, SubjectId, TraceId } from '../brand.ts';
import type { Change } from '../disclosure/change.ts';
import { subjectMark } from '../disclosure/entries.ts';
import type { Call, ConsentOutcome, Decider } from '../disclosure/operations.ts';
import type { Committed } from '../disclosure/ports.ts';
import { keyProblem } from '../disclosure/replay.ts';
import { settle, stale } from '../disclosure/settle.ts';
import { claimOf } from '../fact/attest-fact.ts';
import type { Consent } from './consent.ts';
import { momentOfANo } from './moment-of-a-no.ts';
import { type ConsentPorts, consentEntry } from './request-consent.ts';

/** The subject stops a consent on their own page. As easy as giving it. @law AVG 7(3) */
export function withdrawOwnConsent(
  ports: ConsentPorts,
  subject: SubjectId,
  id: ConsentId,
  trace: TraceId,
  by: Decider = 'subject',
): Promise<boolean> {
  return settle(ports, async () => {
    const consent = await ports.consents.find(id);
    if (consent === null || consent.subject !== subject || !stoppable(consent)) return false;
    const committed = await withdraw(ports, consent, trace, [], by);
    return committed.outcome === 'durable' ? true : stale;
  });
}

/**
 * A party of the consent passes on that the subject withdrew it, through whatever channel. The answer
 * is the same whether it had been given, refused or was never decided: a withdrawal tells nothing.
 * INVARIANT: also when there is nothing left to stop it goes on record and claims its key, or a
 * repeated key would tell that the subject had refused.
 */
export function withdrawConsent(ports: ConsentPorts, call: Call, id: ConsentId): Promise<ConsentOutcome> {
  return settle(ports, async () => {
    const unit = call.partner.unit.id;
    const consent = await ports.consents.find(id);
    if (consent === null || ![consent.source, consent.recipient].includes(unit)) return { kind: 'not-found' } as const;
    const { claim } = await ports.snapshots.read({
      subject: { by: 'id', id: subjectMark(ports.entropy, consent.subject) },
      source: consent.source,
      recipient: consent.recipient,
      idempotency: { unit, key: call.idempotency.key },
    });
    if (claim !== null) {
      return keyProblem(call, claim, 'consent-withdrawal') ?? ({ kind: 'replayed', id: claim.resource.id } as const);
    }
    const key = claimOf(call, { type: 'consent-withdrawal', id }, ports.clock.now());
    const committed = await withdraw(ports, consent, call.trace, [key]);
    return committed.outcome === 'durable' ? ({ kind: 'withdrawn', id } as const) : stale;
  });
}

function stoppable(consent: Consent): boolean {
  return consent.state === 'given' || consent.state === 'requested';
}

async function withdraw(
  ports: ConsentPorts,
  consent: Consent,
  trace: TraceId,
  more: readonly Change[],
  by: Decider | null = null,
): Promise<Committed> {
  const at = ports.clock.now();
  const registryVersion = ports.registry.current().version;
  const { subject, source, recipient } = consent;
  const stops = stoppable(consent);
  const reading =
    subject === null || !stops
      ? null
      : await ports.snapshots.read({ subject: { by: 'id', id: subject }, source, recipient, idempotency: null });
  const said = momentOfANo(reading?.snapshot.consents ?? [], at);
  const entry = consentEntry(ports, trace, consent, 'consent-withdrawn', at, by);
  const moved: Change[] = stops
    ? [{ type: 'consent-moved', id: consent.id, from: consent.state, to: 'withdrawn', at: said }]
    : [];
  // What rests on it stops there; what rests on the law, or on what was not withdrawn, goes on.
  const woken: Change[] = stops && subject !== null ? [{ type: 'requests-woken', subject, at }] : [];
  return ports.journal.commit({
    rests: {
      subject: reading?.snapshot.subject ?? null,
      registryVersion,
      policySet: ports.policies.current().digest,
    },
    moves: subject !== null && stops,
    entries: [entry],
    changes: [...more, ...moved, ...woken],
  });
}
