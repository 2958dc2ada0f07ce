import type { AccessLog } from '../api/access-log.ts';
import type { Metrics } from '../api/metrics.ts';
import type { SeenCaller } from '../api/ports.ts';
import type { Config } from '../config.ts';
import type { Alerts } from '../core/alert/alert.ts';
import type { Instant } from '../core/brand.ts';
import type { Clock, Entropy } from '../core/disclosure/ports.ts';
import { comingEnd, daysLeft } from '../core/partner/certificate-end.ts';
import { certificateInFile } from '../crypto/certificate-file.ts';
import type { SeenCertificate } from '../store/seen-certificates.ts';
import type { OwnEvent } from '../store/tell-event.ts';
import { type HourlyLook, lookHourly } from './look-hourly.ts';

/** A certificate of the gateway itself. */
export interface OwnCertificate {
  readonly use: 'tls' | 'source';
  /** Of a certificate for the sources whose connectors name it; left out: it has none. */
  readonly name?: string;
  readonly thumbprint: string;
  readonly notAfter: Instant;
}

export interface CertificateEndPorts {
  readonly clock: Pick<Clock, 'now'>;
  readonly entropy: Pick<Entropy, 'id'>;
  readonly store: {
    see(seen: SeenCertificate): Promise<void>;
    list(): Promise<readonly SeenCertificate[]>;
    /** False: the unit was told before. */
    tell(certificate: SeenCertificate, days: number, event: OwnEvent): Promise<boolean>;
  };
  /** As they are now: a certificate may be replaced while the gateway runs. */
  readonly own: () => readonly OwnCertificate[];
  readonly alerts: Alerts;
  readonly metrics: Pick<Metrics, 'certificateExpires'>;
  readonly log: Pick<AccessLog, 'alarm'>;
  readonly everyMs?: number;
}

export interface CertificateEnds extends HourlyLook {
  /** Notes the certificate of a call, at most once a day for each; never waits and never fails. */
  recognised(seen: SeenCaller): void;
}

/** A certificate that nobody came in with for so long was replaced, and its end is nobody's concern. */
const inUseDays = 30;
const dataref = '/v1/connection-test';
const type = 'nl.sluis.certificate.expires';

/** Foresees the end of certificates, so that nobody finds out by being turned away. */
export function foreseeCertificateEnds(ports: CertificateEndPorts): CertificateEnds {
  const noted = new Notes();
  const alarm = 'the certificates that are about to end could not be looked at';
  const hourly = lookHourly(() => lookAtAll(ports), ports.log, { alarm, everyMs: ports.everyMs });
  return {
    recognised(seen) {
      // Behind an Inway it is the Inway's own certificate, which says nothing of the partner's.
      if (seen.front === 'inway') return;
      const { thumbprint, key: publicKey, notAfter } = seen.certificate;
      const now = ports.clock.now();
      const key = `${thumbprint} ${seen.unit.id}`;
      if (!noted.isNew(key, now)) return;
      const { id: unit, organisation } = seen.unit;
      ports.metrics.certificateExpires(unit, 'client', notAfter);
      ports.store
        .see({ thumbprint, key: publicKey, unit, oin: organisation.oin, notAfter, lastSeen: now })
        // The next call notes it.
        .catch(() => noted.forget(key));
    },
    ...hourly,
  };
}

/** Those of the gateway, as their files have them now; `named`: those for single sources. */
export function ownCertificates(
  { tls, sourceTls }: Pick<Config, 'tls' | 'sourceTls'>,
  named: readonly { readonly name: string; readonly certificateFile: string }[] = [],
): readonly OwnCertificate[] {
  const files = [
    { file: tls.cert, of: { use: 'tls' } },
    { file: sourceTls.cert, of: { use: 'source' } },
    ...named.map(({ name, certificateFile: file }) => ({ file, of: { use: 'source', name } }) as const),
  ] as const;
  return files.flatMap(({ file, of }) => {
    const found = certificateInFile(file);
    return found === null ? [] : [{ ...of, ...found }];
  });
}

/** What was noted today. */
class Notes {
  #day = '';
  #keys = new Set<string>();

  isNew(key: string, now: Instant): boolean {
    const day = now.slice(0, 10);
    if (day !== this.#day) {
      this.#day = day;
      this.#keys = new Set();
    }
    if (this.#keys.has(key)) return false;
    this.#keys.add(key);
    return true;
  }

  forget(key: string): void {
    this.#keys.delete(key);
  }
}

async function lookAtAll(ports: CertificateEndPorts): Promise<void> {
  const now = ports.clock.now();
  for (const { use, name, notAfter, thumbprint } of ports.own()) {
    ports.metrics.certificateExpires('gateway', name === undefined ? use : `source/${name}`, notAfter);
    await warn(ports, { unit: null, notAfter, use, thumbprint }, now);
  }
  // The latest of a unit last, so that this one is measured.
  for (const seen of await ports.store.list()) {
    if (daysLeft(now, seen.lastSeen) > inUseDays) continue;
    ports.metrics.certificateExpires(seen.unit, 'client', seen.notAfter);
    const days = await warn(ports, { ...seen, use: 'client' }, now);
    if (days !== null) await ports.store.tell(seen, days, { id: ports.entropy.id(), type, time: now, dataref });
  }
}

/** The officer first: told twice it is still one alert, and a gateway that ends in between has told somebody. */
async function warn(
  { alerts }: CertificateEndPorts,
  of: Pick<OwnCertificate, 'thumbprint' | 'notAfter'> & {
    readonly unit: SeenCertificate['unit'] | null;
    readonly use: OwnCertificate['use'] | 'client';
  },
  now: Instant,
): Promise<number | null> {
  const days = comingEnd(of.notAfter, now);
  if (days === null) return null;
  const certificate = of.thumbprint.slice(0, 16);
  await alerts.raise({
    kind: 'certificate-expires',
    unit: of.unit,
    mark: `${of.use} ${of.thumbprint} ${days}`,
    detail: { use: of.use, certificate, expires: of.notAfter.slice(0, 10), days },
  });
  return days;
}
