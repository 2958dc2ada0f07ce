import { z } from 'zod';
import type { UnitId } from '../brand.ts';

const most = z.int().min(1).max(10_000_000);
const rules = z.strictObject({ requestsPerMinute: most, subjectsPerHour: most, refusalsInARow: most });

/** How much one unit, or one user of it, may ask. */
export type LimitRules = Readonly<z.output<typeof rules>>;
export type LimitedKind = 'unit' | 'user';

/** Generous for the busiest partner that asks about people it knows, and far below who asks about everybody. */
const defaults: Readonly<Record<LimitedKind, LimitRules>> = {
  unit: { requestsPerMinute: 6_000, subjectsPerHour: 1_000, refusalsInARow: 250 },
  user: { requestsPerMinute: 600, subjectsPerHour: 250, refusalsInARow: 100 },
};

const changes = z.strictObject({ unit: rules.partial().optional(), user: rules.partial().optional() });

/** A file of limits: for every unit and user, and what differs for one unit and its users. */
export const limitsFile = changes.extend({
  units: z.record(z.string().regex(/^[a-z0-9-]{1,64}$/), changes).optional(),
});

export type LimitsFile = z.output<typeof limitsFile>;

export interface Limits {
  /** The rules for a unit as a whole, or for each of its users. */
  of(kind: LimitedKind, unit: UnitId): LimitRules;
  /** The units that a file names, registered or not. */
  readonly named: readonly string[];
}

export function limitsFrom({ units = {}, ...all }: LimitsFile): Limits {
  const own = new Map(Object.entries(units));
  return {
    of: (kind, unit) => ({ ...defaults[kind], ...present(all[kind]), ...present(own.get(unit)?.[kind]) }),
    named: [...own.keys()],
  };
}

/** A member that is there without a value must not take the place of a limit. */
function present(given: { readonly [Rule in keyof LimitRules]?: number | undefined } = {}): Partial<LimitRules> {
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}
