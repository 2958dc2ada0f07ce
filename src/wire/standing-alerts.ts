import type { AccessLog } from '../api/access-log.ts';
import type { Metrics } from '../api/metrics.ts';
import type { Alerts } from '../core/alert/alert.ts';
import type { Instant, UnitId } from '../core/brand.ts';
import type { Clock } from '../core/disclosure/ports.ts';
import { comingEnd } from '../core/partner/certificate-end.ts';
import type { PartnerRegistry, Unit } from '../core/partner/partner.ts';
import { keyInForce, type StandingKey, standings } from '../core/partner/registered-key.ts';
import { type ParkedEvents, parkedEvents } from '../store/deliveries.ts';
import { type OverdueDestructions, overdueDestructions } from '../store/pages/duties.ts';
import { type OverdueRights, overdueRights } from '../store/rights-requests.ts';
import { type OwnEvent, tellOnce } from '../store/tell-event.ts';
import type { MomentsWorld } from './follow-moments.ts';
import { type HourlyLook, lookHourly } from './look-hourly.ts';

export interface StandingAlertPorts {
  readonly clock: Pick<Clock, 'now'>;
  readonly registry: { current(): Pick<PartnerRegistry, 'units'> };
  readonly overdue: (now: Instant) => Promise<readonly OverdueDestructions[]>;
  readonly overdueRights: (now: Instant) => Promise<readonly OverdueRights[]>;
  readonly parked: () => Promise<readonly ParkedEvents[]>;
  /** Once for each mark. */
  readonly tell: (unit: UnitId, mark: string, event: Omit<OwnEvent, 'id'>) => Promise<boolean>;
  readonly alerts: Alerts;
  readonly metrics: Pick<Metrics, 'eventsParked'>;
  readonly log: Pick<AccessLog, 'alarm'>;
  readonly everyMs?: number;
}

/** Of a whole gateway. */
export function standingAlerts({ record, ports, alerts, metrics, log }: MomentsWorld): HourlyLook {
  const { serve } = record;
  return raiseStandingAlerts({
    clock: ports.clock,
    registry: ports.registry,
    overdue: (now) => overdueDestructions(serve, now),
    overdueRights: (now) => overdueRights(serve, now),
    parked: () => parkedEvents(serve),
    tell: (...told) => tellOnce(serve, ...told),
    alerts,
    metrics,
    log,
  });
}

const type = 'nl.sluis.encryption-key.ends';
const dataref = '/v1/connection-test';

/**
 * Tells officers what stands still until a person does something: what was not destroyed in time, what persons
 * asked and nobody decided or did in time, events that nobody takes, and keys after which nothing can be sealed any more. Each anew only when it gets worse.
 */
export function raiseStandingAlerts(ports: StandingAlertPorts): HourlyLook {
  const lookAtAll = async (): Promise<void> => {
    const now = ports.clock.now();
    for (const overdue of await ports.overdue(now)) await raiseOverdue(ports, overdue);
    for (const overdue of await ports.overdueRights(now)) await raiseUndecided(ports, overdue);
    for (const parked of await ports.parked()) await raiseParked(ports, parked);
    for (const unit of ports.registry.current().units.values()) await foreseeKeyEnd(ports, unit, now);
  };
  const alarm = 'what officers must be told of could not be looked at';
  return lookHourly(lookAtAll, ports.log, { alarm, everyMs: ports.everyMs });
}

async function raiseOverdue({ alerts }: StandingAlertPorts, overdue: OverdueDestructions): Promise<void> {
  const { unit, count, since, latest } = overdue;
  const detail = { count, expired: since.slice(0, 10) };
  await alerts.raise({ kind: 'destruction-overdue', unit, mark: latest.slice(0, 10), detail });
}

async function raiseUndecided({ alerts }: StandingAlertPorts, overdue: OverdueRights): Promise<void> {
  const { unit, count, since, latest } = overdue;
  const detail = { count, due: since.slice(0, 10) };
  await alerts.raise({ kind: 'rights-overdue', unit, mark: latest.slice(0, 10), detail });
}

async function raiseParked({ alerts, metrics }: StandingAlertPorts, parked: ParkedEvents): Promise<void> {
  const { unit, count, latest } = parked;
  metrics.eventsParked(unit, count);
  if (latest === null) return;
  await alerts.raise({ kind: 'events-parked', unit, mark: latest.slice(0, 10), detail: { count } });
}

/** Only where no other key takes its place: a rotation that was begun in time is nobody's concern. */
async function foreseeKeyEnd(ports: StandingAlertPorts, unit: Unit, now: Instant): Promise<void> {
  const keys = unit.encryptionKeys ?? [];
  const key = standings(keys, now).find(({ standing }) => standing === 'sealed-to');
  if (unit.state !== 'active' || key === undefined || key.until === null) return;
  if (keyInForce(keys, key.until) !== null) return;
  await warn(ports, unit.id, { ...key, until: key.until }, now);
}

async function warn(
  { alerts, tell }: StandingAlertPorts,
  unit: UnitId,
  { thumbprint, until }: Pick<StandingKey, 'thumbprint'> & { readonly until: Instant },
  now: Instant,
): Promise<void> {
  const days = comingEnd(until, now);
  if (days === null) return;
  const mark = `${thumbprint} ${days}`;
  const detail = { key: thumbprint.slice(0, 16), expires: until.slice(0, 10), days };
  await alerts.raise({ kind: 'encryption-key-ends', unit, mark, detail });
  await tell(unit, mark, { type, time: now, dataref });
}
