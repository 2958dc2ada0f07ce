import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { Instant, UnitId } from '../core/brand.ts';
import type { ProblemName } from './problem-types.ts';

/** Which listener of the gateway. */
export type ListenerName = 'partners' | 'public';

/** Whose certificates a set of revocation lists judges. */
export type Judged = 'partners' | 'sources' | 'proxies';

/**
 * What the gateway counts, one method per measurement. INVARIANT: every label value is a word of ours (a declared
 * route, a status class, a problem's name, an alert's kind) or the id of a registered unit, never what somebody sent:
 * a measurement says nothing about one person, and a caller cannot make new series.
 */
export interface Metrics {
  /** One exchange that was answered; `route` is the declared pattern. */
  exchange(of: {
    readonly method: string;
    readonly route: string;
    readonly status: number;
    readonly unit: UnitId | null;
    readonly seconds: number;
  }): void;
  /** An answer that was a problem document. */
  refusal(reason: ProblemName): void;
  /** An answer that depends on a person was made after the first moment at which it could leave. */
  answerLate(): void;
  connectionOpened(listener: ListenerName): void;
  connectionClosed(listener: ListenerName): void;
  /** A connection that was closed while it was open, because its certificate is not good any more. */
  connectionRevoked(): void;
  /** The oldest of the lists that are in force, and the first of them that runs out. */
  revocationLists(of: Judged, lists: { readonly issued: Date; readonly expires: Date }): void;
  /** `gateway` for its own; a unit's is the latest that it came with. */
  certificateExpires(
    holder: UnitId | 'gateway',
    use: 'client' | 'tls' | 'source' | `source/${string}`,
    at: Instant,
  ): void;
  /** Headers that speak of a client certificate, from somebody who may not bring any. */
  forwardedCertificateRemoved(): void;
  /** Something was written for an operator to look at now. */
  alarm(): void;
  /** An officer's alert was raised for the first time. */
  alert(kind: string): void;
  /** What became of a break-glass here: given or refused, somebody stood behind it, or it was revoked. */
  breakGlass(outcome: 'delivered' | 'refused' | 'confirmed' | 'revoked'): void;
  /** Entries of the ledger that do not stand in its tree yet: asked when somebody reads the measurements. */
  ledgerWaiting(read: () => Promise<number>): void;
  /** Whether a witness of the policy cosigned when it was last asked. */
  witness(name: string, well: boolean): void;
  /** Seconds since the first checkpoint was signed that is not witnessed yet; 0: all are. */
  checkpointWaits(seconds: number): void;
  /** Whether a unit's source is asked: not while its circuit is open. */
  sourceCircuit(unit: UnitId, state: 'closed' | 'half-open' | 'open'): void;
  /** Events that were given up, for a unit that is told of its events. */
  eventsParked(unit: UnitId, count: number): void;
  /** All of it, in the text format of Prometheus. */
  text(): Promise<string>;
  readonly contentType: string;
}

const methods: ReadonlySet<string> = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);
/** What a label may look like at most, so that a mistake in a caller of ours shows nothing either. */
const labelForm = /^[a-z0-9._/{}-]{1,100}$/i;
const seconds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];

function word(value: string): string {
  return labelForm.test(value) ? value : 'other';
}

/** Its own registry, so that two gateways in one process do not count together. `process`: also what Node itself uses. */
export function createMetrics({ process = false }: { readonly process?: boolean } = {}): Metrics {
  const registry = new Registry();
  if (process) collectDefaultMetrics({ register: registry });
  return {
    ...countedExchanges(registry),
    ...countedConnections(registry),
    ...watchedByOperators(registry),
    ...witnessing(registry),
  };
}

function countedExchanges(
  registry: Registry,
): Pick<Metrics, 'exchange' | 'refusal' | 'answerLate' | 'text' | 'contentType'> {
  const registers = [registry];
  const exchanges = new Counter({
    name: 'sluis_exchanges_total',
    help: 'Exchanges that were answered',
    labelNames: ['method', 'route', 'status', 'unit'] as const,
    registers,
  });
  const durations = new Histogram({
    name: 'sluis_exchange_seconds',
    help: 'From the head of a request to its answer',
    labelNames: ['route'] as const,
    buckets: seconds,
    registers,
  });
  const refusals = new Counter({
    name: 'sluis_refusals_total',
    help: 'Answers that were a problem document, by its name',
    labelNames: ['reason'] as const,
    registers,
  });
  const late = new Counter({
    name: 'sluis_late_answers_total',
    help: 'Answers held for a fixed span whose work took longer than the first span',
    registers,
  });
  return {
    answerLate: () => late.inc(),
    exchange(of) {
      const route = word(of.route);
      const method = methods.has(of.method) ? of.method : 'other';
      const status = `${Math.floor(of.status / 100)}xx`;
      exchanges.inc({ method, route, status, unit: of.unit === null ? 'none' : word(of.unit) });
      durations.observe({ route }, of.seconds);
    },
    refusal: (reason) => refusals.inc({ reason: word(reason) }),
    text: () => registry.metrics(),
    contentType: registry.contentType,
  };
}

function countedConnections(
  registry: Registry,
): Pick<Metrics, 'connectionOpened' | 'connectionClosed' | 'connectionRevoked' | 'forwardedCertificateRemoved'> {
  const registers = [registry];
  const open = new Gauge({
    name: 'sluis_connections_open',
    help: 'TLS connections that are open now',
    labelNames: ['listener'] as const,
    registers,
  });
  const revoked = new Counter({
    name: 'sluis_connections_revoked_total',
    help: 'Connections closed because their certificate is not good any more',
    registers,
  });
  const removed = new Counter({
    name: 'sluis_forwarded_certificates_removed_total',
    help: 'Requests with Client-Cert headers from somebody who may not bring them',
    registers,
  });
  return {
    connectionOpened: (listener) => open.inc({ listener }),
    connectionClosed: (listener) => open.dec({ listener }),
    connectionRevoked: () => revoked.inc(),
    forwardedCertificateRemoved: () => removed.inc(),
  };
}

function witnessing(registry: Registry): Pick<Metrics, 'witness' | 'checkpointWaits'> {
  const registers = [registry];
  const well = new Gauge({
    name: 'sluis_witness_cosigns',
    help: 'Whether a witness cosigned when it was last asked',
    labelNames: ['witness'] as const,
    registers,
  });
  const waits = new Gauge({
    name: 'sluis_checkpoint_unwitnessed_seconds',
    help: 'Since the first checkpoint was signed that is not witnessed yet',
    registers,
  });
  return {
    witness: (name, isWell) => well.set({ witness: word(name) }, isWell ? 1 : 0),
    checkpointWaits: (waited) => waits.set(waited),
  };
}

function watchedByOperators(
  registry: Registry,
): Pick<
  Metrics,
  | 'revocationLists'
  | 'certificateExpires'
  | 'alarm'
  | 'alert'
  | 'ledgerWaiting'
  | 'sourceCircuit'
  | 'eventsParked'
  | 'breakGlass'
> {
  const registers = [registry];
  const listIssued = new Gauge({
    name: 'sluis_revocation_list_issued_timestamp_seconds',
    help: 'When the oldest revocation list in force was issued',
    labelNames: ['of'] as const,
    registers,
  });
  const listExpires = new Gauge({
    name: 'sluis_revocation_list_expires_timestamp_seconds',
    help: 'When the first of the revocation lists in force expires, and nobody comes in any more',
    labelNames: ['of'] as const,
    registers,
  });
  const expires = new Gauge({
    name: 'sluis_certificate_expires_timestamp_seconds',
    help: 'When the certificate of a unit, or of the gateway, expires',
    labelNames: ['holder', 'use'] as const,
    registers,
  });
  const alarms = new Counter({ name: 'sluis_alarms_total', help: 'Lines at level fatal in the log', registers });
  const alerts = new Counter({
    name: 'sluis_alerts_total',
    help: 'Alerts raised for officers',
    labelNames: ['kind'] as const,
    registers,
  });
  const emergencies = new Counter({
    name: 'sluis_break_glass_total',
    help: 'Break-glass by what became of it at this gateway',
    labelNames: ['outcome'] as const,
    registers,
  });
  const circuits = new Gauge({
    name: 'sluis_source_circuit',
    help: 'Whether a source is asked: 0 as ever, 1 one question tries it, 2 nothing until it has rested',
    labelNames: ['unit'] as const,
    registers,
  });
  const parked = new Gauge({
    name: 'sluis_events_parked',
    help: 'Events that could not be told for a day, and wait for redelivery',
    labelNames: ['unit'] as const,
    registers,
  });
  return {
    eventsParked: (unit, count) => parked.set({ unit: word(unit) }, count),
    sourceCircuit: (unit, state) => circuits.set({ unit: word(unit) }, { closed: 0, 'half-open': 1, open: 2 }[state]),
    revocationLists(of, { issued, expires: until }) {
      listIssued.set({ of }, issued.getTime() / 1_000);
      listExpires.set({ of }, until.getTime() / 1_000);
    },
    certificateExpires: (holder, use, at) =>
      expires.set({ holder: word(holder), use: word(use) }, Date.parse(at) / 1_000),
    alarm: () => alarms.inc(),
    alert: (kind) => alerts.inc({ kind: word(kind) }),
    breakGlass: (outcome) => emergencies.inc({ outcome }),
    ledgerWaiting(read) {
      new Gauge({
        name: 'sluis_ledger_waiting_entries',
        help: 'Entries that do not stand in the tree yet; NaN where the database does not say',
        registers,
        async collect() {
          this.set(await read().catch(() => Number.NaN));
        },
      });
    },
  };
}
