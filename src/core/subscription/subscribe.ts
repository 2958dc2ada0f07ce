import type { EntryId, Instant, SubscriptionId } from '../brand.ts';
import type { IdempotencyClaim } from '../disclosure/change.ts';
import type { Call, KeyProblem } from '../disclosure/operations.ts';
import type { Clock, Entropy, Journal, PolicySets, Registry, Snapshots } from '../disclosure/ports.ts';
import { keyProblem } from '../disclosure/replay.ts';
import { settle, stale } from '../disclosure/settle.ts';
import type { EntryDraft } from '../ledger/entry.ts';
import type { Partner } from '../partner/partner.ts';
import { hostOf, isAtListedHost } from '../partner/webhook-host.ts';
import { mostSubscriptions, type Subscription, type Subscriptions, type SubscriptionView } from './subscription.ts';

export interface SubscriptionPorts {
  readonly clock: Clock;
  readonly entropy: Entropy;
  readonly registry: Registry;
  readonly policies: PolicySets;
  readonly journal: Journal;
  readonly snapshots: Snapshots;
  readonly subscriptions: Subscriptions;
}

export interface SubscriptionBody {
  readonly url: string;
  /** Without any: every type. */
  readonly types: readonly string[];
}

export type SubscribeOutcome =
  | { readonly kind: 'subscribed'; readonly subscription: SubscriptionView; readonly replayed: boolean }
  /** No host that stands with the unit. */
  | { readonly kind: 'url-not-allowed' }
  | { readonly kind: 'too-many' }
  | KeyProblem;

/** From its commit on the events of the unit go to this address too, which is at a host that two people let it name. */
export function subscribe(ports: SubscriptionPorts, call: Call, body: SubscriptionBody): Promise<SubscribeOutcome> {
  return settle(ports, () => record(ports, call, body));
}

async function record(
  ports: SubscriptionPorts,
  call: Call,
  { url, types }: SubscriptionBody,
): Promise<SubscribeOutcome | typeof stale> {
  const claim = await claimOn(ports, call);
  if (claim !== null) {
    const problem = keyProblem(call, claim, 'subscription');
    if (problem !== null) return problem;
    const before = await ports.subscriptions.find(claim.resource.id as SubscriptionId);
    return before === null ? { kind: 'in-progress' } : { kind: 'subscribed', subscription: before, replayed: true };
  }
  const { units } = ports.registry.current();
  const unit = units.get(call.partner.unit.id);
  if (unit === undefined || !isAtListedHost(url, unit.webhooks)) return { kind: 'url-not-allowed' };
  if ((await ports.subscriptions.of(unit.id)).length >= mostSubscriptions) return { kind: 'too-many' };
  const at = ports.clock.now();
  const id = ports.entropy.id() as SubscriptionId;
  const subscription: Subscription = { id, unit: unit.id, url, types, createdAt: at, endedAt: null };
  const entry = subscriptionEntry(ports, call, subscription, 'added', at);
  const committed = await ports.journal.commit({
    rests: restsOf(ports),
    moves: false,
    entries: [entry],
    changes: [
      {
        type: 'idempotency-claimed',
        claim: { unit: unit.id, ...call.idempotency, resource: { type: 'subscription', id }, claimedAt: at },
      },
      { type: 'subscription-added', subscription, entry: entry.id },
    ],
  });
  // A conflict is a twin that was first, or took the last place: the next reading finds what it wrote.
  if (committed.outcome !== 'durable') return stale;
  const view = { ...subscription, waiting: 0, parked: 0, problem: null };
  return { kind: 'subscribed', subscription: view, replayed: false };
}

/** About nobody: only the claim on the key is wanted. */
export async function claimOn(ports: SubscriptionPorts, call: Call): Promise<IdempotencyClaim | null> {
  const unit = call.partner.unit.id;
  const { claim } = await ports.snapshots.read({
    subject: { by: 'reference', reference: { type: 'caseReference', value: '-' }, unit },
    source: unit,
    recipient: unit,
    idempotency: { unit, key: call.idempotency.key },
  });
  return claim;
}

export function restsOf({ registry, policies }: Pick<SubscriptionPorts, 'registry' | 'policies'>) {
  return { subject: null, registryVersion: registry.current().version, policySet: policies.current().digest };
}

/** Where events go: the host and no path, which a receiver may keep to itself. */
export function subscriptionEntry(
  ports: Pick<SubscriptionPorts, 'entropy' | 'policies'>,
  { partner, trace }: { readonly partner: Partner; readonly trace: EntryDraft['trace'] },
  { id, url, types }: Subscription,
  step: 'added' | 'ended' | 'again',
  at: Instant,
): EntryDraft {
  return {
    id: ports.entropy.id() as EntryId,
    kind: 'subscription-changed',
    time: at,
    trace,
    policySet: ports.policies.current().digest,
    purpose: null,
    source: null,
    recipient: partner.unit.id,
    body: { subscription: id, step, host: hostOf(url), types: [...types] },
    subject: null,
    personal: {},
    fleeting: {},
  };
}
