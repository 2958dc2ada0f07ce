import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { instant } from '../../src/core/brand.ts';
import { transaction } from '../../src/store/pool.ts';
import { toInstant } from '../../src/store/types.ts';
import { type FreshDatabase, freshDatabase } from '../world/database.ts';

let database: FreshDatabase;
beforeAll(async () => {
  database = await freshDatabase();
});
afterAll(() => database.drop());

// Before zones were agreed on, clocks had offsets with seconds; the gateway's own sessions speak UTC.
const dates = fc.date({
  min: new Date('1980-01-01T00:00:00Z'),
  max: new Date('9998-12-31T00:00:00Z'),
  noInvalidDate: true,
});
const zones = fc.constantFrom('UTC', 'Europe/Amsterdam', 'Asia/Kathmandu', 'America/St_Johns', 'Pacific/Kiritimati');

describe('an instant', () => {
  it('comes back from the database as it went in, whatever zone the session speaks, as a value and as JSON', async () => {
    const sql = 'SELECT $1::timestamptz AS value, to_json($1::timestamptz) AS json';
    await fc.assert(
      fc.asyncProperty(dates, zones, async (date, zone) => {
        const given = instant(date);
        const rows = await transaction(database.pools.owner, async (client) => {
          await client.query("SELECT set_config('timezone', $1, true)", [zone]);
          return (await client.query(sql, [given])).rows;
        });
        expect([rows[0].value, toInstant(rows[0].json)]).toEqual([given, given]);
      }),
      { numRuns: 200 },
    );
  });

  it.each(['infinity', '-infinity', '', 'yesterday', '0044-03-15 12:00:00+00 BC'])('is not made of %j', (text) => {
    expect(() => toInstant(text)).toThrow(RangeError);
  });
});
