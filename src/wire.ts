import { setTimeout as sleep } from 'node:timers/promises';
import { Hono } from 'hono';
import { type AccessLog, accessLog } from './api/access-log.ts';
import { takingHeaders } from './api/fronts/take-headers.ts';
import { type HttpsListener, httpsListener } from './api/https-listener.ts';
import { malformedRequests } from './api/malformed-request.ts';
import { createMetrics, type Metrics } from './api/metrics.ts';
import { metricsListener } from './api/metrics-listener.ts';
import { partnerApp } from './api/partner-app.ts';
import { publicApp } from './api/public-app.ts';
import type { Config } from './config.ts';
import { instant } from './core/brand.ts';
import { abandonInterrupted } from './core/disclosure/abandon.ts';
import type { Clock } from './core/disclosure/ports.ts';
import { Fault } from './core/fault.ts';
import { entropy } from './crypto/entropy.ts';
import { joseSealer } from './crypto/seal.ts';
import { loadIdentity, partnerListenerTls, publicListenerTls, sourceClientTls } from './crypto/tls.ts';
import { type Trust, TrustError, type TrustFiles } from './crypto/trust.ts';
import { type WatchedTrust, watchTrust } from './crypto/watch-trust.ts';
import { pagesApp } from './pages/pages-app.ts';
import { fetchDocument } from './source/fetch-document.ts';
import { type HttpSources, httpSources } from './source/http-connector.ts';
import { createConsents } from './store/consents.ts';
import { createFacts } from './store/facts.ts';
import { createInvolvementClaims } from './store/involvement-claims.ts';
import { entriesWaiting } from './store/journal/entries-waiting.ts';
import { createRequests } from './store/requests.ts';
import { createSnapshots } from './store/snapshots.ts';
import { createSubjects } from './store/subjects.ts';
import { createTimers } from './store/timers.ts';
import { type AppWorld, pagesDeps, partnerDeps, publicDeps } from './wire/apps.ts';
import { knownInways, unbelievedHeaders } from './wire/fronts.ts';
import { directPeer, identifier } from './wire/identify.ts';
import { gatewayAlerts, gatewayLimiter, readLimits } from './wire/limits.ts';
import { Opened } from './wire/opened.ts';
import type { OperationPorts } from './wire/operations.ts';
import { type GatewayRecord, openRecord } from './wire/record.ts';
import { sweepTimers } from './wire/sweep-timers.ts';

export interface Gateway {
  readonly partnerUrl: string;
  readonly publicUrl: string;
  /** null: nobody may read the measurements. */
  readonly metricsUrl: string | null;
  /** Ends in the reverse order: no more calls, what is under way, the ledger, the database. */
  close(): Promise<void>;
}

const clock: Clock = {
  now: () => instant(new Date()),
  ago: (ms) => instant(new Date(Date.now() - ms)),
  pause: (ms) => sleep(ms),
};
const trustEveryMs = 60_000;
const sweepEveryMs = 60_000;

/**
 * Starts a gateway with every adapter that it needs, or none: what was opened before something
 * refused is closed again. Throws `ConfigError`, `TrustError`, `KeyFileError`, `SchemaTooNew`,
 * `NotDurable`, `DataDirectoryInUse`.
 */
export async function startGateway(config: Config): Promise<Gateway> {
  const opened = new Opened();
  try {
    return await open(config, opened);
  } catch (error) {
    await opened.close();
    throw error;
  }
}

async function open(config: Config, opened: Opened): Promise<Gateway> {
  const metrics = createMetrics({ process: config.metricsListener !== null });
  const log = alarmsCounted(accessLog(undefined, config.logLevel), metrics);
  // Certificates are read before the database is touched: what cannot serve must not migrate.
  const { sources, ...documents } = await openSources(config, opened, log);
  const identity = loadIdentity(
    { certificateFile: config.tls.cert, keyFile: config.tls.key },
    { environment: environmentOf(config), now: new Date() },
  );
  let partners: HttpsListener | null = null;
  const clientFiles = { caFiles: [config.tls.clientCa], crlFiles: [config.tls.clientCrl] };
  const trust = await watch(config, opened, log, clientFiles, (next) =>
    partners?.renew(partnerListenerTls(identity, next)),
  );
  const limits = readLimits(config);
  const record = await openRecord(config, opened, { clock, log });
  const alerts = gatewayAlerts(record, { clock, log, metrics });
  const limiter = gatewayLimiter(record, limits, alerts, clock);
  const world: AppWorld = { config, record, ports: portsOf(record, sources), log, metrics, alerts, limiter };
  opened.add(sweepInterrupted(world), (timer) => clearInterval(timer));
  opened.add(sweepTimers(world), (sweeping) => sweeping.stop());

  const malformed = malformedRequests({ entropy, log, metrics });
  const identifying = identifyingOf(world, documents);
  const identify = identifier({ ...identifying, peerOf: directPeer(trust, config.demo), believed: [] });
  const deps = partnerDeps(world, identify, () => partners?.port ?? config.partnerListener.port);
  const partnerFetch = takingHeaders(partnerApp(deps).fetch);
  const closeListener = (listener: HttpsListener) => listener.close();
  partners = opened.add(
    await httpsListener(partnerFetch, config.partnerListener, partnerListenerTls(identity, trust.current()), malformed),
    closeListener,
  );
  const people = new Hono();
  people.route('/', publicApp(publicDeps(world, partners.port)));
  people.route('/', pagesApp(pagesDeps(world)));
  const publicListener = opened.add(
    await httpsListener(
      takingHeaders(people.fetch, identifying.onUnbelieved),
      config.publicListener,
      publicListenerTls(identity),
      malformed,
    ),
    closeListener,
  );
  const metricsUrl = await openMetrics(config, opened, world);
  return {
    metricsUrl,
    partnerUrl: urlOf(config.partnerListener.host, partners.port),
    publicUrl: config.publicListener.url ?? urlOf(config.publicListener.host, publicListener.port),
    close: () => opened.close(),
  };
}

/** What is the same at every entrance for partners. */
function identifyingOf({ config, ports, log, metrics }: AppWorld, { fetch }: Pick<OpenSources, 'fetch'>) {
  const count = () => metrics.forwardedCertificateRemoved();
  return {
    registry: ports.registry,
    inways: knownInways(config, { fetch, alarm: log.alarm }),
    onUnbelieved: unbelievedHeaders({ count, tell: log.notice }),
  };
}

function alarmsCounted(log: AccessLog, metrics: Pick<Metrics, 'alarm'>): AccessLog {
  return {
    ...log,
    alarm(text) {
      metrics.alarm();
      log.alarm(text);
    },
  };
}

async function openMetrics(config: Config, opened: Opened, { record, metrics }: AppWorld): Promise<string | null> {
  if (config.metricsListener === null) return null;
  metrics.ledgerWaiting(() => entriesWaiting(record.serve));
  const listener = await metricsListener(metrics, config.metricsListener);
  opened.add(listener, (open) => open.close());
  return `${urlOf(config.metricsListener.host, listener.port).replace('https', 'http')}/metrics`;
}

/** What another gateway, or this one before it was killed, left in the middle. */
function sweepInterrupted({ ports, log }: AppWorld): NodeJS.Timeout {
  const sweep = (): void => {
    abandonInterrupted(ports).catch((error: unknown) => {
      if (!(error instanceof Fault)) log.alarm('requests that were interrupted could not be put on record as failed');
    });
  };
  sweep();
  return setInterval(sweep, sweepEveryMs).unref();
}

function environmentOf(config: Config): 'demo' | 'production' {
  return config.demo ? 'demo' : 'production';
}

function urlOf(host: string, port: number): string {
  return `https://${host.includes(':') ? `[${host}]` : host}:${port}`;
}

/** Certificates of peers are judged by lists that are read again while the gateway runs. */
async function watch(
  config: Config,
  opened: Opened,
  log: AccessLog,
  files: TrustFiles,
  onChange: (trust: Trust) => void,
): Promise<WatchedTrust> {
  const onProblem = (error: unknown): void => {
    log.alarm(error instanceof TrustError ? error.message : 'trust anchors and revocation lists could not be read');
  };
  const options = { everyMs: trustEveryMs, onChange, onProblem };
  return opened.add(await watchTrust(files, environmentOf(config), options), (watched) => watched.close());
}

interface OpenSources {
  readonly sources: HttpSources;
  /** Public keys at an address that somebody configured, asked as a source is. */
  readonly fetch: (url: string) => Promise<Buffer>;
}

async function openSources(config: Config, opened: Opened, log: AccessLog): Promise<OpenSources> {
  const { cert, key, ca, crl } = config.sourceTls;
  const identity = loadIdentity(
    { certificateFile: cert, keyFile: key },
    { environment: environmentOf(config), now: new Date() },
  );
  const trust = await watch(config, opened, log, { caFiles: [ca], crlFiles: [crl] }, (next) => {
    tls = sourceClientTls(identity, next);
    sources.renew(tls);
  });
  let tls = sourceClientTls(identity, trust.current());
  const sources = opened.add(httpSources({ tls, maxTimeoutMs: config.sourceTimeoutMs }), (open) => open.close());
  return { sources, fetch: (url) => fetchDocument(url, tls) };
}

function portsOf({ serve, keys, journal, registry, policies }: GatewayRecord, sources: HttpSources): OperationPorts {
  return {
    clock,
    entropy,
    journal,
    registry,
    policies,
    snapshots: createSnapshots(serve, keys.identifiers),
    sources,
    sealer: joseSealer(),
    requests: createRequests(serve),
    facts: createFacts(serve),
    claims: createInvolvementClaims(serve),
    timers: createTimers(serve),
    consents: createConsents(serve),
    subjects: createSubjects({ pool: serve, secrets: keys.identifiers, cipher: keys.subjects, clock, entropy }),
  };
}
