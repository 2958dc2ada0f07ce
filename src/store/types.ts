import pg from 'pg';
import { type Instant, instant } from '../core/brand.ts';

const timestamptz = 1184;
const int8 = 20;

/** PostgreSQL's text (or JSON) form of a `timestamptz`, in whatever zone, to milliseconds UTC. */
export function toInstant(text: string): Instant {
  const withZone = text.replace(' ', 'T').replace(/([+-]\d{2})$/, '$1:00');
  const date = new Date(withZone);
  // `infinity`, years before Christ: the schema never holds them, so that reading one is a fault of ours.
  if (Number.isNaN(date.getTime())) throw new RangeError('a timestamp in the database is not an instant');
  return instant(date);
}

/** PostgreSQL's `bigint` as a number, or a thrown RangeError: never a number that is silently another. */
function toSafeInteger(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new RangeError('a bigint in the database exceeds the safe integers');
  return value;
}

/**
 * Parsers for one pool. Set locally: the driver's registry is global to the process, and another
 * user of the driver may rely on its defaults.
 */
export const typeParsers: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary') => {
    if (format !== 'binary' && oid === timestamptz) return toInstant;
    if (format !== 'binary' && oid === int8) return toSafeInteger;
    return pg.types.getTypeParser(oid, format === 'binary' ? 'binary' : 'text');
  }) as typeof pg.types.getTypeParser,
};
