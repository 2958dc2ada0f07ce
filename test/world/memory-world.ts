import { createHash, randomBytes } from 'node:crypto';
import { v7 } from 'uuid';
import {
  type ClaimId,
  type ConsentId,
  type CorrectionId,
  type EntryId,
  type FactId,
  type Instant,
  instant,
  mint,
  type RequestId,
  type RightsRequestId,
  type SubjectId,
  type TraceId,
  type UnitId,
} from '../../src/core/brand.ts';
import type { Consent } from '../../src/core/consent/consent.ts';
import type { ConsentPorts } from '../../src/core/consent/request-consent.ts';
import type { ConfirmPorts } from '../../src/core/correction/confirm-correction.ts';
import type { RecordedCorrection } from '../../src/core/correction/correction.ts';
import type { AskPorts } from '../../src/core/disclosure/ask.ts';
import type { InboxPorts } from '../../src/core/disclosure/at-source.ts';
import type { DomainEvent, IdempotencyClaim, Notice } from '../../src/core/disclosure/change.ts';
import type { ReadInboxPorts } from '../../src/core/disclosure/inbox.ts';
import type { Call } from '../../src/core/disclosure/operations.ts';
import type { Committed, Reading, SealedQuestion, SubjectLocator, Work } from '../../src/core/disclosure/ports.ts';
import type { RequestRecord } from '../../src/core/disclosure/request.ts';
import type { RequestMessage } from '../../src/core/disclosure/said-on-request.ts';
import type { WakePorts } from '../../src/core/disclosure/wake.ts';
import type { DutyPorts } from '../../src/core/duty/follow-duties.ts';
import type { Emergency } from '../../src/core/emergency/emergency.ts';
import type { Dispute, Fact } from '../../src/core/fact/fact.ts';
import { Fault } from '../../src/core/fault.ts';
import type { InformingPorts } from '../../src/core/informing/delay-informing.ts';
import type { ClaimPorts } from '../../src/core/involvement/claim-involvement.ts';
import type { InvolvementClaim } from '../../src/core/involvement/involvement-claim.ts';
import type { EntryDraft, Receipt } from '../../src/core/ledger/entry.ts';
import type { Oin, Partner, PartnerRegistry, Unit } from '../../src/core/partner/partner.ts';
import type { PolicySet } from '../../src/core/policy/policy-set.ts';
import type { DecideRightsPorts } from '../../src/core/rights/decide-rights-request.ts';
import type { RightsRequest } from '../../src/core/rights/rights-request.ts';
import type { TimerPorts } from '../../src/core/timer/fire-timers.ts';
import type { ReckonPorts } from '../../src/core/timer/reckon-anew.ts';
import type { Timer } from '../../src/core/timer/timer.ts';
import { permitTokens } from '../../src/crypto/permit-tokens.ts';
import { newSigner } from './ledger-keys.ts';
import { type MemoryAnswers, memoryAnswers } from './memory-answers.ts';
import { memoryChanges, referenceKey } from './memory-changes.ts';
import { memoryConsents } from './memory-consents.ts';
import { memoryCorrections } from './memory-corrections.ts';
import { memoryInbox } from './memory-inbox.ts';
import { type MemoryInforming, memoryInforming } from './memory-informing.ts';
import { memoryPseudonym } from './memory-pseudonym.ts';
import { insistOnForm, memoryReceipt } from './memory-receipt.ts';
import { memoryReckonings } from './memory-reckonings.ts';
import { memoryDuties, memoryRequests } from './memory-requests.ts';
import { memoryRights } from './memory-rights.ts';
import { memoryTimers } from './memory-timers.ts';
import { memoryWaiting } from './memory-waiting.ts';

export type WorldPorts = AskPorts &
  ConsentPorts &
  ClaimPorts &
  TimerPorts &
  DutyPorts &
  ReckonPorts &
  WakePorts &
  ConfirmPorts &
  InformingPorts &
  DecideRightsPorts &
  InboxPorts &
  ReadInboxPorts;

/** When the next commit breaks: before anything is kept, or after, so that only the answer is lost. */
export type Breakage = 'none' | 'before' | 'after';

/** The whole world around the core, in memory, with the promises of the ports and faults on demand. */
export interface MemoryWorld extends MemoryAnswers, MemoryInforming {
  readonly ports: WorldPorts;
  readonly entries: EntryDraft[];
  readonly facts: Map<FactId, Fact>;
  readonly disputes: Map<FactId, Dispute>;
  readonly claims: Map<ClaimId, InvolvementClaim>;
  readonly timers: Timer[];
  readonly rights: Map<RightsRequestId, RightsRequest>;
  readonly rightsLooks: Map<RightsRequestId, Instant | null>;
  readonly corrections: Map<CorrectionId, RecordedCorrection>;
  readonly consents: Map<ConsentId, Consent>;
  readonly requests: Map<RequestId, RequestRecord>;
  readonly emergencies: Map<RequestId, Emergency>;
  /** When somebody must look at a request that waits, or that was stopped with others. */
  readonly wakes: Map<RequestId, Instant>;
  /** How many reminders were told. */
  readonly reminded: Map<RequestId, number>;
  readonly messages: RequestMessage[];
  readonly events: DomainEvent[];
  readonly notices: Notice[];
  readonly epochs: Map<SubjectId, number>;
  /** What the source holds; called while the answer is under way, so that a test can act in between. */
  answer: () => Promise<Record<string, unknown>>;
  /** Who asked, by trace and token; a test puts them there. */
  readonly people: Map<string, Awaited<ReturnType<WorldPorts['users']['find']>>>;
  /** What the source sealed; called as `answer` is. */
  answerSealed: (question: SealedQuestion) => Promise<unknown>;
  /** By which every source knows every person. */
  caseReferences: readonly string[];
  breakNextCommit: Breakage;
  /** Units that accepted another set than the world's own, or none; all others accepted that one. */
  readonly bound: Map<UnitId, PolicySet | null>;
  /** Moves on by a millisecond each time it is read; a test may set it. */
  nowMs: number;
  know(scheme: string, value: string, unit?: UnitId): SubjectId;
  call(unit: string, key?: string, digest?: string): Call;
}

export function memoryUnit(id: string, kind: string, overrides: Partial<Unit> = {}): Unit {
  return {
    id: id as UnitId,
    organisation: { oin: `00000099${id.length.toString().padStart(9, '0')}000` as Oin, name: id },
    name: id,
    kind,
    state: 'active',
    selector: { thumbprints: [], subOin: null },
    connector: {
      type: 'http',
      url: 'https://127.0.0.1/',
      certificates: [],
      subject: { scheme: 'bsn', pointer: '/bsn' },
      fields: {},
      timeoutMs: 2000,
      maxBytes: 65_536,
    },
    encryptionKeys: null,
    signingKeys: [],
    jwks: null,
    staff: false,
    webhooks: [],
    acceptedPolicySet: null,
    ...overrides,
  };
}

export function memoryWorld(set: PolicySet, units: readonly Unit[]): MemoryWorld {
  const registry: PartnerRegistry = { version: 1, units: new Map(units.map((unit) => [unit.id, unit])) };
  const references = new Map<string, SubjectId>();
  const claims = new Map<string, IdempotencyClaim>();

  const world: MemoryWorld = {
    ports: {
      clock: {
        now: () => instant(new Date(world.nowMs++)),
        ago: (ms) => instant(new Date(world.nowMs - ms)),
        pause: async () => undefined,
      },
      entropy: { id: () => v7(), trace: () => randomBytes(16).toString('hex') as TraceId },
      registry: { current: () => registry, refresh: async () => undefined },
      policies: {
        current: () => set,
        boundTo: ({ id }) => (world.bound.has(id) ? (world.bound.get(id) ?? null) : set),
      },
      snapshots: { read: async (query) => read(query) },
      journal: { commit: async (work) => commit(work), receipt: async (entry) => receiptOf(entry) },
      sources: { fetch: () => world.answer() },
      sealingSources: { fetchSealed: (question) => world.answerSealed(question) },
      permits: permitTokens(newSigner(), '00000099000000009000'),
      marks: { person: (text) => createHash('sha256').update(text).digest('base64url') },
      references: { of: async () => world.caseReferences },
      sealer: { seal: async () => 'a.b.c.d.e' },
      requests: memoryRequests(() => world.requests),
      answers: memoryAnswers(() => world),
      messages: { of: async (id) => world.messages.filter(({ request }) => request === id) },
      duties: memoryDuties(() => world.requests),
      reckonings: memoryReckonings({ epochs: () => world.epochs, apply: (change) => changes.apply(change) }),
      inbox: memoryInbox(() => world),
      users: { find: async (trace, token) => world.people.get(`${trace} ${token}`) ?? null },
      waiting: memoryWaiting(() => world),
      corrections: memoryCorrections(() => world),
      rights: memoryRights(() => world),
      informing: memoryInforming(() => world),
      facts: {
        find: async (id) => world.facts.get(id) ?? null,
        of: async (subject) => [...world.facts.values()].filter((fact) => fact.subject === subject),
        dispute: async (id) => (world.facts.get(id)?.state === 'disputed' ? (world.disputes.get(id) ?? null) : null),
      },
      claims: { find: async (id) => world.claims.get(id) ?? null },
      timers: memoryTimers(() => world),
      consents: memoryConsents(() => world.consents),
      subjects: {
        ensure: async (reference) => world.know(reference.type, reference.value),
        pseudonym: async (unit, subject) => {
          const pseudonym = memoryPseudonym(unit, subject);
          references.set(referenceKey('pseudonym', pseudonym, unit), subject);
          return pseudonym;
        },
      },
    },
    entries: [],
    facts: new Map(),
    disputes: new Map(),
    claims: new Map(),
    timers: [],
    informing: [],
    informingLooks: new Map(),
    rights: new Map(),
    rightsLooks: new Map(),
    corrections: new Map(),
    consents: new Map(),
    requests: new Map(),
    emergencies: new Map(),
    wakes: new Map(),
    reminded: new Map(),
    answers: [],
    takers: new Map(),
    messages: [],
    events: [],
    notices: [],
    epochs: new Map(),
    answer: async () => ({}),
    people: new Map(),
    answerSealed: async () => ({}),
    caseReferences: [],
    breakNextCommit: 'none',
    bound: new Map(),
    nowMs: Date.parse('2026-11-21T10:00:00.000Z'),
    know(scheme, value, unit) {
      const key = referenceKey(scheme, value, unit);
      const known = references.get(key);
      if (known !== undefined) return known;
      const subject = v7() as SubjectId;
      references.set(key, subject);
      world.epochs.set(subject, 1);
      return subject;
    },
    call(unit, key = v7(), digest = key) {
      const found = registry.units.get(unit as UnitId);
      if (found === undefined) throw new RangeError(`no unit ${unit}`);
      return {
        partner: mint<Partner>({ unit: found, thumbprint: '00' }),
        trace: world.ports.entropy.trace(),
        transaction: null,
        idempotency: { key, digest },
      };
    },
  };
  const changes = memoryChanges(world, references, claims);

  function subjectOf(locator: SubjectLocator): SubjectId | null {
    if (locator.by === 'id') return world.epochs.has(locator.id) ? locator.id : null;
    const { type, value } = locator.reference;
    return references.get(referenceKey(type, value, locator.unit)) ?? null;
  }
  function read(query: Parameters<WorldPorts['snapshots']['read']>[0]): Reading {
    const id = subjectOf(query.subject);
    const claim = query.idempotency && claims.get(`${query.idempotency.unit} ${query.idempotency.key}`);
    return {
      snapshot: {
        subject: id === null ? null : { id, epoch: world.epochs.get(id) ?? 0 },
        facts: [...world.facts.values()].filter((fact) => fact.subject === id),
        consents: [...world.consents.values()].filter(
          (consent) =>
            consent.subject !== null &&
            consent.subject === id &&
            consent.source === query.source &&
            consent.recipient === query.recipient,
        ),
      },
      identifiers: id === null ? {} : { bsn: '900000001' },
      claim: claim ?? null,
    };
  }
  function commit(work: Work): Committed {
    const breakage = world.breakNextCommit;
    world.breakNextCommit = 'none';
    if (breakage === 'before') throw new Fault('ledger-unavailable', 'broken before it was kept');
    for (const draft of work.entries) insistOnForm(draft);
    const { subject } = work.rests;
    if (subject !== null && world.epochs.get(subject.id) !== subject.epoch) return { outcome: 'stale' };
    const conflict = work.changes.map(changes.conflictOf).find((what) => what !== null);
    if (conflict) return { outcome: 'conflict', what: conflict };
    for (const change of work.changes) changes.apply(change);
    if (work.moves && subject !== null) world.epochs.set(subject.id, subject.epoch + 1);
    world.entries.push(...work.entries);
    if (breakage === 'after') throw new Fault('ledger-unavailable', 'broken after it was kept');
    return { outcome: 'durable', receipts: work.entries.map(memoryReceipt) };
  }

  function receiptOf(entry: EntryId): Receipt | null {
    const draft = world.entries.find((each) => each.id === entry);
    return draft ? memoryReceipt(draft) : null;
  }
  return world;
}

export function at(text: string): Instant {
  return text as Instant;
}
