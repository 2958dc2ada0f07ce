import { readFileSync } from 'node:fs';
import { parse, YAMLParseError } from 'yaml';
import type { AccessLog } from '../api/access-log.ts';
import type { Metrics } from '../api/metrics.ts';
import { type Config, ConfigError } from '../config.ts';
import type { Alerts } from '../core/alert/alert.ts';
import { unknownWord } from '../core/category/known-word.ts';
import type { Clock } from '../core/disclosure/ports.ts';
import { createLimiter, type Limiter } from '../core/limit/limiter.ts';
import { type Limits, limitsFile, limitsFrom } from '../core/limit/limits.ts';
import { entropy } from '../crypto/entropy.ts';
import { createAlerts, type OfficerAlerts } from '../store/alerts.ts';
import { createLimitCounters } from '../store/limits.ts';
import type { GatewayRecord } from './record.ts';

/** The limits of `SLUIS_LIMITS`, or the defaults. Throws `ConfigError` with one line per problem. */
export function readLimits({ limits: file }: Pick<Config, 'limits'>): Limits {
  if (file === null) return limitsFrom({});
  const parsed = limitsFile.safeParse(yamlIn(file));
  if (parsed.success) return limitsFrom(parsed.data);
  throw new ConfigError(
    parsed.error.issues.map(({ path, message }) => `SLUIS_LIMITS ${file}: ${path.join('.')} ${message}`),
  );
}

/** A unit that a file of limits names and nobody registered: a slip of the pen leaves the one that was meant without. */
export function tellUnregistered(
  { named }: Pick<Limits, 'named'>,
  registered: Pick<ReadonlyMap<string, unknown>, 'has' | 'keys'>,
  { alarm }: Pick<AccessLog, 'alarm'>,
): void {
  for (const unit of named) {
    if (registered.has(unit)) continue;
    const unknown = unknownWord('unit', unit, registered.keys());
    alarm(`SLUIS_LIMITS names a unit that is not registered, so that its limits hold for nobody: ${unknown}`);
  }
}

function yamlIn(file: string): unknown {
  try {
    return parse(readFileSync(file, 'utf8'), { maxAliasCount: 0 });
  } catch (error) {
    if (!(error instanceof YAMLParseError)) throw error;
    throw new ConfigError([`SLUIS_LIMITS ${file}: is not YAML, at line ${error.linePos?.[0].line ?? 1}`]);
  }
}

/** Alerts of officers. Each is told once to operators as well: in the log, and in what is measured. */
export function gatewayAlerts(
  record: Pick<GatewayRecord, 'serve'>,
  {
    clock,
    log,
    metrics,
  }: { readonly clock: Clock; readonly log: Pick<AccessLog, 'alarm'>; readonly metrics: Pick<Metrics, 'alert'> },
): Alerts & OfficerAlerts {
  return createAlerts({
    pool: record.serve,
    id: entropy.id,
    now: clock.now,
    onRaised({ kind, unit }) {
      metrics.alert(kind);
      log.alarm(`an officer must look at /officer/alerts: ${kind}${unit === null ? '' : ` of ${unit}`}`);
    },
  });
}

export function gatewayLimiter(record: GatewayRecord, limits: Limits, alerts: Alerts, clock: Clock): Limiter {
  const { identifiers } = record.keys;
  return createLimiter({
    counters: createLimitCounters(record.limits, () => Date.parse(clock.now())),
    alerts,
    limits,
    now: clock.now,
    mark: (...parts) => identifiers.lookup('limit', parts.join('\0')).toString('base64url'),
  });
}
