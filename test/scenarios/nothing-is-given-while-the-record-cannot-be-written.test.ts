import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { PartnerClient, Reply } from '../../src/demo/partner-client.ts';
import type { Person } from '../../src/demo/population.ts';
import { roles } from '../../src/demo/story/scene.ts';
import { startWorld, type World } from '../../src/demo/world.ts';
import { openPool } from '../../src/store/pool.ts';
import { plentyLimits } from '../world/plenty-limits.ts';
import {
  detain,
  detainees,
  keeperOf,
  ledgerVerify,
  planQuestion,
  postmasterOf,
  serverProcesses,
  until,
} from './chain/running-chain.ts';

const promptMs = 5_000;

let world: World;
let owner: pg.Pool;
let person: Person;
let probation: PartnerClient;
beforeAll(async () => {
  world = await startWorld({ signals: false, persons: 40, env: { ...plentyLimits, SLUIS_LOG_LEVEL: 'error' } });
  owner = openPool(world.database.owner, { max: 2 });
  [person] = detainees(world, 1) as [Person];
  await detain(world, person);
  probation = world.client(roles.probation);
}, 120_000);
afterAll(async () => {
  probation?.close();
  await owner?.end();
  await world?.stop();
}, 60_000);

const problem = z.looseObject({ type: z.string(), status: z.literal(503) });

function ask(): Promise<Reply> {
  return probation.post('/v1/requests', planQuestion(person));
}

/** Nothing of the person in it, and said soon: a problem document, not a hanging connection. */
async function refusedPromptly(types: readonly string[]): Promise<void> {
  const began = performance.now();
  const reply = await ask();
  expect(performance.now() - began).toBeLessThan(promptMs);
  expect(reply.status, JSON.stringify(reply.body)).toBe(503);
  expect(types).toContain(problem.parse(reply.body).type.split('/').at(-1));
  expect(JSON.stringify(reply.body)).not.toContain(person.surname);
  expect(reply.body).not.toHaveProperty('data');
}

async function worksAgain(): Promise<void> {
  await until(async () => (await ask()).status === 200, 'a gateway that gives again');
}

async function disclosures(): Promise<number> {
  const { rows } = await owner.query<{ count: number }>(
    `SELECT count(*) AS count FROM ledger_entry WHERE kind = 'disclosure'`,
  );
  return rows[0]?.count ?? -1;
}

const role = () => pg.escapeIdentifier(decodeURIComponent(new URL(world.database.serve).username));
const away = ['database-unavailable', 'ledger-unavailable'];

describe('the database', () => {
  it('stands still altogether: 503 within five seconds, for callers side by side, and then all is well again', async () => {
    await worksAgain();
    const before = await disclosures();
    const frozen = serverProcesses(world);
    expect(frozen.length).toBeGreaterThan(5);
    for (const pid of frozen) process.kill(pid, 'SIGSTOP');
    try {
      await Promise.all([1, 2, 3, 4].map(() => refusedPromptly(away)));
      await refusedPromptly(away);
      const health = world.visitor();
      expect((await health.visit('/health')).status).toBe(503);
      health.close();
    } finally {
      for (const pid of frozen) process.kill(pid, 'SIGCONT');
    }
    await worksAgain();
    // What was refused is not given afterwards: only what `worksAgain` asked and got.
    expect(await disclosures()).toBe(before + 1);
  });

  it('takes no new connections, its first process stopped: answers or 503, never anything else', async () => {
    const postmaster = postmasterOf(world);
    process.kill(postmaster, 'SIGSTOP');
    try {
      const replies = await Promise.all(Array.from({ length: 20 }, ask));
      expect([200, 503]).toEqual(expect.arrayContaining([...new Set(replies.map(({ status }) => status))]));
    } finally {
      process.kill(postmaster, 'SIGCONT');
    }
    await worksAgain();
  });

  it('stands still while the source answers: the answer that is already here is not given', async () => {
    const source = world.sources.get(roles.prison);
    if (source === undefined) throw new RangeError('the prison has no source');
    const before = await disclosures();
    await source.behave({ type: 'late', delayMs: 800 });
    const asked = source.asked();
    const refused = refusedPromptly(['ledger-unavailable', 'database-unavailable']);
    await asked;
    const frozen = serverProcesses(world);
    for (const pid of frozen) process.kill(pid, 'SIGSTOP');
    try {
      await refused;
    } finally {
      for (const pid of frozen) process.kill(pid, 'SIGCONT');
      await source.behave({ type: 'well' });
    }
    await worksAgain();
    expect(await disclosures()).toBe(before + 1);
  });

  it('is killed: 503 for as long as it is away, then answers without a restart of the gateway', async () => {
    const keeper = keeperOf(world);
    // Its keeper would have it back before anybody could look.
    process.kill(keeper, 'SIGSTOP');
    try {
      process.kill(postmasterOf(world), 'SIGKILL');
      await until(async () => (await ask()).status === 503, 'a refusal');
      for (const _ of Array.from({ length: 5 })) await refusedPromptly(away);
    } finally {
      process.kill(keeper, 'SIGCONT');
    }
    await worksAgain();
  });
});

describe('the vault', () => {
  it('takes nobody in: 503 within five seconds, and nobody new is made known', async () => {
    const [, stranger] = detainees(world, 2);
    if (stranger === undefined) throw new RangeError('there is nobody else');
    const people = async () => (await owner.query('SELECT count(*)::int AS n FROM subject')).rows[0]?.n;
    const before = await people();
    const vault = new URL(world.database.vault).pathname.slice(1);
    const prison = world.client(roles.prison);
    const fact = { subject: { type: 'bsn', value: stranger.bsn }, type: 'detention', from: '2026-01-01T00:00:00Z' };
    await owner.query(`ALTER DATABASE ${pg.escapeIdentifier(vault)} ALLOW_CONNECTIONS false`);
    await owner.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1', [vault]);
    try {
      const began = performance.now();
      const reply = await prison.post('/v1/facts', fact);
      expect(performance.now() - began).toBeLessThan(promptMs);
      expect(away).toContain(problem.parse(reply.body).type.split('/').at(-1));
      expect(await people()).toBe(before);
    } finally {
      await owner.query(`ALTER DATABASE ${pg.escapeIdentifier(vault)} ALLOW_CONNECTIONS true`);
      prison.close();
    }
    await detain(world, stranger);
    expect(await people()).toBe(before + 1);
  });
});

describe('the ledger', () => {
  it.each(['ledger_entry', 'ledger_flush', 'ledger_opening', 'ledger_pending'])(
    'may not be written: nothing is given when %s refuses',
    async (table) => {
      await worksAgain();
      const before = await disclosures();
      await owner.query(`REVOKE INSERT ON ${table} FROM ${role()}`);
      try {
        await refusedPromptly(['ledger-unavailable']);
      } finally {
        await owner.query(`GRANT INSERT ON ${table} TO ${role()}`);
      }
      expect(await disclosures()).toBe(before);
      await worksAgain();
    },
  );

  it('is locked by somebody else: nothing is given, and said so in time', async () => {
    const before = await disclosures();
    const holder = await owner.connect();
    try {
      await holder.query('BEGIN');
      await holder.query('LOCK TABLE ledger_entry IN EXCLUSIVE MODE');
      await refusedPromptly([...away, 'subject-busy']);
    } finally {
      await holder.query('ROLLBACK');
      holder.release();
    }
    expect(await disclosures()).toBe(before);
    await worksAgain();
  });

  it('is whole after all of it', async () => {
    expect(await ledgerVerify(world)).toMatchObject({ code: 0, report: { ok: true, problems: [] } });
  });
});
