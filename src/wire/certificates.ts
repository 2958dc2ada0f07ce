import { join } from 'node:path';
import type { SecureContextOptions, TLSSocket } from 'node:tls';
import type { AccessLog } from '../api/access-log.ts';
import type { HttpsListener } from '../api/https-listener.ts';
import type { Judged, Metrics } from '../api/metrics.ts';
import type { Config } from '../config.ts';
import type { Alerts } from '../core/alert/alert.ts';
import { isStillGood, verifyPeer } from '../crypto/certificate.ts';
import { fetchLists } from '../crypto/fetch-lists.ts';
import { listsInForce } from '../crypto/list-age.ts';
import { type NamedIdentities, watchNamedIdentities } from '../crypto/named-identities.ts';
import type { Identity } from '../crypto/tls.ts';
import { loadAuthorities, type Trust, type TrustFiles } from '../crypto/trust.ts';
import { type WatchedIdentity, watchIdentity } from '../crypto/watch-identity.ts';
import { type TrustAlarm, type WatchedTrust, watchTrust } from '../crypto/watch-trust.ts';
import type { Opened } from './opened.ts';

/** What of certificates and lists is in force, kept current while the gateway runs. */
export interface Certificates {
  readonly identity: WatchedIdentity;
  readonly trust: WatchedTrust;
  /** The gateway as client of sources. */
  readonly source: {
    readonly identity: WatchedIdentity;
    /** For sources that know it by another certificate. */
    readonly identities: NamedIdentities;
    readonly trust: WatchedTrust;
  };
  /** In whom is trusted to be a proxy of the gateway's own. Throws `TrustError` where nothing good is there. */
  proxies(files: TrustFiles): WatchedTrust;
  /** From now on new handshakes of this listener use what is in force. */
  follow(listener: Pick<HttpsListener, 'renew'>, tls: (identity: Identity, trust: Trust) => SecureContextOptions): void;
  /** From now on its connections are closed when their certificate is not good any more; a partner's if not said. */
  guard(listener: Pick<HttpsListener, 'recheck'>, isGood?: (socket: TLSSocket) => boolean): void;
  /** For the listener for partners: a certificate is judged when it comes in, so that its end is noticed. */
  readonly onSecure: (socket: TLSSocket) => void;
  onSource(changed: () => void): void;
  /** From now on officers are told too. */
  alertTo(alerts: Alerts): void;
}

/** A look at each file; with a second look a change is in force within two seconds. */
const lookEveryMs = 500;
const recheckEveryMs = 1_000;
const fetching = { timeoutMs: 10_000, maxBytes: 64 * 1_024 * 1_024 };

interface Surroundings {
  readonly log: Pick<AccessLog, 'alarm'>;
  readonly metrics: Pick<Metrics, 'revocationLists' | 'connectionRevoked'>;
}

/** Throws `TrustError` where nothing good is there to start with. */
export async function openCertificates(
  config: Config,
  opened: Opened,
  { log, metrics }: Surroundings,
): Promise<Certificates> {
  const changed = new Set<() => void>();
  const sourceChanged = new Set<() => void>();
  const guarded = new Set<() => void>();
  const { onAlarm, alertTo } = alarms(log);
  const inForce = { config, opened, onAlarm, log, metrics };
  const source = openSource(inForce, () => each(sourceChanged));
  const identity = own(inForce, config.tls, () => each(changed));
  const trustChanged = (): void => {
    each(changed);
    each(guarded);
  };
  const trust = await openPartners(inForce, trustChanged);
  const rules = () => ({ trust: trust.current(), acceptTestOins: config.demo, now: new Date() });
  const timer = setInterval(() => each(guarded), recheckEveryMs).unref();
  opened.add(timer, clearInterval);
  return {
    identity,
    trust,
    source,
    proxies: (files) => openTrust(inForce, 'proxies', files, trustChanged),
    follow(listener, tls) {
      changed.add(() => listener.renew(tls(identity.current(), trust.current())));
    },
    guard(listener, isGood = (socket) => isStillGood(socket, rules())) {
      guarded.add(() => {
        listener
          .recheck(isGood, metrics.connectionRevoked)
          .catch(() => log.alarm('connections could not be looked over'));
      });
    },
    onSecure: (socket) => {
      verifyPeer(socket, rules());
    },
    onSource: (listener) => sourceChanged.add(listener),
    alertTo,
  };
}

function each(listeners: ReadonlySet<() => void>): void {
  for (const listener of listeners) listener();
}

interface InForce extends Surroundings {
  readonly config: Config;
  readonly opened: Opened;
  readonly onAlarm: (alarm: TrustAlarm) => void;
}

function own(
  { config, opened, log }: InForce,
  { cert, key }: { readonly cert: string; readonly key: string },
  onChange: () => void,
): WatchedIdentity {
  const files = { certificateFile: cert, keyFile: key };
  const watch = { environment: environmentOf(config), everyMs: lookEveryMs, onChange, onProblem: log.alarm };
  return opened.add(watchIdentity(files, watch), (watched) => watched.close());
}

function openSource(inForce: InForce, onChange: () => void): Certificates['source'] {
  const { config, opened, log } = inForce;
  const identity = own(inForce, config.sourceTls, onChange);
  const watch = { environment: environmentOf(config), everyMs: lookEveryMs, onChange, onProblem: log.alarm };
  const identities = opened.add(watchNamedIdentities(config.brokering.sourceCertificates, watch), (watched) =>
    watched.close(),
  );
  return { identity, identities, trust: openTrust(inForce, 'sources', config.trust.sources, onChange) };
}

function openTrust(inForce: InForce, of: Judged, files: TrustFiles, onChange: () => void): WatchedTrust {
  const { opened, metrics } = inForce;
  const policies = of === 'partners' ? inForce.config.trust.partners.policies : [];
  const watch = watchOf(inForce, (next) => {
    tellLists(metrics, of, next);
    onChange();
  });
  const trust = opened.add(watchTrust(files, { ...watch, policies }), (watched) => watched.close());
  tellLists(metrics, of, trust.current());
  return trust;
}

/** Lists that are fetched are a folder of lists like any other; without any, the first round is waited for. */
async function openPartners(inForce: InForce, onChange: () => void): Promise<WatchedTrust> {
  const { config, opened, log } = inForce;
  const { caFiles, crlFiles, crlUrls, crlEveryMs } = config.trust.partners;
  const folder = join(config.database.dataDir, 'revocation-lists');
  let trust: WatchedTrust | null = null;
  if (crlUrls.length > 0) {
    const authorities = loadAuthorities(caFiles, environmentOf(config));
    const listed = () => trust?.current() ?? authorities;
    const fetches = { ...fetching, urls: crlUrls, everyMs: crlEveryMs, folder, trust: listed, onProblem: log.alarm };
    await opened.add(fetchLists(fetches), (fetched) => fetched.close()).first;
  }
  const files = { caFiles, crlFiles: crlUrls.length > 0 ? [...crlFiles, folder] : crlFiles };
  trust = openTrust(inForce, 'partners', files, onChange);
  return trust;
}

function watchOf({ config, onAlarm }: InForce, onChange: (trust: Trust) => void) {
  const { alarmPercent } = config.trust;
  return { environment: environmentOf(config), everyMs: lookEveryMs, alarmPercent, onChange, onAlarm };
}

function tellLists(metrics: Pick<Metrics, 'revocationLists'>, of: Judged, trust: Trust): void {
  const lists = listsInForce(trust, new Date()).map(({ list }) => list);
  const first = (dates: readonly Date[]): Date => new Date(Math.min(...dates.map((date) => date.getTime())));
  if (lists.length === 0) return;
  metrics.revocationLists(of, {
    issued: first(lists.map(({ thisUpdate }) => thisUpdate)),
    expires: first(lists.map(({ nextUpdate }) => nextUpdate)),
  });
}

/** Alarms go to the log at once; officers hear of them when there is a record to keep alerts on. */
function alarms(log: Pick<AccessLog, 'alarm'>): {
  readonly onAlarm: (alarm: TrustAlarm) => void;
  readonly alertTo: (alerts: Alerts) => void;
} {
  const waiting: TrustAlarm[] = [];
  let to: Alerts | null = null;
  const raise = (alerts: Alerts, { kind, mark, detail }: TrustAlarm): void => {
    alerts.raise({ kind, mark, unit: null, detail }).catch(() => log.alarm('an alert could not be kept'));
  };
  return {
    onAlarm(alarm) {
      log.alarm(alarm.text);
      if (to === null) waiting.push(alarm);
      else raise(to, alarm);
    },
    alertTo(alerts) {
      to = alerts;
      for (const alarm of waiting.splice(0)) raise(alerts, alarm);
    },
  };
}

function environmentOf(config: Config): 'demo' | 'production' {
  return config.demo ? 'demo' : 'production';
}
