import { randomBytes, randomUUID } from 'node:crypto';
import type { AccessLine, FaultLine } from '../../../src/api/access-log.ts';
import type { PartnerDeps, PublicDeps } from '../../../src/api/ports.ts';
import { steadyAnswers } from '../../../src/api/steady.ts';
import type { Instant, TraceId } from '../../../src/core/brand.ts';
import type { PartnerOperations } from '../../../src/core/disclosure/operations.ts';
import type { Limiter } from '../../../src/core/limit/limiter.ts';
import type { Oin } from '../../../src/core/partner/partner.ts';
import { ok, refuse } from '../../../src/core/result.ts';
import { someUser } from '../../world/some-user.ts';
import { partners } from './partners.ts';
import { refusalSummary } from './records.ts';

export interface Logged {
  readonly access: AccessLine[];
  readonly faults: FaultLine[];
}

export interface FakeDeps extends PartnerDeps {
  readonly logged: Logged;
  /** Names of the operations that were called, in order. */
  readonly called: string[];
}

function never(called: string[], name: string) {
  return () => {
    called.push(name);
    throw new Error(`not expected in this test: ${name}`);
  };
}

/** Operations that answer what a test gives them; every other one fails the test. */
function operations(called: string[], given: Partial<PartnerOperations>): PartnerOperations {
  const recorded = Object.entries(given).map(([name, operation]) => [
    name,
    (...args: readonly unknown[]) => {
      called.push(name);
      return Reflect.apply(operation, given, args);
    },
  ]);
  return {
    ask: never(called, 'ask'),
    collect: never(called, 'collect'),
    approve: never(called, 'approve'),
    answerRequest: never(called, 'answerRequest'),
    declineRequest: never(called, 'declineRequest'),
    delegateRequest: never(called, 'delegateRequest'),
    questionRequest: never(called, 'questionRequest'),
    replyToQuestion: never(called, 'replyToQuestion'),
    offer: never(called, 'offer'),
    declineOffer: never(called, 'declineOffer'),
    confirmCollection: never(called, 'confirmCollection'),
    reportExcess: never(called, 'reportExcess'),
    readMessages: never(called, 'readMessages'),
    listInbox: never(called, 'listInbox'),
    readInbox: never(called, 'readInbox'),
    attestFact: never(called, 'attestFact'),
    endFact: never(called, 'endFact'),
    correctFact: never(called, 'correctFact'),
    disputeFact: never(called, 'disputeFact'),
    confirmFact: never(called, 'confirmFact'),
    readFact: never(called, 'readFact'),
    claimInvolvement: never(called, 'claimInvolvement'),
    confirmClaim: never(called, 'confirmClaim'),
    rejectClaim: never(called, 'rejectClaim'),
    readClaim: never(called, 'readClaim'),
    readTimer: never(called, 'readTimer'),
    requestConsent: never(called, 'requestConsent'),
    withdrawConsent: never(called, 'withdrawConsent'),
    delayInforming: never(called, 'delayInforming'),
    readRightsRequest: never(called, 'readRightsRequest'),
    decideRightsRequest: never(called, 'decideRightsRequest'),
    makeCorrection: never(called, 'makeCorrection'),
    confirmCorrection: never(called, 'confirmCorrection'),
    readCorrection: never(called, 'readCorrection'),
    ...Object.fromEntries(recorded),
  };
}

/** No limit is ever reached. */
const limiter: Limiter = {
  call: async () => null,
  admit: async () => ({ over: null, refused: async () => undefined, permitted: async () => undefined }),
};
const someLimits = { requestsPerMinute: 60, subjectsPerHour: 10, refusalsInARow: 5 };
/** Counts nothing. */
const metrics = { exchange: () => undefined, refusal: () => undefined };
const entropy = { trace: () => randomBytes(16).toString('hex') as TraceId };

/** Nothing is known and nothing is found, except what a test gives. Callers name their unit in a test header. */
export function fakeDeps(
  given: Partial<Omit<PartnerDeps, 'operations'>> & { readonly operations?: Partial<PartnerOperations> } = {},
): FakeDeps {
  const called: string[] = [];
  const logged: Logged = { access: [], faults: [] };
  return {
    entropy,
    metrics,
    limiter,
    steady: steadyAnswers({ floorMs: 0 }),
    log: {
      access: (line) => logged.access.push(line),
      fault: (line) => logged.faults.push(line),
    },
    users: { take: async () => ok(someUser('u1', 'casemanager', 'A. de Wit')) },
    identify: (c) => {
      const partner = partners.get(c.req.header('x-test-unit') ?? '');
      return partner === undefined ? refuse(c.req.header('x-test-refusal') ?? 'no-certificate') : ok(partner);
    },
    requests: { find: async () => null },
    emergencies: { ask: never(called, 'breakGlass'), confirm: never(called, 'confirm'), find: async () => null },
    asUnknownPerson: () => refusalSummary(),
    escalatedTo: () => [],
    approvalReminders: () => [{ nl: 'Denk na.', en: 'Think.' }],
    receipts: { find: async () => null },
    events: { feed: async () => [] },
    notices: { find: async () => null, pseudonym: async () => randomUUID() },
    subjectChanges: { find: async () => null },
    ledger: { checkpoint: async () => null, proof: async () => null },
    tree: { tile: async () => null, consistency: async () => null },
    bundles: { read: async () => null },
    policySets: {
      accept: never(called, 'accept'),
      of: async () => ({ binds: null, inForce: null, planned: [], accepted: [] }),
    },
    subscriptions: {
      subscribe: never(called, 'subscribe'),
      redeliver: never(called, 'redeliver'),
      end: never(called, 'end'),
      of: async () => [],
    },
    access: { dryRun: never(called, 'dryRun'), isNow: () => true },
    policies: { current: never(called, 'current'), boundTo: () => null },
    units: () => [],
    overdueDestructions: async () => 0,
    overdueCorrections: async () => 0,
    limitsOf: () => ({ unit: someLimits, user: someLimits }),
    now: () => '2026-11-21T10:00:00.000Z' as Instant,
    partnerOrigin: () => 'https://partners.gateway.example',
    gatewayOin: '00000099000000000009' as Oin,
    ...given,
    operations: operations(called, given.operations ?? {}),
    called,
    logged,
  };
}

export function fakePublicDeps(given: Partial<PublicDeps> = {}): PublicDeps & { readonly logged: Logged } {
  const logged: Logged = { access: [], faults: [] };
  return {
    entropy,
    metrics,
    log: {
      access: (line) => logged.access.push(line),
      fault: (line) => logged.faults.push(line),
    },
    partnerOrigin: () => 'https://partners.gateway.example',
    ledger: {
      checkpoint: async () => 'sluis.example/log\n1\nAAAA\n\n— sluis.example/log AAAA\n',
      proof: async () => null,
    },
    tree: { tile: async () => null, consistency: async () => null },
    site: {
      contact: { name: 'Beheer', email: 'beheer@gateway.example', url: 'https://gateway.example' },
      partnerHost: 'partners.gateway.example',
      publicHost: 'gateway.example',
    },
    jwks: async () => ({ keys: [{ kty: 'OKP', crv: 'Ed25519', x: 'AAAA', kid: 'one' }] }),
    healthy: async () => true,
    ...given,
    logged,
  };
}
