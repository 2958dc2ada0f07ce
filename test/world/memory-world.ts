import { createHash, randomBytes } from 'node:crypto';
import { v7 } from 'uuid';
import {
  type ConsentId,
  type EntryId,
  type FactId,
  type Instant,
  instant,
  mint,
  type RequestId,
  type SubjectId,
  type TraceId,
  type UnitId,
} from '../../src/core/brand.ts';
import type { Consent } from '../../src/core/consent/consent.ts';
import type { ConsentPorts } from '../../src/core/consent/request-consent.ts';
import type { AskPorts } from '../../src/core/disclosure/ask.ts';
import type { Change, DomainEvent, IdempotencyClaim, Notice } from '../../src/core/disclosure/change.ts';
import type { Call } from '../../src/core/disclosure/operations.ts';
import type { Committed, Reading, SubjectLocator, Work } from '../../src/core/disclosure/ports.ts';
import type { RequestRecord } from '../../src/core/disclosure/request.ts';
import { mayMove } from '../../src/core/disclosure/state.ts';
import type { Fact } from '../../src/core/fact/fact.ts';
import { Fault } from '../../src/core/fault.ts';
import type { EntryDraft, Receipt } from '../../src/core/ledger/entry.ts';
import type { Oin, Partner, PartnerRegistry, Unit } from '../../src/core/partner/partner.ts';
import type { PolicySet } from '../../src/core/policy/policy-set.ts';

export type WorldPorts = AskPorts & ConsentPorts;

/** When the next commit breaks: before anything is kept, or after, so that only the answer is lost. */
export type Breakage = 'none' | 'before' | 'after';

/** The whole world around the core, in memory, with the promises of the ports and faults on demand. */
export interface MemoryWorld {
  readonly ports: WorldPorts;
  readonly entries: EntryDraft[];
  readonly facts: Map<FactId, Fact>;
  readonly consents: Map<ConsentId, Consent>;
  readonly requests: Map<RequestId, RequestRecord>;
  readonly events: DomainEvent[];
  readonly notices: Notice[];
  readonly epochs: Map<SubjectId, number>;
  /** What the source holds; called while the answer is under way, so that a test can act in between. */
  answer: () => Promise<Record<string, unknown>>;
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
    selector: { thumbprints: [] },
    connector: {
      type: 'http',
      url: 'https://127.0.0.1/',
      certificates: [],
      subject: { scheme: 'bsn', pointer: '/bsn' },
      fields: {},
      timeoutMs: 2000,
      maxBytes: 65_536,
    },
    encryptionKey: null,
    signingKey: null,
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
      sealer: { seal: async () => 'a.b.c.d.e' },
      requests: {
        find: async (id) => world.requests.get(id) ?? null,
        underWay: async (before) =>
          [...world.requests.values()].filter(({ state, movedAt }) => state === 'fetching' && movedAt < before),
      },
      facts: {
        find: async (id) => world.facts.get(id) ?? null,
        of: async (subject) => [...world.facts.values()].filter((fact) => fact.subject === subject),
      },
      consents: { find: async (id) => world.consents.get(id) ?? null },
      subjects: {
        ensure: async (reference) => world.know(reference.type, reference.value),
        pseudonym: async (unit, subject) => `${unit}-${subject}`,
      },
    },
    entries: [],
    facts: new Map(),
    consents: new Map(),
    requests: new Map(),
    events: [],
    notices: [],
    epochs: new Map(),
    answer: async () => ({}),
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
        idempotency: { key, digest },
      };
    },
  };

  function subjectOf(locator: SubjectLocator): SubjectId | null {
    if (locator.by === 'id') return world.epochs.has(locator.id) ? locator.id : null;
    const { type, value } = locator.reference;
    return references.get(referenceKey(type, value, locator.unit)) ?? null;
  }

  function read(query: Parameters<WorldPorts['snapshots']['read']>[0]): Reading {
    const id = subjectOf(query.subject);
    const parties: readonly (UnitId | null)[] = [null, query.source, query.recipient];
    const claim = query.idempotency && claims.get(`${query.idempotency.unit} ${query.idempotency.key}`);
    return {
      snapshot: {
        subject: id === null ? null : { id, epoch: world.epochs.get(id) ?? 0 },
        facts: [...world.facts.values()].filter((fact) => fact.subject === id && parties.includes(fact.unit)),
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
    const { subject } = work.rests;
    if (subject !== null && world.epochs.get(subject.id) !== subject.epoch) return { outcome: 'stale' };
    const conflict = work.changes.map(conflictOf).find((what) => what !== null);
    if (conflict) return { outcome: 'conflict', what: conflict };
    for (const change of work.changes) apply(change);
    if (work.moves && subject !== null) world.epochs.set(subject.id, subject.epoch + 1);
    world.entries.push(...work.entries);
    if (breakage === 'after') throw new Fault('ledger-unavailable', 'broken after it was kept');
    return { outcome: 'durable', receipts: work.entries.map(fakeReceipt) };
  }

  function conflictOf(change: Change): 'idempotency-key' | 'state' | 'unique' | null {
    switch (change.type) {
      case 'idempotency-claimed':
        return claims.has(`${change.claim.unit} ${change.claim.key}`) ? 'idempotency-key' : null;
      case 'request-moved':
        return world.requests.get(change.id)?.state === change.from ? null : 'state';
      case 'consent-moved':
        return world.consents.get(change.id)?.state === change.from ? null : 'state';
      case 'case-reference-given': {
        const known = references.get(referenceKey('caseReference', change.reference, change.unit));
        return known === undefined || known === change.subject ? null : 'unique';
      }
      default:
        return null;
    }
  }

  function apply(change: Change): void {
    switch (change.type) {
      case 'idempotency-claimed':
        claims.set(`${change.claim.unit} ${change.claim.key}`, change.claim);
        break;
      case 'request-opened':
        world.requests.set(change.request.id, change.request);
        break;
      case 'request-moved':
        moveRequest(change);
        break;
      case 'requests-stopped':
        stopRequests(change);
        break;
      case 'fact-attested':
        world.facts.set(change.fact.id, change.fact);
        break;
      case 'fact-ended': {
        const fact = world.facts.get(change.id);
        if (fact) world.facts.set(change.id, { ...fact, until: change.until, state: 'ended' });
        break;
      }
      case 'case-reference-given':
        references.set(referenceKey('caseReference', change.reference, change.unit), change.subject);
        break;
      case 'consent-requested':
        world.consents.set(change.consent.id, change.consent);
        break;
      case 'consent-moved': {
        const consent = world.consents.get(change.id);
        if (consent) world.consents.set(change.id, { ...consent, state: change.to, decidedAt: change.at });
        break;
      }
      case 'notice-given':
        world.notices.push(change.notice);
        break;
      case 'event-emitted':
        world.events.push(change.event);
        break;
    }
  }

  function moveRequest(change: Change & { type: 'request-moved' }): void {
    const request = world.requests.get(change.id);
    if (request === undefined) return;
    if (!mayMove(change.from, change.to)) throw new RangeError(`no way from ${change.from} to ${change.to}`);
    const decision = change.decision ?? request.decision;
    const moved = { ...request, state: change.to, decision, movedAt: change.at, entry: change.entry };
    world.requests.set(change.id, moved);
  }

  function stopRequests(change: Change & { type: 'requests-stopped' }): void {
    for (const request of world.requests.values()) {
      const rests =
        request.subject === change.subject &&
        request.source === change.source &&
        request.recipient === change.recipient &&
        request.purpose === change.purpose;
      if (rests && request.state !== 'fetching' && mayMove(request.state, 'withdrawn')) {
        world.requests.set(request.id, { ...request, state: 'withdrawn', movedAt: change.at, entry: change.entry });
      }
    }
  }

  function receiptOf(entry: EntryId): Receipt | null {
    const draft = world.entries.find((each) => each.id === entry);
    return draft ? fakeReceipt(draft) : null;
  }

  return world;
}

function referenceKey(type: string, value: string, unit: UnitId | undefined): string {
  const own = type === 'pseudonym' || type === 'caseReference';
  return own ? `${type} ${value} ${unit ?? ''}` : `${type} ${value}`;
}

/** Has the shape of a receipt and proves nothing: what proves is tested with the ledger. */
function fakeReceipt(draft: EntryDraft): Receipt {
  const personal = { ...draft.personal, ...draft.fleeting };
  return {
    v: 1,
    leaf: JSON.stringify({ id: draft.id, kind: draft.kind, body: draft.body }),
    flush: {
      instance: 'memory',
      number: 1,
      first: 1,
      count: 1,
      index: 0,
      path: [],
      previous: '',
      key: 'memory',
      signature: createHash('sha256').update(draft.id).digest('base64url'),
    },
    openings: Object.entries(personal).map(([name, value]) => ({ name, salt: '', value })),
  };
}

export function at(text: string): Instant {
  return text as Instant;
}
