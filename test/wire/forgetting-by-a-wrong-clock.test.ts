import { v7 } from 'uuid';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { instant } from '../../src/core/brand.ts';
import { keepForgetting } from '../../src/wire/keep-forgetting.ts';
import { Opened } from '../../src/wire/opened.ts';
import { type ErasureWorld, erasureWorld } from '../world/erasure-world.ts';

const dayMs = 86_400_000;
/** Beyond the period of everything that goes by itself. */
const ahead = 40 * 365 * dayMs;

let world: ErasureWorld;
beforeAll(async () => {
  world = await erasureWorld();
});
afterAll(() => world.close());
beforeEach(() => world.rows('DELETE FROM idempotency'));

/** A call that is recognised when it comes again: its day ended so long ago, or will where that is negative. */
async function put(name: string, endedAgo: string): Promise<void> {
  const claim = `INSERT INTO idempotency VALUES ('gemeente', $1, 'd', 'request', $2, now() - interval '1 day' - $3::interval)`;
  await world.rows(claim, [name, v7(), endedAgo]);
}

/** A key that nobody came to have, and its day. */
async function orphan(endedAgo: string): Promise<string> {
  const id = v7();
  const key = `INSERT INTO vault.subject_key SELECT $1, wrapped, now() - interval '1 day' - $2::interval
    FROM vault.subject_key LIMIT 1`;
  await world.inVault(key, [id, endedAgo]);
  return id;
}

const calls = async () => (await world.rows('SELECT key FROM idempotency ORDER BY key')).map(({ key }) => key);
const keys = async () => (await world.inVault('SELECT subject_id AS id FROM vault.subject_key')).map(({ id }) => id);

/** A gateway starts whose clock is wrong by so much, forgets once what it may, and ends. */
async function gatewayForgets(byMs: number, until: () => Promise<boolean>): Promise<void> {
  const now = () => instant(new Date(Date.now() + byMs));
  const clock = { ...world.ports.clock, now, ago: (ms: number) => instant(new Date(Date.now() + byMs - ms)) };
  const { policies, registry, journal } = world.ports;
  const alarms: string[] = [];
  let looks = 0;
  const counted = {
    ...policies,
    current: () => {
      looks += 1;
      return policies.current();
    },
  };
  const log = { alarm: (text: string) => alarms.push(text) };
  const pools = { ledger: world.pools.eraser, vault: world.pools.vaultEraser };
  const opened = new Opened();
  await keepForgetting(opened, pools, {
    ...{ serve: world.pools.serve, clock, log, registry },
    ...{ policies: counted, journal },
  } as never);
  // Once for the periods, and then for each look at entries that may go.
  await expect.poll(() => looks, { timeout: 20_000 }).toBeGreaterThan(1);
  await expect.poll(until, { timeout: 20_000 }).toBe(true);
  await opened.close();
  expect(alarms).toEqual([]);
}

it('takes no row, key or entry before its time where the clock of a gateway is far ahead', async () => {
  await world.disclosed();
  await world.covered();
  await put('ended', '1 s');
  await put('holds', '-1 hour');
  const [old, young] = [await orphan('1 s'), await orphan('-1 hour')];
  await gatewayForgets(ahead, async () => !(await calls()).includes('ended') && !(await keys()).includes(old));
  expect(await calls()).toContain('holds');
  expect(await keys()).toContain(young);
  expect(await world.rows('SELECT kind FROM ledger_entry WHERE leaf IS NULL')).toEqual([]);
  expect(await world.rows('SELECT scope FROM erasure')).toEqual([]);
});

it('takes nothing early either where it is far behind, and leaves what has ended to the others', async () => {
  await put('long ago', '3 days');
  await put('ended', '1 s');
  await put('holds', '-1 hour');
  await gatewayForgets(-2 * dayMs, async () => !(await calls()).includes('long ago'));
  expect(await calls()).toEqual(['ended', 'holds']);
  await gatewayForgets(0, async () => !(await calls()).includes('ended'));
  expect(await calls()).toEqual(['holds']);
});
