import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { Agent, request } from 'node:https';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { applyChange } from '../../src/core/partner-change/apply-change.ts';
import { changeStatementFor } from '../../src/core/partner-change/change-statement.ts';
import { proposal, proposedOn } from '../../src/core/partner-change/proposal.ts';
import { statementText } from '../../src/core/policy-set/statement.ts';
import { signDetachedJws } from '../../src/crypto/detached-jws.ts';
import type { Credentials } from '../../src/demo/authority.ts';
import { databaseEnvironment } from '../../src/demo/story/proof.ts';
import { seenCertificates } from '../../src/store/seen-certificates.ts';
import { useChain } from '../world/chain.ts';
import { main } from './chain/running-chain.ts';

const oin = '00000099000000555000';
const unit = 'gemeente-nieuwkomer';
const credentials = new Map<'old' | 'new', Credentials>();
const chain = useChain({
  gateways: 2,
  async prepare(authority) {
    for (const name of ['old', 'new'] as const) {
      credentials.set(name, await authority.issueClient({ name: `nieuwkomer-${name}`, oin }));
    }
  },
});
/** Generous: how long it took is told, and a busy machine is no fault of the gateway's. Each command is a process. */
const ceilingMs = 60_000;
const patience = { timeout: 240_000 };

interface Answer {
  readonly status: number;
  readonly body: unknown;
  /** Whether a connection that was open already carried it. */
  readonly kept: boolean;
}

const agents: Agent[] = [];
const kept = new Map<string, Agent>();
afterAll(() => {
  for (const agent of agents) agent.destroy();
});

/** One call on the kept connection that this certificate has with a gateway. */
function call(which: 'old' | 'new', gateway: number, method: 'GET' | 'POST', path: string): Promise<Answer> {
  const { world } = chain();
  const identity = credentials.get(which);
  const name = `${which} ${gateway}`;
  const agent =
    kept.get(name) ??
    new Agent({
      keepAlive: true,
      maxSockets: 1,
      ca: world.authority.ca,
      cert: identity?.certificate,
      key: identity?.key,
    });
  kept.set(name, agent);
  agents.push(agent);
  const url = new URL(path, world.gateways[gateway]?.ready.partnerUrl);
  return new Promise((resolve, reject) => {
    const headers = { date: new Date().toUTCString(), 'accept-language': 'en' };
    const outgoing = request(url, { agent, method, headers }, (incoming) => {
      const chunks: Buffer[] = [];
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
      incoming.on('error', reject);
      incoming.on('end', () => {
        const body: unknown = JSON.parse(Buffer.concat(chunks).toString('utf8'));
        resolve({ status: incoming.statusCode ?? 0, body, kept: outgoing.reusedSocket });
      });
    });
    outgoing.on('error', reject);
    outgoing.end();
  });
}

const problemType = z.looseObject({ type: z.string() });
const report = z.looseObject({
  you: z.looseObject({ unit: z.string(), state: z.string(), recognisedBy: z.array(z.string()) }),
  certificate: z.looseObject({ thumbprint: z.string(), chain: z.array(z.looseObject({ role: z.string() })) }),
  connection: z.looseObject({
    front: z.string(),
    tls: z.strictObject({ version: z.string(), suite: z.string() }).nullable(),
  }),
  attention: z.array(z.looseObject({ code: z.string() })),
});

const both = <T>(ask: (gateway: number) => Promise<T>): Promise<T[]> => Promise.all([0, 1].map(ask));
/** What a certificate gets at both gateways: 200, or the problem. */
const doors = (which: 'old' | 'new') =>
  both(async (gateway) => {
    const { status, body } = await call(which, gateway, 'GET', '/v1/events');
    return status === 200 ? 'in' : problemType.parse(body).type.replace('/problems/', '');
  });
const tests = (which: 'old' | 'new') =>
  both(async (gateway) => {
    const { status, body } = await call(which, gateway, 'POST', '/v1/connection-test');
    expect(status).toBe(200);
    return report.parse(body);
  });

/** Waits until both gateways answer so, and tells how long that took. */
async function whenDoors(which: 'old' | 'new', answer: string, what: string): Promise<void> {
  const startedMs = performance.now();
  while ((await doors(which)).some((one) => one !== answer)) {
    const waitedMs = performance.now() - startedMs;
    if (waitedMs > ceilingMs) expect(await doors(which)).toEqual([answer, answer]);
    await sleep(25);
  }
  process.stderr.write(`${what}: both gateways after ${Math.round(performance.now() - startedMs)} ms\n`);
}

/** `sluis partner …`, as an operator runs it beside the gateways. */
function partner(
  ...args: readonly string[]
): Promise<{ readonly code: number | null; readonly out: string; readonly err: string }> {
  const { SLUIS_POLICY_SIGNATURES: _, ...env } = { ...process.env, ...databaseEnvironment(chain().world) };
  const child = spawn(process.execPath, [main, 'partner', ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] });
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

let folder: string;
beforeAll(() => {
  folder = join(chain().world.directory, 'newcomer');
  mkdirSync(folder);
});

function write(name: string, content: unknown): string {
  const file = join(folder, name);
  writeFileSync(file, JSON.stringify(content));
  return file;
}

let proposals = 0;
/** What both approvers sign of a proposal, as `partner sign` does, as options of the command that carries it out. */
async function approved(...args: readonly string[]): Promise<readonly string[]> {
  proposals += 1;
  const file = join(folder, `proposal-${proposals}.json`);
  expect(await partner(...args, '--propose', file)).toMatchObject({ code: 0, err: '' });
  const read = proposal.parse(JSON.parse(readFileSync(file, 'utf8')));
  const effect = applyChange(proposedOn(read), read.change);
  if (!effect.ok) throw new Error(effect.refusal.problem);
  const statement = changeStatementFor(read.change, effect.value, read.from);
  const options: string[] = [];
  for (const { name, privateJwk } of chain().world.signers.approvers) {
    const signature = await signDetachedJws(statementText(statement), privateJwk, new Date());
    const approval = write(`approval-${proposals}-${options.length}.json`, { approver: name, statement, signature });
    options.push('--approval', approval);
  }
  return options;
}

const thumbprint = (which: 'old' | 'new') => credentials.get(which)?.thumbprint ?? '';
const partners = () =>
  write('partners.json', {
    organisations: [
      {
        oin,
        name: 'Gemeente Nieuwkomer',
        units: [
          { id: unit, name: 'College', kind: 'municipality', state: 'suspended', thumbprints: [thumbprint('old')] },
        ],
      },
    ],
  });

describe('a partner that nobody registered', patience, () => {
  it('is refused everywhere, also where a technician asks what is seen of them', async () => {
    expect(await doors('old')).toEqual(['unregistered-partner', 'unregistered-partner']);
    const { status, body } = await call('old', 0, 'POST', '/v1/connection-test');
    expect([status, problemType.parse(body).type]).toEqual([403, '/problems/unregistered-partner']);
  });
});

describe('a partner that two people registered and did not let in yet', patience, () => {
  it('was registered by nobody alone', async () => {
    const file = partners();
    expect(await partner('add', file)).toMatchObject({ code: 1, err: expect.stringContaining('two approvals') });
    const [flag = '', one = ''] = await approved('add', file);
    expect(await partner('add', file, flag, one)).toMatchObject({ code: 1 });
    expect(await doors('old')).toEqual(['unregistered-partner', 'unregistered-partner']);
    expect(await partner('add', file, ...(await approved('add', file)))).toMatchObject({ code: 0, err: '' });
    await whenDoors('old', 'suspended-partner', 'registered');
  });

  it('may see how it is seen, and nothing else', async () => {
    for (const seen of await tests('old')) {
      expect(seen.you).toMatchObject({ unit, state: 'closed', recognisedBy: ['organisation', 'thumbprint'] });
      expect(seen.certificate.thumbprint).toBe(thumbprint('old'));
      expect(seen.certificate.chain.map(({ role }) => role)).toEqual(['authority', 'anchor']);
      expect(seen.connection).toMatchObject({
        front: 'direct',
        tls: { version: expect.stringMatching(/^TLSv1\.[23]$/) },
      });
      expect(seen.attention.map(({ code }) => code)).toContain('closed');
      for (const more of ['keys', 'policies', 'limits']) expect(seen).not.toHaveProperty(more);
    }
  });
});

describe('a partner that two people let in', patience, () => {
  it('comes in at every gateway, on connections that are open', async () => {
    expect(await partner('resume', unit)).toMatchObject({ code: 1 });
    const options = await approved('resume', unit);
    const [resumed] = await Promise.all([
      partner('resume', unit, ...options),
      whenDoors('old', 'in', 'let in, with the command'),
    ]);
    expect(resumed).toMatchObject({ code: 0, err: '' });
    for (const seen of await tests('old')) {
      expect(seen).toMatchObject({
        you: { state: 'open' },
        limits: { unit: { requestsPerMinute: expect.any(Number) } },
      });
      expect(seen.attention.map(({ code }) => code)).not.toContain('closed');
    }
    expect((await call('old', 0, 'GET', '/v1/events')).kept).toBe(true);
  });

  it('is noted with its certificate, by both gateways as one', async () => {
    const seen = () => seenCertificates(chain().owner, unit as never);
    await expect.poll(seen, { timeout: ceilingMs }).toMatchObject([{ thumbprint: thumbprint('old'), oin }]);
  });

  it('replaces its certificate without a moment in which neither works', async () => {
    expect(await doors('new')).toEqual(['no-unit', 'no-unit']);
    const come = write('come.json', { thumbprints: { add: [thumbprint('new')] } });
    await partner('rotate', unit, come, ...(await approved('rotate', unit, come)));
    await whenDoors('new', 'in', 'new certificate');
    expect(await doors('old')).toEqual(['in', 'in']);
    const go = write('go.json', { thumbprints: { drop: [thumbprint('old')] } });
    await partner('rotate', unit, go, ...(await approved('rotate', unit, go)));
    await whenDoors('old', 'no-unit', 'old certificate');
    expect(await doors('new')).toEqual(['in', 'in']);
  });
});

describe('a partner whose door one person closed', patience, () => {
  it('is out at every gateway, on the next call of connections that are open', async () => {
    expect((await call('new', 0, 'GET', '/v1/events')).kept).toBe(true);
    const closed = await partner('suspend', unit, '--by', 'S. de Wachter', '--ground', 'sleutel gelekt', '--json');
    expect(closed).toMatchObject({ code: 0, err: '' });
    await whenDoors('new', 'suspended-partner', 'closed');
    expect((await call('new', 1, 'GET', '/v1/events')).kept).toBe(true);
  });

  it('stays out, whatever is added or rotated of it', async () => {
    const file = partners();
    const opened = readFileSync(file, 'utf8')
      .replace('"state":"suspended",', '')
      .replace('College', 'Bestuur')
      .replace(thumbprint('old'), thumbprint('new'));
    writeFileSync(file, opened);
    expect(await partner('add', file, ...(await approved('add', file)))).toMatchObject({ code: 0 });
    expect(await doors('new')).toEqual(['suspended-partner', 'suspended-partner']);
  });

  it('has every step on record, with who took it in no leaf', async () => {
    const { rows } = await chain().owner.query<{ leaf: string }>(
      `SELECT leaf FROM ledger_entry WHERE kind = 'partner-changed' AND source = $1 ORDER BY time, id`,
      [unit],
    );
    const steps = rows.map(({ leaf }) => JSON.parse(leaf).body);
    expect(steps.map(({ action, approvals }) => `${action} ${approvals}`)).toEqual([
      'add 2',
      'resume 2',
      'rotate 2',
      'rotate 2',
      'suspend 0',
      'add 2',
    ]);
    const names = [...chain().world.signers.approvers.map(({ name }) => name), 'Wachter', 'gelekt'];
    for (const name of names) expect(JSON.stringify(rows)).not.toContain(name);
  });
});
