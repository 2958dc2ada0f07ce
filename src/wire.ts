import { setTimeout as sleep } from 'node:timers/promises';
import { Hono } from 'hono';
import { type AccessLog, accessLog } from './api/access-log.ts';
import { takingHeaders } from './api/fronts/take-headers.ts';
import type { HttpsListener } from './api/https-listener.ts';
import { malformedRequests } from './api/malformed-request.ts';
import { createMetrics, type Metrics } from './api/metrics.ts';
import { metricsListener } from './api/metrics-listener.ts';
import { partnerApp } from './api/partner-app.ts';
import { publicApp } from './api/public-app.ts';
import type { Config } from './config.ts';
import type { Alerts } from './core/alert/alert.ts';
import { instant } from './core/brand.ts';
import type { Clock } from './core/disclosure/ports.ts';
import type { Oin } from './core/partner/partner.ts';
import { actingAsVerifier } from './crypto/acting-as.ts';
import { entropy } from './crypto/entropy.ts';
import { partnerKeys } from './crypto/partner-keys.ts';
import { permitTokens } from './crypto/permit-tokens.ts';
import { joseSealer } from './crypto/seal.ts';
import { pagesApp } from './pages/pages-app.ts';
import type { HttpSources } from './source/http-connector.ts';
import { createAnswers } from './store/answers.ts';
import { createCaseReferences } from './store/case-reference.ts';
import { createConsents } from './store/consents.ts';
import { createCorrections } from './store/corrections.ts';
import { createDuties } from './store/duties.ts';
import { createEmergencies } from './store/emergencies.ts';
import { createFacts } from './store/facts.ts';
import { createInbox } from './store/inbox.ts';
import { createInformingDelays } from './store/informing-delays.ts';
import { createInvolvementClaims } from './store/involvement-claims.ts';
import { entriesWaiting } from './store/journal/entries-waiting.ts';
import { keyVersions } from './store/key-versions.ts';
import { createReckonings } from './store/reckonings.ts';
import { createMessages } from './store/request-messages.ts';
import { createRequests } from './store/requests.ts';
import { createRightsRequests } from './store/rights-requests.ts';
import { seeCertificate, seenCertificates, tellOfEnd } from './store/seen-certificates.ts';
import { createSnapshots } from './store/snapshots.ts';
import { createSubjects } from './store/subjects.ts';
import { createSubscriptions } from './store/subscriptions.ts';
import { createTimers } from './store/timers.ts';
import { createWaitingRequests } from './store/waiting-requests.ts';
import { actingUsers, audienceOf, keptUsers } from './wire/acting-users.ts';
import { type AppWorld, pagesDeps, partnerDeps, publicDeps } from './wire/apps.ts';
import { type CertificateEnds, foreseeCertificateEnds, ownCertificates } from './wire/certificate-ends.ts';
import { type Certificates, openCertificates } from './wire/certificates.ts';
import { openPartnerEntrance, openPublicEntrance } from './wire/entrances.ts';
import { followMoments } from './wire/follow-moments.ts';
import { knownInways, unbelievedHeaders } from './wire/fronts.ts';
import { directPeer, identifier } from './wire/identify.ts';
import { watchKeyAges } from './wire/key-ages.ts';
import { gatewayAlerts, gatewayLimiter, readLimits, tellUnregistered } from './wire/limits.ts';
import { Opened } from './wire/opened.ts';
import type { OperationPorts } from './wire/operations.ts';
import { openProxyEntrances, proxiedPeer, proxyHeaders } from './wire/proxy-entrances.ts';
import { type GatewayRecord, openRecord } from './wire/record.ts';
import { type OpenSources, openSources } from './wire/sources.ts';
import { tellEvents } from './wire/webhooks.ts';
import { readWitnessing, startWitnessing } from './wire/witnessing.ts';

export interface Gateway {
  readonly partnerUrl: string;
  readonly publicUrl: string;
  /** The entrance for proxies of the gateway's own; null: there is none over TLS. */
  readonly proxyUrl: string | null;
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
  const certificates = await openCertificates(config, opened, { log, metrics });
  const { trust } = certificates;
  const sourcing = openSources(config, opened, { certificates, metrics, log, clock });
  const { sources, ...documents } = sourcing;
  let partners: HttpsListener | null = null;
  const limits = readLimits(config);
  const witnessing = readWitnessing(config);
  const record = await openRecord(config, opened, { clock, log, trust: () => trust.current() });
  tellUnregistered(limits, record.registry.current().units, log);
  const alerts = gatewayAlerts(record, { clock, log, metrics });
  for (const watching of [certificates, record.sequencing, sourcing]) watching.alertTo(alerts);
  const limiter = gatewayLimiter(record, limits, alerts, clock);
  const users = actingUsers({
    pool: record.serve,
    clock,
    cipher: record.keys.users,
    mark: record.keys.marks.call,
    keys: partnerKeys({ fetch: documents.fetch }),
    gatewayOin: config.oin as Oin,
  });
  const world: AppWorld = {
    config,
    record,
    ports: portsOf(config, record, sources, alerts),
    circuits: sourcing.standing,
    log,
    metrics,
    alerts,
    limiter,
    limits,
    users,
  };
  await keepGoing(world, opened, certificates);

  const { serve, keys } = record;
  const ages = { clock, keys, alerts, log, maxAgeDays: config.keyMaxAgeDays, recorded: () => keyVersions(serve) };
  opened.add(watchKeyAges(ages), (watching) => watching.stop());
  opened.add(startWitnessing(witnessing, world), (rounds) => rounds.stop());
  const ends = opened.add(certificateEndsOf(world, certificates), (foreseeing) => foreseeing.stop());

  const malformed = malformedRequests({ entropy, log, metrics });
  const identifying = { ...identifyingOf(world, documents), onRecognised: ends.recognised };
  const identify = identifier({
    ...identifying,
    peerOf: directPeer(trust, config.demo),
    front: 'direct',
    believed: [],
  });
  const deps = partnerDeps(world, identify, () => partners?.port ?? config.partnerListener.port);
  const partnerFetch = takingHeaders(partnerApp(deps).fetch);
  const proxyPort = await openProxyEntrances(config.fronts.proxy, opened, {
    appFor(isProxy) {
      const peerOf = proxiedPeer(trust, { acceptTestOins: config.demo, isProxy });
      const behind = identifier({ ...identifying, peerOf, front: 'proxy', believed: proxyHeaders });
      return takingHeaders(partnerApp({ ...deps, identify: behind }).fetch);
    },
    certificates,
    malformed,
  });
  const entrance = { config, opened, certificates, malformed, metrics };
  partners = await openPartnerEntrance(partnerFetch, entrance);
  const people = new Hono();
  people.route('/', publicApp(publicDeps(world, partners.port)));
  people.route('/', pagesApp(pagesDeps(world, witnessing.witnesses)));
  const publicListener = await openPublicEntrance(takingHeaders(people.fetch, identifying.onUnbelieved), entrance);
  const metricsUrl = await openMetrics(config, opened, world);
  return {
    metricsUrl,
    proxyUrl: proxyPort === null ? null : urlOf(config.fronts.proxy.listener?.host ?? '', proxyPort),
    partnerUrl: urlOf(config.partnerListener.host, partners.port),
    publicUrl: config.publicListener.url ?? urlOf(config.publicListener.host, publicListener.port),
    close: () => opened.close(),
  };
}

/** What goes on without anybody asking. */
async function keepGoing(world: AppWorld, opened: Opened, certificates: Certificates): Promise<void> {
  await followMoments(world, opened);
  tellEvents(world, opened, certificates);
}

/** What is the same at every entrance for partners. */
function identifyingOf({ config, ports, log, metrics }: AppWorld, { fetch }: Pick<OpenSources, 'fetch'>) {
  const count = () => metrics.forwardedCertificateRemoved();
  return {
    registry: ports.registry,
    actingAs: actingAsVerifier(audienceOf(config.oin as Oin)),
    inways: knownInways(config, { fetch, alarm: log.alarm }),
    onUnbelieved: unbelievedHeaders({ count, tell: log.notice }),
  };
}

/** Partners' certificates as they come in, and the gateway's own as they stand in their files. */
function certificateEndsOf(
  { config, record, alerts, metrics, log }: AppWorld,
  certificates: Certificates,
): CertificateEnds {
  return foreseeCertificateEnds({
    clock,
    entropy,
    alerts,
    metrics,
    log,
    store: {
      see: (seen) => seeCertificate(record.serve, seen),
      list: () => seenCertificates(record.serve, null),
      tell: (...told) => tellOfEnd(record.serve, ...told),
    },
    own: () => ownCertificates(config, certificates.source.identities.list()),
  });
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

function urlOf(host: string, port: number): string {
  return `https://${host.includes(':') ? `[${host}]` : host}:${port}`;
}

function portsOf(
  config: Config,
  { serve, vault, keys, journal, registry, policies }: GatewayRecord,
  sources: HttpSources,
  alerts: Alerts,
): OperationPorts {
  return {
    clock,
    entropy,
    journal,
    registry,
    policies,
    snapshots: createSnapshots(serve, keys.identifiers),
    sources,
    sealingSources: sources,
    permits: permitTokens(keys.answers, config.oin, keys.answersCheckedBy),
    references: createCaseReferences(serve, keys.identifiers),
    sealer: joseSealer(),
    requests: createRequests(serve),
    inbox: createInbox(serve),
    users: keptUsers({ pool: serve, cipher: keys.users }),
    answers: createAnswers(serve),
    messages: createMessages(serve, keys.identifiers),
    marks: keys.marks,
    facts: createFacts(serve, keys.identifiers),
    claims: createInvolvementClaims(serve, keys.identifiers),
    timers: createTimers(serve),
    duties: createDuties(serve),
    reckonings: createReckonings(serve),
    emergencies: createEmergencies(serve),
    alerts,
    corrections: createCorrections(serve),
    informing: createInformingDelays(serve),
    rights: createRightsRequests(serve),
    waiting: createWaitingRequests(serve),
    consents: createConsents(serve),
    subscriptions: createSubscriptions(serve),
    subjects: createSubjects({ pool: serve, vault, secrets: keys.identifiers, cipher: keys.subjects, clock, entropy }),
  };
}
