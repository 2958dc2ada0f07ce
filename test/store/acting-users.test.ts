import { createHash, randomUUID } from 'node:crypto';
import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Instant, TraceId } from '../../src/core/brand.ts';
import { findToken, tokenUses, type UsedToken } from '../../src/store/acting-users.ts';
import { openPool } from '../../src/store/pool.ts';
import { type FreshDatabase, freshDatabase } from '../world/database.ts';
import { at, seedUnits, unit } from './seed.ts';

let database: FreshDatabase;
beforeAll(async () => {
  database = await freshDatabase();
  await seedUnits(database.pools.owner, 'one', 'two');
});
afterAll(() => database.drop());

/** A gateway of its own for each use. */
const useToken = (pool: pg.Pool, token: UsedToken) => tokenUses(pool)(token);
const hashOf = (text: string) => createHash('sha256').update(text).digest('base64url');
const trace = '0af7651916cd43dd8448eb211c80319c' as TraceId;

function used(more: Partial<UsedToken> = {}): UsedToken {
  const jti = randomUUID();
  const ciphertext = Buffer.from('sealed');
  return { unit: unit('one'), jti, hash: hashOf(jti), trace, use: 'call-1', ciphertext, usedAt: at, ...more };
}

describe('a token', () => {
  test('is used once, and again only by the same call', async () => {
    const { serve } = database.pools;
    const token = used();
    expect(await useToken(serve, token)).toBe(true);
    expect(await useToken(serve, token)).toBe(true);
    expect(await useToken(serve, { ...token, use: 'call-2' })).toBe(false);
    expect(await useToken(serve, { ...token, hash: hashOf('another token') })).toBe(false);
    expect(await useToken(serve, { ...token, unit: unit('two') })).toBe(true);
  });

  test('is used by one of many calls on two gateways at once', async () => {
    const other = openPool(database.urls.serve, { max: 4 });
    try {
      const token = used();
      const gateways = [tokenUses(database.pools.serve), tokenUses(other)] as const;
      const uses = Array.from({ length: 20 }, (_, n) => gateways[n % 2 === 0 ? 0 : 1]({ ...token, use: `call-${n}` }));
      expect((await Promise.all(uses)).filter((won) => won)).toHaveLength(1);
    } finally {
      await other.end();
    }
  });

  test('is used by itself, whatever is brought in the same commit', async () => {
    const use = tokenUses(database.pools.serve);
    const [one, other, third] = [used(), used(), used()];
    await use(third);
    const brought = [
      one,
      { ...one, use: 'call-2' },
      other,
      { ...third, use: 'call-2' },
      third,
      { ...other, jti: one.jti },
    ];
    expect(await Promise.all(brought.map(use))).toEqual([true, false, true, false, true, false]);
  });

  test('is used by the right call where two gateways bring the same ones at once, in whatever order', async () => {
    // Whoever comes second waits for the first's commit, however slow the machine is.
    const patient = { max: 4, connectTimeoutMs: 60_000, lockTimeoutMs: 60_000, statementTimeoutMs: 60_000 };
    const pools = [openPool(database.urls.serve, patient), openPool(database.urls.serve, patient)] as const;
    try {
      const tokens = Array.from({ length: 60 }, () => used());
      const [here, there] = await Promise.all([
        Promise.all(tokens.map((token) => ({ ...token, use: 'here' })).map(tokenUses(pools[0]))),
        Promise.all(
          tokens
            .toReversed()
            .map((token) => ({ ...token, use: 'there' }))
            .map(tokenUses(pools[1])),
        ),
      ]);
      expect(here.map((won, index) => won !== there.toReversed()[index])).toEqual(tokens.map(() => true));
    } finally {
      for (const pool of pools) await pool.end();
    }
  });

  test('is used for good: whoever starts after a crash finds it', async () => {
    const token = used();
    expect(await useToken(database.pools.serve, token)).toBe(true);
    const next = openPool(database.urls.serve, { max: 1 });
    try {
      expect(await useToken(next, { ...token, use: 'call-2' })).toBe(false);
    } finally {
      await next.end();
    }
  });

  test('is found by trace and hash together, and by neither alone', async () => {
    const { serve } = database.pools;
    const token = used({ ciphertext: Buffer.from('who it was') });
    await useToken(serve, token);
    expect(await findToken(serve, trace, token.hash)).toEqual({ unit: 'one', ciphertext: token.ciphertext });
    expect(await findToken(serve, trace, hashOf('x'))).toBeNull();
    expect(await findToken(serve, `${'1'.repeat(32)}` as TraceId, token.hash)).toBeNull();
  });

  test('cannot be used where the database is away', async () => {
    const gone = openPool(database.urls.serve, { max: 1 });
    await gone.end();
    await expect(useToken(gone, used())).rejects.toMatchObject({ code: 'database-unavailable' });
  });

  test('leaves nothing that says what its unit chose as jti', async () => {
    const jti = 'medewerker-900000041-1';
    await useToken(database.pools.serve, used({ jti }));
    const { rows } = await database.pools.owner.query('SELECT acting_user::text AS row FROM acting_user');
    const all = rows.map(({ row }) => row).join();
    for (const form of [jti, Buffer.from(jti).toString('hex')]) expect(all).not.toContain(form);
  });
});

describe('who may do what to the table of users', () => {
  const statements = {
    read: 'SELECT jti FROM acting_user',
    write: `INSERT INTO acting_user VALUES ('one', gen_random_uuid()::text::bytea, '', '', '', '', now())`,
    change: `UPDATE acting_user SET ciphertext = ''`,
    remove: 'DELETE FROM acting_user',
    empty: 'TRUNCATE acting_user',
  } as const;
  test.each<['serve' | 'sequencer' | 'eraser', readonly (keyof typeof statements)[]]>([
    ['serve', ['read', 'write']],
    ['sequencer', []],
    ['eraser', ['read', 'remove']],
  ])('%s: %j', async (login, may) => {
    for (const [what, text] of Object.entries(statements)) {
      const outcome = await database.pools[login].query(text).then(
        () => 'done',
        (error: { code?: string }) => error.code,
      );
      expect([what, outcome]).toEqual([what, may.some((one) => one === what) ? 'done' : '42501']);
    }
  });

  test('an officer sees nobody unless it was said', async () => {
    const { owner } = database.pools;
    await owner.query(`INSERT INTO officer (id, name) VALUES ($1, 'FG')`, [randomUUID()]);
    const { rows } = await owner.query('SELECT DISTINCT sees_users FROM officer');
    expect(rows).toEqual([{ sees_users: false }]);
  });
});

test('a moment of use is kept, so that its period can end', async () => {
  const usedAt = '2026-01-01T00:00:00.000Z' as Instant;
  const token = used({ usedAt });
  await useToken(database.pools.serve, token);
  const { rows } = await database.pools.owner.query('SELECT used_at FROM acting_user WHERE token_hash = $1', [
    Buffer.from(token.hash, 'base64url'),
  ]);
  expect(rows).toEqual([{ used_at: usedAt }]);
});
