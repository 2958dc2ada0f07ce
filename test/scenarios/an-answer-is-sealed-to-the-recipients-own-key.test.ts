import { spawn } from 'node:child_process';
import { createPublicKey } from 'node:crypto';
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { applyChange } from '../../src/core/partner-change/apply-change.ts';
import { changeStatementFor } from '../../src/core/partner-change/change-statement.ts';
import { proposal, proposedOn } from '../../src/core/partner-change/proposal.ts';
import { statementText } from '../../src/core/policy-set/statement.ts';
import { signDetachedJws } from '../../src/crypto/detached-jws.ts';
import type { Credentials } from '../../src/demo/authority.ts';
import { databaseEnvironment } from '../../src/demo/story/proof.ts';
import { roles } from '../../src/demo/story/scene.ts';
import { dump } from '../faults/canary/dump.ts';
import { detain, eventually, expectProblem, personOf, planRequest, useChain } from '../world/chain.ts';
import { main } from './chain/running-chain.ts';

const root = resolve(import.meta.dirname, '../..');
const unit = roles.municipality;
const oin = '00000099000000003000';
const chain = useChain({ gateways: 1 });
/** Each command is a process. */
const patience = { timeout: 240_000 };

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

function run(
  args: readonly string[],
  { cwd, env }: { readonly cwd?: string; readonly env?: NodeJS.ProcessEnv } = {},
): Promise<Ended> {
  const child = spawn(process.execPath, args, { cwd, env: env ?? process.env, stdio: ['ignore', 'pipe', 'pipe'] });
  const said = { out: '', err: '' };
  child.stdout.on('data', (chunk: Buffer) => {
    said.out += chunk.toString('utf8');
  });
  child.stderr.on('data', (chunk: Buffer) => {
    said.err += chunk.toString('utf8');
  });
  return new Promise((done, failed) => {
    child.once('error', failed);
    child.once('close', (code) => done({ code, ...said }));
  });
}

/** `sluis partner …` with the settings that the gateways have. */
function partner(args: readonly string[], settings: NodeJS.ProcessEnv = trustSettings()): Promise<Ended> {
  const { SLUIS_POLICY_SIGNATURES: _, ...env } = { ...process.env, ...databaseEnvironment(chain().world), ...settings };
  return run([main, 'partner', ...args], { env });
}

function trustSettings(): NodeJS.ProcessEnv {
  const { caFile, crlFile } = chain().world.authority;
  return { SLUIS_ENVIRONMENT: 'demo', SLUIS_CLIENT_CA: caFile, SLUIS_CLIENT_CRL: crlFile };
}

/** What the page for partners tells them to run, as it stands there. */
function scriptsIn(page: string): ReadonlyMap<string, string> {
  const blocks = readFileSync(join(root, page), 'utf8').matchAll(/```js\n(\/\/ ([a-z-]+\.mjs):[\s\S]+?)```/g);
  return new Map([...blocks].map(([, text = '', name = '']) => [name, text]));
}

let folder: string;
beforeAll(() => {
  folder = join(chain().world.directory, 'recipient');
});

/** A folder of its own for each key, with the scripts and what they need. */
function place(name: string): string {
  const own = join(folder, name);
  mkdirSync(own, { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(own, 'node_modules'));
  for (const [file, text] of scriptsIn('docs/partners.md')) writeFileSync(join(own, file), text);
  return own;
}

async function makeKey(name: string, by: Credentials, forUnit: string = unit): Promise<string> {
  const cwd = place(name);
  const args = ['make-key.mjs', forUnit, oin, by.certificateFile, by.keyFile];
  expect(await run(args, { cwd })).toEqual({ code: 0, out: '', err: '' });
  return cwd;
}

const credentialsOf = (of: string): Credentials => {
  const found = chain().world.credentials.get(of);
  if (found === undefined) throw new Error(`no certificate of ${of}`);
  return found;
};

let proposals = 0;
async function rotate(file: string): Promise<Ended> {
  proposals += 1;
  const to = join(folder, `proposal-${proposals}.json`);
  const proposed = await partner(['rotate', unit, file, '--propose', to]);
  if (proposed.code !== 0) return proposed;
  writeFileSync(to.replace('.json', '.txt'), proposed.out);
  expect(proposed.out).not.toMatch(/eyJ|"x"/);
  const read = proposal.parse(JSON.parse(readFileSync(to, 'utf8')));
  const effect = applyChange(proposedOn(read), read.change);
  if (!effect.ok) throw new Error(effect.refusal.problem);
  const statement = changeStatementFor(read.change, effect.value, read.from);
  const options: string[] = [];
  for (const { name, privateJwk } of chain().world.signers.approvers) {
    const signature = await signDetachedJws(statementText(statement), privateJwk, new Date());
    const approval = join(folder, `approval-${proposals}-${options.length}.json`);
    writeFileSync(approval, JSON.stringify({ approver: name, statement, signature }));
    options.push('--approval', approval);
  }
  return partner(['rotate', unit, file, ...options]);
}

const report = z.looseObject({
  keys: z.looseObject({
    encryption: z.looseObject({ thumbprint: z.string() }).nullable(),
    encryptionKeys: z.array(z.looseObject({ thumbprint: z.string(), standing: z.string(), proven: z.boolean() })),
  }),
  attention: z.array(z.looseObject({ code: z.string() })),
});

async function seen(): Promise<z.infer<typeof report>> {
  const { status, body } = await chain().client(unit).post('/v1/connection-test', {});
  expect(status).toBe(200);
  return report.parse(body);
}

/** Waits until the gateway follows. */
const whenStanding = (...standings: readonly string[]) =>
  eventually(async () => {
    const { keys } = await seen();
    return JSON.stringify(keys.encryptionKeys.map(({ standing }) => standing)) === JSON.stringify(standings)
      ? keys
      : null;
  });

const answerForm = z.union([z.looseObject({ sealed: z.string() }), z.looseObject({ data: z.looseObject({}) })]);
let asked = 0;

async function ask() {
  return chain()
    .client(unit)
    .post('/v1/requests', planRequest(personOf(chain(), 0)), `sleutel-${asked++}-0123456789`);
}

async function sealed(): Promise<string> {
  const { status, body } = await ask();
  expect(status).toBe(200);
  const answer = answerForm.parse(body);
  expect(answer).not.toHaveProperty('data');
  return JSON.stringify(body);
}

function open(place: string, name: string, answer: string): Promise<Ended> {
  writeFileSync(join(place, name), answer);
  return run(['open-answer.mjs', name], { cwd: place });
}

const surname = () => personOf(chain(), 0).surname;

describe('an answer', patience, () => {
  const answers: string[] = [];
  const places: string[] = [];

  it('is clear to a unit that never had a key', async () => {
    await detain(chain(), personOf(chain(), 0));
    const { status, body } = await ask();
    expect([status, answerForm.parse(body)]).toMatchObject([200, { data: { 'identity.surname': surname() } }]);
    expect((await seen()).attention.map(({ code }) => code)).toContain('no-encryption-key');
  });

  it('is sealed to the key that the unit made and signed as the page says, once two people approved it', async () => {
    const own = await makeKey('first', credentialsOf(unit));
    places.push(own);
    const file = join(own, 'rotation.json');
    expect(await partner(['rotate', unit, file])).toMatchObject({
      code: 1,
      err: expect.stringContaining('two approvals'),
    });
    expect(await rotate(file)).toMatchObject({ code: 0, err: '' });
    const told = readFileSync(join(folder, 'proposal-1.txt'), 'utf8');
    expect(told).toMatch(/encryptionKeys: null -> \["P-256 [\w-]{43}, signed by the unit until 20/);
    expect((await whenStanding('sealed-to')).encryptionKeys).toMatchObject([{ proven: true }]);
    answers.push(await sealed());
    const { code, out, err } = await open(own, 'answer.json', answers[0] ?? '');
    expect([code, err]).toEqual([0, '']);
    expect(JSON.parse(out)).toMatchObject({ 'identity.surname': surname() });
    expect(answers[0]).not.toContain(surname());
  });

  it('is sealed to the newer key from then on, and what was sealed before still opens', async () => {
    const own = await makeKey('second', credentialsOf(unit));
    places.push(own);
    expect(await rotate(join(own, 'rotation.json'))).toMatchObject({ code: 0, err: '' });
    await whenStanding('sealed-to', 'older');
    const shown = JSON.parse((await partner(['show', unit, '--json'], {})).out);
    expect(shown.encryptionKeyStandings).toMatchObject([{ standing: 'sealed-to' }, { standing: 'older' }]);
    answers.push(await sealed());
    const [first = '', second = ''] = places;
    const opened = await Promise.all([
      open(first, 'before.json', answers[0] ?? ''),
      open(second, 'after.json', answers[1] ?? ''),
    ]);
    for (const { code, out } of opened) {
      expect([code, JSON.parse(out)]).toMatchObject([0, { 'identity.surname': surname() }]);
    }
    const crossed = await Promise.all([
      open(second, 'before.json', answers[0] ?? ''),
      open(first, 'after.json', answers[1] ?? ''),
    ]);
    expect(crossed.map(({ code, out }) => [code, out])).toEqual([
      [1, ''],
      [1, ''],
    ]);
  });

  it('is not sealed to a key that somebody else signed, or that cannot be checked', async () => {
    const strange = await makeKey('strange', credentialsOf(roles.neighbour));
    const refused = await partner([
      'rotate',
      unit,
      join(strange, 'rotation.json'),
      '--propose',
      join(folder, 'no.json'),
    ]);
    expect(refused).toMatchObject({ code: 1, err: expect.stringContaining('does not speak for this unit') });
    const other = await makeKey('other-unit', credentialsOf(unit), roles.neighbour);
    expect(await rotate(join(other, 'rotation.json'))).toMatchObject({
      code: 1,
      err: expect.stringContaining('of another unit (`iss`)'),
    });
    const own = await makeKey('unchecked', credentialsOf(unit));
    const file = join(own, 'rotation.json');
    const nowhere = await partner(['rotate', unit, file, '--propose', join(folder, 'nowhere.json')], {});
    expect(nowhere).toMatchObject({ code: 2, err: expect.stringContaining('SLUIS_CLIENT_CA is missing') });
    const { keys } = await seen();
    expect(keys.encryptionKeys.map(({ standing }) => standing)).toEqual(['sealed-to', 'older']);
  });

  it('is sealed to no certificate’s key', async () => {
    const { key, thumbprint } = credentialsOf(unit);
    await eventually(async () => {
      const { rows } = await chain().owner.query('SELECT key FROM seen_certificate WHERE thumbprint = $1', [
        thumbprint,
      ]);
      return rows.length === 1 ? rows : null;
    });
    const jwk = { ...createPublicKey(key).export({ format: 'jwk' }), use: 'enc' };
    const file = join(folder, 'certificate.json');
    writeFileSync(file, JSON.stringify({ encryptionKeys: { add: [{ jwk }] } }));
    expect(await rotate(file)).toMatchObject({ code: 1, err: expect.stringContaining('is the key of a certificate') });
  });

  it('is refused, and never clear, once the last key was dropped', async () => {
    const { keys } = await seen();
    for (const { thumbprint } of keys.encryptionKeys.toReversed()) {
      const file = join(folder, `drop-${thumbprint}.json`);
      writeFileSync(file, JSON.stringify({ encryptionKeys: { drop: [thumbprint] } }));
      expect(await rotate(file)).toMatchObject({ code: 0, err: '' });
    }
    await whenStanding();
    const reply = await ask();
    const problem = expectProblem(reply, 500, 'seal-impossible');
    expect(JSON.stringify(problem)).not.toContain(surname());
    expect((await seen()).attention.map(({ code }) => code)).toContain('no-encryption-key');
    const [opened] = await Promise.all([open(places[0] ?? '', 'later.json', answers[0] ?? '')]);
    expect(JSON.parse(opened.out)).toMatchObject({ 'identity.surname': surname() });
  });

  it('left no half of a key in the database that opens it', async () => {
    const text = [...(await dump(chain().owner)).values()].join('\n');
    const secrets = places.map(
      (own) => z.looseObject({ d: z.string() }).parse(JSON.parse(readFileSync(join(own, 'private.jwk'), 'utf8'))).d,
    );
    expect(secrets.length).toBe(2);
    for (const secret of secrets) expect(text).not.toContain(secret);
  });
});
