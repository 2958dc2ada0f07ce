import { spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { verifyReceipt } from '../../src/core/ledger/receipt.ts';
import { newKey } from '../../src/crypto/key-files.ts';
import type { PartnerClient } from '../../src/demo/partner-client.ts';
import type { Person } from '../../src/demo/population.ts';
import { databaseEnvironment } from '../../src/demo/story/proof.ts';
import { roles } from '../../src/demo/story/scene.ts';
import { keyRing } from '../../src/store/journal/key-ring.ts';
import { planLoad } from '../scenarios/chain/plan-load.ts';
import { detain, detainees, ledgerVerify, main, planQuestion, until } from '../scenarios/chain/running-chain.ts';
import { useChain } from '../world/chain.ts';

/** Far more than is asked here: what is tested is that nothing is lost, not that too much is refused. */
const directory = mkdtempSync(join(tmpdir(), 'sluis-limits-'));
const limits = join(directory, 'limits.yaml');
const plenty = '{ requestsPerMinute: 1000000, subjectsPerHour: 1000000, refusalsInARow: 1000000 }';
writeFileSync(limits, `unit: ${plenty}\nuser: ${plenty}\n`);
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const chain = useChain({ persons: 160, gateways: 2, env: { SLUIS_LIMITS: limits } });
/** Of each key that everybody may read: with what it is for, so that a verifier takes it for nothing else. */
const PUBLIC_MEMBERS = ['alg', 'crv', 'kid', 'kty', 'sluis_use', 'use', 'x'];
const rotated = ['lookup', 'data', 'wrapping', 'users', 'ledger', 'checkpoint', 'answers'];

let known: readonly Person[];
let firstReceipt: unknown;
beforeAll(async () => {
  const { world } = chain();
  known = detainees(world, 4);
  for (const person of known) await detain(world, person);
  const [person] = known;
  if (person === undefined) throw new RangeError('nobody is detained');
  const reply = await chain().client(roles.probation).post('/v1/requests', planQuestion(person));
  expect(reply.status).toBe(200);
  firstReceipt = z.looseObject({ receipt: z.unknown() }).parse(reply.body).receipt;
});

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** `sluis keys …`, as an operator runs it. */
function keys(...args: readonly string[]): Promise<Ended> {
  const env = { ...process.env, ...databaseEnvironment(chain().world) };
  const child = spawn(process.execPath, [main, 'keys', ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const said = { out: '', err: '' };
  child.stdout.on('data', (chunk: Buffer) => {
    said.out += chunk.toString();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    said.err += chunk.toString();
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, ...said }));
  });
}

const file = (name: string): string => join(chain().world.dataDir, 'keys', name);
const gatewayLogs = (): string =>
  [1, 2].map((number) => readFileSync(join(chain().world.directory, `gateway-${number}.log`), 'utf8')).join('');
const jwks = z.object({ keys: z.array(z.record(z.string(), z.unknown())) });

async function published(): Promise<readonly Readonly<Record<string, unknown>>[]> {
  const page = await chain().world.visitor().visit('/.well-known/jwks.json');
  return jwks.parse(JSON.parse(page.html)).keys;
}

/** Both gateways meet the same people for the first time at the same moment, for as long as keys are replaced. */
function strangers(clients: readonly PartnerClient[], people: readonly Person[]) {
  const met: string[] = [];
  const wrong = new Map<number, number>();
  let going = true;
  const run = (async () => {
    for (const person of people) {
      if (!going) return;
      const fact = { subject: { type: 'bsn', value: person.bsn }, type: 'detention', from: '2026-01-01T00:00:00Z' };
      const replies = await Promise.all(clients.map((client) => client.post('/v1/facts', fact)));
      for (const { status } of replies) if (status !== 201) wrong.set(status, (wrong.get(status) ?? 0) + 1);
      met.push(person.bsn);
      await sleep(150);
    }
  })();
  return {
    met,
    wrong,
    async stop() {
      going = false;
      await run;
    },
  };
}

describe('keys of a running gateway', () => {
  it('are each replaced and retired under load, and no request is lost', { timeout: 600_000 }, async () => {
    const { world, owner } = chain();
    const askers = [0, 1, 0, 1].map((gateway) => world.client(roles.probation, gateway));
    const prisons = [0, 1].map((gateway) => world.client(roles.prison, gateway));
    const before = await published();
    const load = planLoad(askers, known);
    const others = strangers(
      prisons,
      world.persons.filter((_, index) => index % 8 !== 0),
    );
    const told: Record<string, number> = {};
    for (const use of rotated) {
      const rotation = await keys('rotate', use, '--json');
      expect(rotation, use).toMatchObject({ code: 0 });
      const outcome = z.looseObject({ step: z.string(), rewritten: z.int() }).parse(JSON.parse(rotation.out));
      expect(outcome.step).toBe('done');
      told[use] = outcome.rewritten;
      const retirement = await keys('retire', use, '--json');
      expect(retirement, `${use} ${retirement.out}`).toMatchObject({ code: 0 });
    }
    await Promise.all([load.stop(), others.stop()]);
    for (const client of [...askers, ...prisons]) client.close();

    expect(Object.fromEntries(load.told.problems)).toEqual({});
    expect(load.told.broken).toBe(0);
    expect(load.told.delivered.size).toBeGreaterThan(50);
    expect(Object.fromEntries(others.wrong)).toEqual({});
    expect(others.met.length).toBeGreaterThan(5);
    expect(told).toMatchObject({ ledger: 0, checkpoint: 0, answers: 0 });
    for (const use of ['lookup', 'data', 'wrapping']) expect(told[use]).toBeGreaterThanOrEqual(known.length);

    // One person is one person, however many met them at once and under which keys.
    const { rows } = await owner.query<{ people: number; numbers: number }>(
      `SELECT (SELECT count(*)::int FROM subject) AS people, (SELECT count(*)::int FROM subject_identifier) AS numbers`,
    );
    expect(rows).toEqual([{ people: known.length + others.met.length, numbers: known.length + others.met.length }]);

    const after = await published();
    expect(after.map(({ kid }) => kid)).toEqual(expect.arrayContaining(before.map(({ kid }) => kid)));
    expect(after).toHaveLength(before.length + 3);
    for (const key of after) expect(Object.keys(key).sort()).toEqual(PUBLIC_MEMBERS);
    expect(verifyReceipt(firstReceipt, keyRing(after))).toMatchObject({ ok: true });
    const { rows: entries } = await owner.query<{ steps: number }>(
      `SELECT count(*)::int AS steps FROM ledger_entry WHERE kind = 'key-rotated' GROUP BY leaf::json->'body'->>'step'`,
    );
    expect(entries).toEqual([{ steps: rotated.length }, { steps: rotated.length }]);
    const verified = await ledgerVerify(world);
    expect(verified).toMatchObject({ code: 0, report: { ok: true, problems: [] } });
  });

  it('sign each flush with the key that it names, before and after, in one lane', async () => {
    const { rows } = await chain().owner.query<{ keys: number }>(
      'SELECT count(DISTINCT key_id)::int AS keys FROM ledger_flush GROUP BY instance HAVING count(*) > 50',
    );
    expect(rows.length).toBeGreaterThanOrEqual(1);
    for (const lane of rows) expect(lane.keys).toBe(2);
  });

  it('stay as they were when a file is half written, foreign or open to others, and that is told once', async () => {
    const { world } = chain();
    const good = readFileSync(file('data.key'), 'utf8');
    const works = async (): Promise<void> => {
      const [person] = known;
      if (person === undefined) throw new RangeError('nobody is detained');
      const reply = await chain().client(roles.probation).post('/v1/requests', planQuestion(person));
      expect(reply.status).toBe(200);
    };
    const said = (text: string) =>
      until(() => gatewayLogs().split(text).length > 2, `both gateways say: ${text}`, 5_000);
    writeFileSync(file('data.key'), good.slice(0, 20));
    await said('data.key: does not hold 32 bytes');
    await works();
    writeFileSync(`${file('data.key')}.other`, `${newKey('data').text}\n`, { mode: 0o600 });
    renameSync(`${file('data.key')}.other`, file('data.key'));
    await said('data.key: holds a key that this database does not know');
    await works();
    writeFileSync(file('data.key'), good);
    chmodSync(file('data.key'), 0o644);
    await said('data.key: can be read by others than its owner');
    await works();
    chmodSync(file('data.key'), 0o600);
    await works();
    expect(gatewayLogs()).not.toContain(good.trim());
    expect(world.gateways).toHaveLength(2);
  });

  it('are taken up within two seconds', async () => {
    const held = async () =>
      (
        await chain().owner.query<{ n: number }>(
          `SELECT count(*)::int AS n FROM key_holder WHERE keys @> '[{"use": "users", "state": "next"}]'`,
        )
      ).rows[0]?.n;
    const good = readFileSync(file('users.key'), 'utf8');
    expect(await held()).toBe(0);
    writeFileSync(`${file('users.key')}.other`, `${good}next\n${newKey('users').text}\n`, { mode: 0o600 });
    renameSync(`${file('users.key')}.other`, file('users.key'));
    const began = performance.now();
    await until(async () => (await held()) === 2, 'both gateways hold the key that comes', 5_000);
    expect(performance.now() - began).toBeLessThan(2_000);
  });

  it('are listed without one of them, with a word for each', async () => {
    const listed = await keys('list', '--retired', '--json');
    expect(listed.code).toBe(0);
    const { keys: rows, gateways } = z
      .object({ gateways: z.int(), keys: z.array(z.looseObject({ use: z.string(), state: z.string() })) })
      .parse(JSON.parse(listed.out));
    expect(gateways).toBe(2);
    const states = (use: string) => rows.filter((row) => row.use === use).map(({ state }) => state);
    expect(states('ledger').sort()).toEqual(['current', 'retired']);
    expect(states('users').sort()).toEqual(['current', 'next', 'retired']);
    expect(states('unknown')).toEqual(['current']);
    for (const name of [
      'data.key',
      'users.key',
      'identifier-lookup.key',
      'subject-wrapping.key',
      'unknown-person.key',
    ]) {
      for (const secret of readFileSync(file(name), 'utf8').trim().split('\n')) {
        if (secret !== 'next') expect(listed.out + listed.err).not.toContain(secret);
      }
    }
    expect(await keys('test')).toMatchObject({ code: 0, out: expect.stringMatching(/^ledger: works$/m) });
  });

  it.each<[readonly string[], number, RegExp]>([
    [['retire', 'users'], 1, /users: a key is coming; first rotate to its end/],
    [['retire', 'data'], 1, /data: there is no older key/],
    [['rotate', 'unknown'], 2, /unknown: this use has one key for ever/],
    [['rotate', 'tls'], 2, /Allowed choices are/],
    [['rotate', 'data', '--in-token'], 2, /SLUIS_PKCS11_MODULE, SLUIS_PKCS11_TOKEN and SLUIS_PKCS11_PIN_FILE/],
    [['generate'], 1, /holds keys already; nothing was made/],
  ])('are left alone by %j', async (args, code, words) => {
    const ended = await keys(...args);
    expect(ended.code).toBe(code);
    expect(ended.out + ended.err).toMatch(words);
  });
});
