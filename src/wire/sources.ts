import type { AccessLog } from '../api/access-log.ts';
import type { Metrics } from '../api/metrics.ts';
import type { Config } from '../config.ts';
import type { Alerts } from '../core/alert/alert.ts';
import type { UnitId } from '../core/brand.ts';
import type { Clock } from '../core/disclosure/ports.ts';
import { sourceClientTls } from '../crypto/tls.ts';
import type { CircuitState } from '../source/circuit.ts';
import { fetchDocument } from '../source/fetch-document.ts';
import { type HttpSources, httpSources } from '../source/http-connector.ts';
import type { Certificates } from './certificates.ts';
import type { Opened } from './opened.ts';

export interface OpenSources {
  readonly sources: HttpSources;
  /** Public keys at an address that somebody configured, asked as a source is. */
  readonly fetch: (url: string) => Promise<Buffer>;
  /** How each source that was asked answers now. */
  standing(): ReadonlyMap<UnitId, CircuitState>;
  /** From now on officers hear of a source that is silent. */
  alertTo(alerts: Alerts): void;
}

interface Surroundings {
  readonly certificates: Certificates;
  readonly metrics: Pick<Metrics, 'sourceCircuit'>;
  readonly log: Pick<AccessLog, 'alarm' | 'notice'>;
  readonly clock: Pick<Clock, 'now'>;
}

export function openSources(config: Config, opened: Opened, { certificates, ...told }: Surroundings): OpenSources {
  const { identity, identities, trust } = certificates.source;
  const current = () => sourceClientTls(identity.current(), trust.current());
  const { onState, ...standing } = silentSources(told);
  const options = {
    tls: current(),
    maxTimeoutMs: config.sourceTimeoutMs,
    certificate: identities.of,
    circuits: { onState },
  };
  const sources = opened.add(httpSources(options), (open) => open.close());
  certificates.onSource(() => sources.renew(current()));
  return { sources, fetch: (url) => fetchDocument(url, current()), ...standing };
}

/** Each opening and closing is told to operators; officers hear of a source once a day. */
function silentSources({ metrics, log, clock }: Omit<Surroundings, 'certificates'>) {
  let alerts: Alerts | null = null;
  const silent = new Set<UnitId>();
  const states = new Map<UnitId, CircuitState>();
  return {
    standing: () => states,
    alertTo(to: Alerts) {
      alerts = to;
    },
    onState(unit: UnitId, state: CircuitState) {
      states.set(unit, state);
      metrics.sourceCircuit(unit, state);
      if (state === 'closed' && silent.delete(unit)) log.notice(`the source of ${unit} answers again`);
      if (state !== 'open' || silent.has(unit)) return;
      silent.add(unit);
      log.alarm(`the source of ${unit} does not answer and is asked nothing for a while`);
      const day = clock.now().slice(0, 10);
      alerts
        ?.raise({ kind: 'source-silent', unit, mark: day, detail: {} })
        .catch(() => log.alarm('an alert could not be kept'));
    },
  };
}
