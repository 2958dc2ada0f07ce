import type { UnitId } from '../../src/core/brand.ts';
import type { OfficerAlerts, ShownAlert } from '../../src/pages/ports.ts';
import { at } from '../world/memory-world.ts';

/** Alerts as the store keeps them; `shown` may be changed by a test. */
export class MemoryAlerts implements OfficerAlerts {
  readonly shown: ShownAlert[] = [];

  async list(unit: UnitId | null, limit: number): Promise<readonly ShownAlert[]> {
    const own = this.shown.filter((alert) => unit === null || alert.unit === unit);
    return own.sort((one, other) => Number(one.seenAt !== null) - Number(other.seenAt !== null)).slice(0, limit);
  }

  async waiting(unit: UnitId | null): Promise<number> {
    return (await this.list(unit, 1_000)).filter((alert) => alert.seenAt === null).length;
  }

  async see(id: string, unit: UnitId | null): Promise<void> {
    const index = this.shown.findIndex((alert) => alert.id === id && (unit === null || alert.unit === unit));
    const found = this.shown[index];
    if (found !== undefined) this.shown[index] = { ...found, seenAt: at('2026-11-21T10:00:00.000Z') };
  }
}
