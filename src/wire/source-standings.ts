import type pg from 'pg';
import type { UnitId } from '../core/brand.ts';
import type { SourceStanding } from '../pages/officer/connections.ts';
import type { CircuitState } from '../source/circuit.ts';
import { silentSources } from '../store/alerts.ts';

/** What this gateway sees of each source, beside what any of them put on record. Throws `Fault('database-unavailable')`. */
export async function sourceStandings(
  pool: pg.Pool,
  circuits: ReadonlyMap<UnitId, CircuitState>,
): Promise<ReadonlyMap<UnitId, SourceStanding>> {
  const silent = await silentSources(pool);
  const units = new Set([...circuits.keys(), ...silent.keys()] as UnitId[]);
  return new Map([...units].map((id) => [id, { circuit: circuits.get(id) ?? null, silentOn: silent.get(id) ?? null }]));
}
