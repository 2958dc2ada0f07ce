import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { instant, type SubjectId } from '../../../src/core/brand.ts';
import { openKeys } from '../../../src/crypto/keys.ts';
import type { PageVisitor } from '../../../src/demo/page-visitor.ts';
import type { PartnerClient, Reply } from '../../../src/demo/partner-client.ts';
import type { Person } from '../../../src/demo/population.ts';
import { databaseEnvironment } from '../../../src/demo/story/proof.ts';
import { ask, roles } from '../../../src/demo/story/scene.ts';
import type { World } from '../../../src/demo/world.ts';
import { issueLoginCode } from '../../../src/store/pages/logins.ts';
import { openPool } from '../../../src/store/pool.ts';
import { createSubjects } from '../../../src/store/subjects.ts';
import { parentOf, withChildren } from '../../world/process-table.ts';

export const main = fileURLToPath(new URL('../../../src/main.ts', import.meta.url));

const planFields = ['identity.surname', 'identity.birthDate', 'detention.expectedRelease', 'debts.referral'];
const housingFields = ['identity.surname', 'housing.need', 'housing.neededFrom'];

/** Detained in Zwolle, supervised and in need of a home: about these people everything can be asked. */
export function detainees(world: World, count: number): readonly Person[] {
  const found = world.persons.filter((_, index) => index % 8 === 0).slice(0, count);
  if (found.length < count) throw new RangeError(`the world has ${found.length} such people, not ${count}`);
  return found;
}

const attested = z.looseObject({ id: z.uuid() });

/** Attests one fact, from years ago and without an end; resolves to its id. */
export async function attest(
  prison: PartnerClient,
  person: Person,
  fact: { readonly type: string; readonly unit?: string; readonly attributes?: Readonly<Record<string, string>> },
): Promise<string> {
  const subject = { type: 'bsn', value: person.bsn };
  const body = { subject, from: '2026-01-01T00:00:00Z', ...fact };
  return attested.parse((await insisting((key) => prison.post('/v1/facts', body, key), 201)).body).id;
}

/** Asks again with the same key for as long as the person is busy or the gateway is away, as a partner does. */
export async function insisting(asked: (key: string) => Promise<Reply>, status: number): Promise<Reply> {
  const key = randomUUID();
  for (let tried = 1; ; tried++) {
    const reply = await asked(key);
    if (reply.status === status) return reply;
    if (reply.status !== 503 || tried === 50) throw new Error(`answered by ${reply.status} in place of ${status}`);
    await sleep(20);
  }
}

/** The prison says who is detained and who is involved. */
export async function detain(world: World, person: Person): Promise<{ readonly supervision: string }> {
  const prison = world.client(roles.prison);
  await attest(prison, person, { type: 'detention' });
  await attest(prison, person, { type: 'phase', attributes: { phase: 'detention' } });
  await attest(prison, person, involvement(roles.prison, 'detaining-prison'));
  await attest(prison, person, involvement(roles.municipality, 'residence-municipality'));
  const supervision = await attest(prison, person, involvement(roles.probation, 'supervising-probation'));
  const municipality = world.client(roles.municipality);
  await attest(municipality, person, involvement(roles.housing, 'housing-applicant'));
  municipality.close();
  prison.close();
  return { supervision };
}

export function involvement(unit: string, role: string) {
  return { type: 'involvement', unit, attributes: { role } };
}

export function planQuestion(person: Person) {
  return ask('plan-basic-conditions', roles.prison, { type: 'bsn', value: person.bsn }, planFields);
}

export function housingQuestion(reference: string) {
  return ask('housing-placement', roles.municipality, { type: 'caseReference', value: reference }, housingFields);
}

/** Logs the detainee in on the pages of a gateway, with a code of their own. */
export async function logIn(world: World, person: Person, gateway = 0): Promise<PageVisitor> {
  const keys = await openKeys({ directory: join(world.dataDir, 'keys'), create: false });
  const pool = openPool(world.database.serve, { max: 1 });
  const vault = openPool(world.database.vault, { max: 1 });
  try {
    const subjects = createSubjects({
      pool,
      vault,
      secrets: keys.identifiers,
      cipher: keys.subjects,
      clock: { now: () => instant(new Date()) },
      entropy: { id: randomUUID },
    });
    const subject: SubjectId = await subjects.ensure({ type: 'bsn', value: person.bsn });
    const code = await issueLoginCode(pool, { subject }, instant(new Date(Date.now() + 3_600_000)));
    const visitor = world.visitor(gateway);
    await visitor.submit(await visitor.visit('/login'), '/login', { code });
    return visitor;
  } finally {
    await pool.end();
    await vault.end();
  }
}

export interface Verification {
  readonly code: number | null;
  readonly report: { readonly ok: boolean; readonly entries: number; readonly problems: readonly unknown[] };
}

const report = z.looseObject({ ok: z.boolean(), entries: z.int(), problems: z.array(z.unknown()) });

/** `sluis ledger verify`, as an operator runs it. */
export async function ledgerVerify(world: World): Promise<Verification> {
  const child = spawn(process.execPath, [main, 'ledger', 'verify', '--json'], {
    env: { ...process.env, ...databaseEnvironment(world) },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let text = '';
  child.stdout.on('data', (chunk: Buffer) => {
    text += chunk.toString();
  });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  return { code, report: report.parse(JSON.parse(text)) };
}

/** The server's first process, as PostgreSQL wrote it down. */
export function postmasterOf(world: World): number {
  const file = join(world.dataDir, 'postgres', 'cluster', 'postmaster.pid');
  return Number(readFileSync(file, 'utf8').split('\n')[0]);
}

/** The process that keeps the server and starts it again. */
export function keeperOf(world: World): number {
  const keeper = parentOf(postmasterOf(world));
  if (keeper === null) throw new RangeError('the server has nobody who keeps it');
  return keeper;
}

/** The postmaster and all of its children, from the process table. */
export function serverProcesses(world: World): readonly number[] {
  return withChildren(postmasterOf(world));
}

export async function until(isSo: () => Promise<boolean> | boolean, what: string, withinMs = 20_000): Promise<void> {
  const endMs = performance.now() + withinMs;
  while (!(await isSo())) {
    if (performance.now() > endMs) throw new Error(`it did not come to: ${what}`);
    await sleep(25);
  }
}
