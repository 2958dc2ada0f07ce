import { spawn } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Digest, Instant, UnitId } from '../../src/core/brand.ts';
import { type PolicyStatement, statementText } from '../../src/core/policy-set/statement.ts';
import { signDetachedJws } from '../../src/crypto/detached-jws.ts';
import type { PartnerClient } from '../../src/demo/partner-client.ts';
import type { Person } from '../../src/demo/population.ts';
import { databaseEnvironment } from '../../src/demo/story/proof.ts';
import { roles } from '../../src/demo/story/scene.ts';
import { readPolicyFolder } from '../../src/policy-files/load.ts';
import { detain, personOf, planRequest, useChain } from '../world/chain.ts';
import { main } from './chain/running-chain.ts';

const shipped = join(import.meta.dirname, '../../policies');
const chain = useChain({ persons: 40, gateways: 2 });
const first = readPolicyFolder(shipped).digest;
/** Generous: what it took is measured and told, for a busy machine is no fault of the gateway's. */
const ceilingMs = 20_000;

let folder: string;
let second: Digest;
let person: Person;
beforeAll(async () => {
  const { directory, signers } = chain().world;
  const keys = join(directory, 'policy-keys');
  mkdirSync(keys);
  for (const { name, privateJwk } of [...signers.approvers, ...signers.units.values()]) {
    writeFileSync(keyOf(name), JSON.stringify(privateJwk));
  }
  // The second set lacks a purpose: what was given under the first is refused under it.
  folder = join(directory, 'second-set');
  cpSync(shipped, folder, { recursive: true });
  for (const kind of ['policy', 'cases']) rmSync(join(folder, `plan-basic-conditions.${kind}.yaml`));
  // And it has another deadline.
  const timers = join(folder, 'catalogue/timers.yaml');
  writeFileSync(timers, readFileSync(timers, 'utf8').replace('P28D', 'P29D'));
  second = readPolicyFolder(folder).digest;
  person = personOf(chain(), 0);
  await detain(chain(), person);
});

const keyOf = (name: string): string =>
  join(chain().world.directory, 'policy-keys', `${name.replaceAll(/[^a-z-]/gi, '')}.jwk`);

/** `sluis policy …`, as an operator runs it. */
function policy(
  ...args: readonly string[]
): Promise<{ readonly code: number | null; readonly out: string; readonly err: string }> {
  const env = { ...process.env, ...databaseEnvironment(chain().world) };
  const child = spawn(process.execPath, [main, 'policy', ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const said = { out: '', err: '' };
  child.stdout.on('data', (chunk: Buffer) => {
    said.out += chunk.toString('utf8');
  });
  child.stderr.on('data', (chunk: Buffer) => {
    said.err += chunk.toString('utf8');
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, ...said }));
  });
}

/** Both approvers sign, as `policy sign` would; the answer is what `--approval` takes. */
async function approvals(statement: Partial<PolicyStatement>): Promise<readonly string[]> {
  const { directory, signers } = chain().world;
  const signed: PolicyStatement = { action: 'activate', set: second, from: null, previous: first, ...statement };
  const files = signers.approvers.map(async ({ name, privateJwk }, index) => {
    const signature = await signDetachedJws(statementText(signed), privateJwk, new Date());
    const file = join(directory, `approval-${index}.json`);
    writeFileSync(file, JSON.stringify({ approver: name, statement: signed, signature }));
    return ['--approval', file];
  });
  return (await Promise.all(files)).flat();
}

/** The same by the command, offline. */
async function signedByCommand(): Promise<readonly string[]> {
  const { directory, signers } = chain().world;
  const files = signers.approvers.map(async ({ name }, index) => {
    const signed = await policy('sign', folder, '--key', keyOf(name), '--as', name, '--previous', first);
    expect(signed).toMatchObject({ code: 0, err: '' });
    const file = join(directory, `signed-${index}.json`);
    writeFileSync(file, signed.out);
    return ['--approval', file];
  });
  return (await Promise.all(files)).flat();
}

const overview = z.object({ binds: z.string().nullable(), inForce: z.string().nullable() });

async function policiesOf(client: PartnerClient): Promise<z.infer<typeof overview>> {
  const reply = await client.get('/v1/policy-acceptances');
  expect(reply.status).toBe(200);
  return overview.parse(reply.body);
}

/** What binds a unit, as each gateway has it. */
async function bound(unit: string): Promise<readonly (string | null)[]> {
  const clients = [0, 1].map((gateway) => chain().world.client(unit, gateway));
  try {
    return (await Promise.all(clients.map(policiesOf))).map(({ binds }) => binds);
  } finally {
    for (const client of clients) client.close();
  }
}

/** On each gateway: 200 is given, 403 is refused. */
async function planStatus(): Promise<readonly number[]> {
  const clients = [0, 1].map((gateway) => chain().world.client(roles.municipality, gateway));
  try {
    return (await Promise.all(clients.map((client) => client.post('/v1/requests', planRequest(person))))).map(
      ({ status }) => status,
    );
  } finally {
    for (const client of clients) client.close();
  }
}

async function activeOnRecord() {
  const { rows } = await chain().owner.query<{ digest: string; activated_at: string; reckoned: string | null }>(
    'SELECT * FROM active_policy_set',
  );
  const [row] = rows;
  if (row === undefined) throw new Error('no set is active');
  return row;
}

/** The moment at which both gateways have it that this set binds the prison. */
async function whenFollowed(set: Digest, withinMs = ceilingMs): Promise<number> {
  await expect.poll(() => bound(roles.prison), { timeout: withinMs, interval: 25 }).toEqual([set, set]);
  return Date.now();
}

function tell(what: string, tookMs: number): void {
  process.stdout.write(`${what}: two gateways followed after ${tookMs} ms\n`);
}

describe('at first', () => {
  it('the set that two people approved and every unit accepted is in force in both gateways', async () => {
    expect((await activeOnRecord()).digest).toBe(first);
    expect(await bound(roles.prison)).toEqual([first, first]);
    expect(await planStatus()).toEqual([200, 200]);
    for (const log of ['gateway-1.log', 'gateway-2.log']) {
      expect(readFileSync(join(chain().world.directory, log), 'utf8')).toContain(`policies in force: ${first}`);
    }
  });
});

describe('a set that is not approved', () => {
  it('by anybody, or by one, is refused and changes nothing', async () => {
    expect(await policy('activate', folder)).toMatchObject({ code: 1, err: expect.stringContaining('two approvals') });
    const [flag = '', file = ''] = await approvals({});
    const alone = await policy('activate', folder, flag, file);
    expect(alone).toMatchObject({ code: 1, err: expect.stringContaining('two approvals') });
    const twice = await policy('activate', folder, flag, file, flag, file);
    expect(twice).toMatchObject({ code: 1, err: expect.stringContaining('two different people') });
  });

  it('because the signature is absent, or was for another set or start, is refused, and it is said whose it is', async () => {
    const [approver] = chain().world.signers.approvers;
    const wrongSet = await policy('activate', folder, ...(await approvals({ set: first })));
    expect(wrongSet).toMatchObject({ code: 1, err: `sluis: ${approver?.name}: signed another set\n` });
    const wrongStart = await approvals({ from: '2030-01-01T00:00:00.000Z' as Instant });
    expect(await policy('activate', folder, ...wrongStart)).toMatchObject({
      code: 1,
      err: `sluis: ${approver?.name}: signed another start\n`,
    });
    const file = join(chain().world.directory, 'unsigned.json');
    const signed = z.looseObject({}).parse(JSON.parse(readFileSync(wrongStart[1] ?? '', 'utf8')));
    writeFileSync(file, JSON.stringify({ ...signed, signature: undefined }));
    expect(await policy('activate', folder, '--approval', file)).toMatchObject({ code: 1 });
    expect((await activeOnRecord()).digest).toBe(first);
  });
});

describe('a set that does not load', () => {
  it('is refused by the command, and nothing is in force but the last good one', async () => {
    const broken = join(chain().world.directory, 'broken-set');
    cpSync(folder, broken, { recursive: true });
    writeFileSync(join(broken, 'housing-placement.policy.yaml'), 'purpose: [\n');
    const refused = await policy('activate', broken);
    expect(refused.code).toBe(1);
    expect(refused.err).toMatch(/housing-placement\.policy\.yaml:\d+:\d+ /);
  });

  it('though it stands on record, is not put in force by any gateway, and an alarm tells', async () => {
    const digest = `sha256:${'e'.repeat(64)}`;
    const { owner } = chain();
    await owner.query('INSERT INTO policy_set VALUES ($1, now())', [digest]);
    await owner.query(`INSERT INTO policy_set_file VALUES ($1, 'catalogue/facts.yaml', 'types: {}')`, [digest]);
    await owner.query(
      `INSERT INTO policy_change (id, action, set_digest, previous, starts_at, recorded_at)
       VALUES (gen_random_uuid(), 'activate', $1, $2, now(), now())`,
      [digest, first],
    );
    const state = async () => {
      const { rows } = await owner.query('SELECT lapsed_why FROM policy_change WHERE set_digest = $1', [digest]);
      return rows;
    };
    await expect.poll(state, { timeout: ceilingMs }).toEqual([{ lapsed_why: 'does-not-load' }]);
    expect((await activeOnRecord()).digest).toBe(first);
    expect(await planStatus()).toEqual([200, 200]);
    const logs = ['gateway-1.log', 'gateway-2.log'].map((log) =>
      readFileSync(join(chain().world.directory, log), 'utf8'),
    );
    expect(logs.join('\n')).toContain(`${digest} does not load`);
  });
});

describe('a set that two people approved', () => {
  it('binds a source once it accepted, and leaves others under the set before', async () => {
    const reckoned = async () => (await activeOnRecord()).reckoned;
    await expect.poll(reckoned, { timeout: ceilingMs }).not.toBeNull();
    const before = await reckoned();
    const activated = await policy('activate', folder, ...(await signedByCommand()));
    expect(activated).toMatchObject({ code: 0, err: '', out: `${second} is in force\n` });
    // By its deadlines and starts of retention, what is on record of everybody is reckoned anew.
    await expect.poll(reckoned, { timeout: ceilingMs }).not.toBeNull();
    expect(await reckoned()).not.toBe(before);
    expect(await bound(roles.prison)).toEqual([first, first]);
    expect(await planStatus()).toEqual([200, 200]);

    const accepted = await policy('accept', roles.prison, '--set', second, '--key', keyOf(roles.prison));
    expect(accepted).toMatchObject({ code: 0, err: '' });
    await whenFollowed(second);
    expect(await planStatus()).toEqual([403, 403]);
    expect(await bound(roles.municipality)).toEqual([first, first]);
  });

  it('is accepted by nobody else’s key', async () => {
    const refused = await policy('accept', roles.municipality, '--set', second, '--key', keyOf(roles.prison));
    expect(refused).toMatchObject({ code: 1, err: expect.stringContaining('signature is refused') });
  });

  it('can be withdrawn by two people: it binds nobody any more, and every gateway follows without a restart', async () => {
    const signed = await approvals({ action: 'rollback', set: first, previous: second });
    const [rolledBack, seenAt] = await Promise.all([policy('rollback', ...signed), whenFollowed(first)]);
    expect(rolledBack).toMatchObject({ code: 0, err: '', out: `${first} is in force\n` });
    tell('rollback', seenAt - Date.parse((await activeOnRecord()).activated_at));
    expect(await planStatus()).toEqual([200, 200]);
    expect(await policy('rollback', ...signed)).toMatchObject({
      code: 1,
      err: 'sluis: there is nothing to go back to\n',
    });
  });

  it('comes into force at its start in both gateways, by itself and once', async () => {
    const from = new Date(Date.now() + 30_000).toISOString() as Instant;
    const planned = await policy('activate', folder, '--from', from, ...(await approvals({ from })));
    expect(planned).toMatchObject({ code: 0, err: '', out: `${second} will be in force from ${from}\n` });
    expect(await bound(roles.prison)).toEqual([first, first]);
    tell('planned start', (await whenFollowed(second, 60_000)) - Date.parse(from));
    expect(await planStatus()).toEqual([403, 403]);
    const { rows } = await chain().owner.query(
      `SELECT count(*)::int AS n FROM ledger_entry WHERE kind = 'policy-activated' AND time >= $1`,
      [from],
    );
    expect(rows).toEqual([{ n: 1 }]);
  });

  it('is accepted by a source itself, over its own connection, once', async () => {
    const unit = roles.municipality as UnitId;
    const { privateJwk } = chain().world.signers.units.get(unit) ?? {};
    const text = statementText({ action: 'accept', set: second, unit });
    const signature = await signDetachedJws(text, privateJwk ?? { kty: '' }, new Date());
    const client = chain().client(unit);
    const taken = await client.post('/v1/policy-acceptances', { set: second, signature });
    expect(taken).toMatchObject({ status: 200, body: { set: second } });
    await expect.poll(() => bound(unit), { timeout: ceilingMs }).toEqual([second, second]);
    const again = await client.post('/v1/policy-acceptances', { set: second, signature });
    expect(again.body).toEqual(taken.body);
    const { rows } = await chain().owner.query(
      `SELECT source FROM ledger_entry WHERE kind = 'policy-accepted' AND leaf LIKE '%' || $1 || '%' ORDER BY time`,
      [second],
    );
    expect(rows).toEqual([{ source: roles.prison }, { source: unit }]);
    // Another unit's signature is nobody's acceptance.
    const forged = await chain().client(roles.probation).post('/v1/policy-acceptances', { set: second, signature });
    expect(forged.status).toBe(400);
  });
});
