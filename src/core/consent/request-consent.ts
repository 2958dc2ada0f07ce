import type { ConsentId, Instant, PurposeId, SubjectId, UnitId } from '../brand.ts';
import { mayIdentifyBy } from '../disclosure/ask.ts';
import type { Change } from '../disclosure/change.ts';
import { frame, subjectMark } from '../disclosure/entries.ts';
import type { Call, ConsentBody, ConsentOutcome } from '../disclosure/operations.ts';
import type { Consents } from '../disclosure/ports.ts';
import { keyProblem } from '../disclosure/replay.ts';
import { stale } from '../disclosure/settle.ts';
import { settleReference, taken } from '../disclosure/settle-reference.ts';
import { claimOf, type FactPorts } from '../fact/attest-fact.ts';
import { isInvolved } from '../fact/notices.ts';
import type { EntryDraft } from '../ledger/entry.ts';
import { consentNotice } from '../policy/consent-notice.ts';
import type { Consent } from './consent.ts';

export interface ConsentPorts extends FactPorts {
  readonly consents: Consents;
}

/** Longest validity of a consent. @law AVG 7; twelve months is a design default of the legal catalogue (§5). */
const longestMonths = 12;

/**
 * A recipient, or a source that records for it, asks that the subject be asked. The answer is the
 * same for a person that the gateway does not know, or with whom a recording source has nothing to
 * do: such a request is kept, can never be given, and reaches nobody.
 */
export async function requestConsent(ports: ConsentPorts, call: Call, body: ConsentBody): Promise<ConsentOutcome> {
  const problem = checkBody(ports, call, body);
  if (problem !== null) return problem;
  return settleReference(ports, body, (given) => recordRequest(ports, call, given));
}

function checkBody(ports: ConsentPorts, call: Call, body: ConsentBody): ConsentOutcome | null {
  const { units } = ports.registry.current();
  const source = units.get(body.source as UnitId);
  const recipient = units.get(body.recipient as UnitId);
  const invalid = (member: string, nl: string, en: string) =>
    ({ kind: 'invalid', member, problem: { nl, en } }) as const;
  if (source === undefined) return invalid('source', 'is geen geregistreerd onderdeel', 'is not a registered unit');
  // Consent is to a disclosure of this source, under the policies that it accepted: without any nothing may be asked.
  const set = ports.policies.boundTo(source);
  if (set === null) return { kind: 'may-not-request' };
  if (!set.catalogue.purposes.has(body.purpose as PurposeId))
    return invalid('purpose', 'is geen bekend doel', 'is not a known purpose');
  if (recipient === undefined)
    return invalid('recipient', 'is geen geregistreerd onderdeel', 'is not a registered unit');
  const caller = call.partner.unit.id;
  const notice = consentNotice(set, body.purpose as PurposeId, source.kind, recipient.kind, body.kind);
  if (notice === null || (caller !== source.id && caller !== recipient.id)) return { kind: 'may-not-request' };
  const index = body.categories.findIndex((category) => !notice.categories.includes(category));
  if (index !== -1)
    return invalid(`categories.${index}`, 'is geen categorie van dit doel', 'is not a category of this purpose');
  if (body.caseReference !== null && caller !== source.id) {
    return invalid(
      'caseReference',
      'wordt gegeven door de bron die de toestemming vastlegt',
      'is given by the source that records the consent',
    );
  }
  if (!mayIdentifyBy(ports, call, body.subject)) return { kind: 'number-not-allowed' };
  const now = ports.clock.now();
  if (body.validUntil <= now || body.validUntil > monthsAfter(now, longestMonths)) {
    return invalid(
      'validUntil',
      `moet in de toekomst liggen, hoogstens ${longestMonths} maanden`,
      `must lie ahead, at most ${longestMonths} months`,
    );
  }
  return null;
}

async function recordRequest(
  ports: ConsentPorts,
  call: Call,
  body: ConsentBody,
): Promise<ConsentOutcome | typeof stale | typeof taken> {
  const caller = call.partner.unit.id;
  const registry = ports.registry.current();
  const source = body.source as UnitId;
  const recipient = body.recipient as UnitId;
  const purpose = body.purpose as PurposeId;
  const { snapshot, claim } = await ports.snapshots.read({
    subject: { by: 'reference', reference: body.subject, unit: caller },
    source,
    recipient,
    idempotency: { unit: caller, key: call.idempotency.key },
  });
  if (claim !== null) return keyProblem(call, claim, 'consent') ?? { kind: 'replayed', id: claim.resource.id };
  const now = ports.clock.now();
  const reaches = caller === recipient || isInvolved(snapshot.facts, caller, now);
  const subject: SubjectId | null = reaches ? (snapshot.subject?.id ?? null) : null;
  const sourceUnit = registry.units.get(source);
  const set = sourceUnit === undefined ? null : ports.policies.boundTo(sourceUnit);
  const recipientKind = registry.units.get(recipient)?.kind ?? '';
  const notice = set && sourceUnit ? consentNotice(set, purpose, sourceUnit.kind, recipientKind, body.kind) : null;
  if (notice === null) return { kind: 'may-not-request' };
  const consent: Consent = {
    id: ports.entropy.id() as ConsentId,
    subject,
    source,
    recipient,
    purpose,
    categories: body.categories,
    kind: body.kind,
    state: 'requested',
    decidedBy: null,
    requestedBy: caller,
    requestedAt: now,
    decidedAt: null,
    validUntil: body.validUntil,
    noticeVersion: notice.version,
    language: body.language,
  };
  const named: Change[] =
    body.caseReference === null || subject === null
      ? []
      : [{ type: 'case-reference-given', unit: recipient, reference: body.caseReference, subject }];
  const committed = await ports.journal.commit({
    rests: { subject: null, registryVersion: registry.version, policySet: ports.policies.current().digest },
    moves: false,
    entries: [
      { ...consentEntry(ports, call.trace, consent, 'consent-requested', now), policySet: set?.digest ?? null },
    ],
    changes: [
      claimOf(call, { type: 'consent', id: consent.id }, now),
      { type: 'consent-requested', consent },
      ...named,
    ],
  });
  if (committed.outcome === 'conflict' && committed.what === 'unique') return taken;
  if (committed.outcome !== 'durable') return stale;
  return { kind: 'requested', consent };
}

export function consentEntry(
  ports: Pick<ConsentPorts, 'entropy' | 'policies'>,
  trace: EntryDraft['trace'],
  consent: Consent,
  kind: EntryDraft['kind'],
  at: Instant,
  by: Consent['decidedBy'] = null,
): EntryDraft {
  const { purpose, source, recipient } = consent;
  return {
    ...frame(ports.entropy, { trace, purpose, source, recipient }, at, ports.policies.current().digest),
    kind,
    body: {
      consent: consent.id,
      // Called otherwise than the entry's own `kind`, so that nobody mistakes the one for the other.
      consentKind: consent.kind,
      categories: [...consent.categories],
      noticeVersion: consent.noticeVersion,
      ...(by === null ? {} : { by }),
    },
    subject: consent.subject,
    personal: { subject: subjectMark(ports.entropy, consent.subject) },
    fleeting: {},
  };
}

/** Calendar months on the ISO text itself: the core knows no clock and no time zone. */
function monthsAfter(now: Instant, months: number): Instant {
  const month = Number(now.slice(5, 7)) - 1 + months;
  const year = Number(now.slice(0, 4)) + Math.floor(month / 12);
  const padded = `${(month % 12) + 1}`.padStart(2, '0');
  return `${year}-${padded}${now.slice(7)}` as Instant;
}
