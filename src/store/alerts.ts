import type pg from 'pg';
import { z } from 'zod';
import { type Alert, type Alerts, alertKinds } from '../core/alert/alert.ts';
import type { Instant, UnitId } from '../core/brand.ts';
import { query } from './pool.ts';

const raise = {
  name: 'alert_raise',
  text: `INSERT INTO alert (id, kind, unit_id, mark, at, detail) VALUES ($1, $2, $3, $4, $5, $6)
    ON CONFLICT ON CONSTRAINT alert_once DO NOTHING RETURNING id`,
};

/** Of one unit ($1), or of all and the gateway itself where it is null. What nobody has seen first. */
const list = {
  name: 'alert_list',
  text: `SELECT id, kind, unit_id, at, detail, seen_at FROM alert
    WHERE $1::text IS NULL OR unit_id = $1
    ORDER BY seen_at IS NOT NULL, at DESC, id DESC LIMIT $2`,
};
const waiting = {
  name: 'alert_waiting',
  text: `SELECT count(*)::integer AS count FROM alert WHERE seen_at IS NULL AND ($1::text IS NULL OR unit_id = $1)`,
};
const see = {
  name: 'alert_see',
  text: `UPDATE alert SET seen_at = $3, seen_by = $4
    WHERE id = $1 AND ($2::text IS NULL OR unit_id = $2) AND seen_at IS NULL`,
};

const silent = {
  name: 'alert_silent_sources',
  text: `SELECT unit_id, max(at) AS at FROM alert WHERE kind = 'source-silent' GROUP BY unit_id`,
};

const row = z.strictObject({
  id: z.uuid(),
  kind: z.enum(alertKinds),
  unit_id: z.string().nullable(),
  at: z.string(),
  detail: z.record(z.string(), z.union([z.string(), z.number()])),
  seen_at: z.string().nullable(),
});

/** An alert as officers see it. */
export interface ShownAlert extends Alert {
  readonly seenAt: Instant | null;
}

/** What officers read and tick off. `unit` null: of every unit and of the gateway itself. */
export interface OfficerAlerts {
  list(unit: UnitId | null, limit: number): Promise<readonly ShownAlert[]>;
  /** How many nobody has seen. */
  waiting(unit: UnitId | null): Promise<number>;
  /** Nothing happens for one that is not there, was seen already, or is another unit's. */
  see(id: string, unit: UnitId | null, officer: string): Promise<void>;
}

export interface AlertPorts {
  readonly pool: pg.Pool;
  readonly id: () => string;
  readonly now: () => Instant;
  /** Told once of each alert, after it stands on record. */
  readonly onRaised: (alert: Alert) => void;
}

/** Alerts on PostgreSQL. Every method throws `Fault('database-unavailable')`. */
export function createAlerts({ pool, id, now, onRaised }: AlertPorts): Alerts & OfficerAlerts {
  return {
    async raise({ kind, unit, detail, mark }) {
      const alert: Alert = { id: id(), kind, unit, at: now(), detail };
      const values = [alert.id, kind, unit, mark, alert.at, JSON.stringify(detail)];
      const raised = await query(pool, raise, values);
      if (raised.length === 1) onRaised(alert);
    },
    async list(unit, limit) {
      const rows = await query(pool, list, [unit, limit]);
      return rows.map((each) => toAlert(row.parse(each)));
    },
    async waiting(unit) {
      const [counted] = await query<{ count: number }>(pool, waiting, [unit]);
      return counted?.count ?? 0;
    },
    async see(alert, unit, officer) {
      await query(pool, see, [alert, unit, now(), officer]);
    },
  };
}

/** When the source of each unit last fell silent for the first time on a day. Throws `Fault('database-unavailable')`. */
export async function silentSources(pool: pg.Pool): Promise<ReadonlyMap<string, Instant>> {
  const rows = await query<{ unit_id: string; at: Instant }>(pool, silent, []);
  return new Map(rows.map(({ unit_id, at }) => [unit_id, at]));
}

function toAlert({ id, kind, unit_id, at, detail, seen_at }: z.infer<typeof row>): ShownAlert {
  return { id, kind, unit: unit_id as UnitId | null, at: at as Instant, detail, seenAt: seen_at as Instant | null };
}
