import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { v7 } from 'uuid';
import { z } from 'zod';
import type { Credentials, DemoAuthority } from '../../../src/demo/authority.ts';
import { createAuthority } from '../../../src/demo/authority.ts';
import type { Person } from '../../../src/demo/population.ts';
import { type UserSigner, withUserToken } from '../../../src/demo/sign-user-token.ts';
import { roles } from '../../../src/demo/story/scene.ts';
import { gatewayOin, startWorld, type World } from '../../../src/demo/world.ts';
import { openPool } from '../../../src/store/pool.ts';
import { type RawReply, rawCall } from '../../world/raw-call.ts';
import { type Fronts, issueFronts } from './fronts.ts';
import { type Mark, markOf, plantedMark } from './marks.ts';
import { type RecordingSource, recordingSource } from './recording-source.ts';

const names = [
  ...[
    'planted',
    'justification',
    'case reference',
    'case reference of a fact',
    'reference of a fact',
    'dispute ground',
  ],
  ...[
    'claim justification',
    'rejection ground',
    'user id',
    'user name',
    'approver id',
    'approver name',
    'decline ground',
  ],
  ...['field of a source', 'User-Agent', 'Cookie', 'X-Request-ID', 'tracestate', 'Authorization', 'Client-Cert'],
  ...['unknown header', 'Idempotency-Key', 'Referer', 'Accept-Language', 'path', 'query', 'malformed body'],
  ...['certificate name', 'certificate organisation', 'representative name', 'representative ground', 'login form'],
  ...['officer filter', 'crash', 'AuthZEN property', 'Forwarded', 'unknown purpose', 'body member'],
  ...['FSC token', 'FSC transaction', 'ground of a correction', 'who corrects'],
  ...['who closes a unit', 'ground of a closing'],
] as const;
export type MarkName = (typeof names)[number];

/** Every text that was put somewhere, by where. */
export const marks = Object.fromEntries(
  names.map((name, index) => [name, name === 'planted' ? plantedMark() : markOf(name, index)]),
) as Readonly<Record<MarkName, Mark>>;
export const mark = (name: MarkName): string => marks[name].text;

export interface Sent {
  readonly unit?: string;
  readonly credentials?: Credentials | null;
  readonly method?: string;
  readonly body?: unknown;
  /** Sent as it is. */
  readonly raw?: string | Buffer;
  readonly headers?: Readonly<Record<string, string>>;
  readonly key?: string;
  readonly gateway?: number;
  /** Another entrance than the one for partners. */
  readonly base?: string;
}

export interface CanaryWorld {
  readonly world: World;
  readonly owner: ReturnType<typeof openPool>;
  /** The owner's, in the vault. */
  readonly vault: ReturnType<typeof openPool>;
  readonly recorders: readonly RecordingSource[];
  readonly strangers: ReadonlyMap<string, Credentials>;
  /** A proxy and an Inway before the gateways. */
  readonly fronts: Fronts;
  /** Every problem document that anybody got, by its name. */
  readonly problems: Map<string, string[]>;
  /** Of each gateway as they were last read. */
  readonly measurements: Map<string, string>;
  /** Somebody of whom the prison's system knows; each a person of their own. */
  person(index: number): Person;
  /** One exchange, with a mark in every header. */
  call(path: string, sent?: Sent): Promise<RawReply>;
  /** The same for an answer that has to be good; its JSON. */
  good(path: string, sent: Sent, status: number): Promise<Record<string, unknown>>;
  stop(): Promise<void>;
}

/** A text mark is no OIN, so that the names carry it. */
async function issueStrangers(authority: DemoAuthority, into: Map<string, Credentials>): Promise<void> {
  const own = { cn: mark('certificate name'), organisation: mark('certificate organisation') };
  const oins = ['00000099000000003000'];
  const past = { notBefore: new Date(Date.now() - 9e7), notAfter: new Date(Date.now() - 8e7) };
  const future = { notBefore: new Date(Date.now() + 8e7), notAfter: new Date(Date.now() + 9e7) };
  const wanted = {
    expired: { oins, ...past },
    early: { oins, ...future },
    revoked: { oins, revoked: true },
    server: { oins, usages: ['server'] },
    withoutOin: {},
    unregistered: { oins: ['00000099000000777000'] },
    unlisted: { oins },
    accepted: { oins: ['00000099000000007000'] },
  } as const;
  for (const [name, issuance] of Object.entries(wanted)) {
    into.set(name, await authority.issue({ name: `vreemd-${name}`, ...own, ...issuance }));
  }
  const foreign = await createAuthority(join(authority.directory, 'elders'), 'Elders');
  into.set('foreign', await foreign.issue({ name: 'elders', ...own, oins }));
}

export async function startCanary(): Promise<CanaryWorld> {
  const strangers = new Map<string, Credentials>();
  const settings = mkdtempSync(join(tmpdir(), 'sluis-canary-'));
  writeFileSync(join(settings, 'limits.yaml'), `units:\n  ${roles.police}: { unit: { requestsPerMinute: 5 } }\n`);
  let fronts: Fronts | undefined;
  const preload = new URL('./provoke.ts', import.meta.url).href;
  const env: Record<string, string> = {
    SLUIS_METRICS_PORT: '0',
    SLUIS_LOG_LEVEL: 'debug',
    SLUIS_LIMITS: join(settings, 'limits.yaml'),
    NODE_OPTIONS: `--import ${preload}`,
    CANARY_SECRET: mark('crash'),
    CANARY_PLANTED: mark('planted'),
  };
  const world = await startWorld({
    signals: false,
    gateways: 3,
    persons: 80,
    env,
    async prepare(authority) {
      await issueStrangers(authority, strangers);
      fronts = await issueFronts(authority, {
        cn: mark('certificate name'),
        organisation: mark('certificate organisation'),
      });
      Object.assign(env, fronts.env);
    },
  });
  if (fronts === undefined) throw new Error('a world is prepared before it starts');
  const before: Fronts = fronts;
  const owner = openPool(world.database.owner, { max: 2 });
  const vault = openPool(world.database.vaultOwner, { max: 1 });
  const recorders: RecordingSource[] = [];
  for (const [unit, { url }] of world.sources) {
    recorders.push(await recordingSource(world.authority, world.gatewayCredentials, { unit, url }));
    const { url: recorded, thumbprint } = recorders.at(-1) ?? { url: '', thumbprint: '' };
    const connector = JSON.stringify({ url: recorded, certificates: [thumbprint] });
    await owner.query('UPDATE unit SET connector = connector || $2::jsonb WHERE id = $1', [unit, connector]);
  }
  await admit(owner, roles.housing, strangers.get('accepted')?.thumbprint ?? '');
  const problems = new Map<string, string[]>();
  const detained = world.persons.filter((_, index) => index % 8 === 0);
  const call = caller(world, problems);
  return {
    world,
    owner,
    vault,
    recorders,
    strangers,
    fronts: before,
    problems,
    measurements: new Map(),
    person(index) {
      const person = detained[index];
      if (person === undefined) throw new RangeError(`only ${detained.length} people are detained`);
      return person;
    },
    call,
    async good(path, sent, status) {
      const reply = await call(path, sent);
      if (reply.status !== status) throw new Error(`${path}: ${reply.status} in place of ${status}`);
      return z.record(z.string(), z.unknown()).parse(JSON.parse(reply.text));
    },
    async stop() {
      for (const recorder of recorders) recorder.close();
      await owner.end();
      await vault.end();
      await world.stop();
      rmSync(settings, { recursive: true });
    },
  };
}

/** A certificate with marks in its names that speaks for a unit all the same. */
async function admit(owner: CanaryWorld['owner'], unit: string, thumbprint: string): Promise<void> {
  await owner.query(
    `UPDATE unit SET selector = jsonb_set(selector, '{thumbprints}', (selector->'thumbprints') || to_jsonb($2::text))
      WHERE id = $1`,
    [unit, thumbprint],
  );
  await owner.query('UPDATE registry_version SET version = version + 1');
}

function markedHeaders(): Readonly<Record<string, string>> {
  const trace = randomBytes(16).toString('hex');
  return {
    'user-agent': mark('User-Agent'),
    cookie: `a=${mark('Cookie')}; b=${mark('Cookie')}`,
    'x-request-id': mark('X-Request-ID'),
    traceparent: `00-${trace}-00f067aa0ba902b7-01`,
    tracestate: `sluis=${mark('tracestate')}`,
    authorization: `Bearer ${mark('Authorization')}`,
    'client-cert': `:${Buffer.from(mark('Client-Cert')).toString('base64')}:`,
    'x-naam-van-iemand': mark('unknown header'),
    referer: `https://elders.example/${mark('Referer')}`,
    forwarded: `for=${mark('Forwarded')}`,
    'accept-language': `nl, en;q=0.5, x-${mark('Accept-Language')};q=0.1`,
  };
}

const problemForm = z.looseObject({ type: z.string().startsWith('/problems/') });

function caller(world: World, problems: Map<string, string[]>): CanaryWorld['call'] {
  return async (path, sent = {}) => {
    const unit = sent.unit ?? roles.municipality;
    const body = sent.raw ?? (sent.body === undefined ? undefined : await signed(world, unit, path, sent.body));
    const credentials = sent.credentials === undefined ? world.credentials.get(unit) : sent.credentials;
    const base = sent.base ?? world.gateways[sent.gateway ?? 0]?.ready.partnerUrl ?? '';
    const reply = await rawCall({
      url: `${base}${path}`,
      ca: world.authority.ca,
      credentials: credentials ?? undefined,
      method: sent.method ?? (body === undefined ? 'GET' : 'POST'),
      headers: {
        ...markedHeaders(),
        'content-type': 'application/json',
        'idempotency-key': sent.key ?? `${mark('Idempotency-Key')}-${v7()}`,
        ...sent.headers,
      },
      ...(body === undefined ? {} : { body }),
    });
    if (String(reply.headers['content-type']).startsWith('application/problem+json')) {
      const name = problemForm.parse(JSON.parse(reply.text)).type.slice('/problems/'.length);
      problems.set(name, [...(problems.get(name) ?? []), withoutReceipt(reply.text)]);
    }
    return reply;
  };
}

const withReceipt = z.record(z.string(), z.unknown());

/** A receipt opens to the asker what the asker itself said, so that it can prove that: its own words, and no other's. */
function withoutReceipt(body: string): string {
  const { receipt: _, ...said } = withReceipt.parse(JSON.parse(body));
  return JSON.stringify(said);
}

async function signed(world: World, unit: string, path: string, body: unknown): Promise<string> {
  const keys = world.signers.units.get(unit);
  if (keys === undefined) return JSON.stringify(body);
  const signer: UserSigner = { unit, gatewayOin, privateJwk: keys.privateJwk };
  return JSON.stringify(await withUserToken(signer, path, body));
}

export const user = () => ({ id: mark('user id'), role: 'nazorgcoordinator', name: mark('user name') });
export const approver = () => ({ id: mark('approver id'), role: 'woonconsulent', name: mark('approver name') });
