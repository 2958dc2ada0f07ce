import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { afterAll, beforeAll, expect } from 'vitest';
import { z } from 'zod';
import { loginCode } from '../../src/demo/login-code.ts';
import type { PageVisitor } from '../../src/demo/page-visitor.ts';
import type { PartnerClient, Reply } from '../../src/demo/partner-client.ts';
import type { Person } from '../../src/demo/population.ts';
import { ask, roles } from '../../src/demo/story/scene.ts';
import { startWorld, type World, type WorldOptions } from '../../src/demo/world.ts';
import { openPool } from '../../src/store/pool.ts';

/** A running chain under test: real processes, real mutual TLS, a real database. */
export interface Chain {
  readonly world: World;
  /** The database as its owner sees it, to look at what is on record. */
  readonly owner: pg.Pool;
  /** People in the prison of Zwolle who live there; each test takes its own. */
  readonly detained: readonly Person[];
  client(unit: string): PartnerClient;
  /** What the gateway printed so far. */
  log(): string;
}

/** Starts one chain for the file that calls it, and stops it after the file's tests. */
export function useChain(options: Partial<WorldOptions> = {}): () => Chain {
  let chain: Chain | undefined;
  let stop: () => Promise<void> = async () => undefined;
  beforeAll(async () => {
    const world = await startWorld({ persons: 80, ...options, signals: false });
    const owner = openPool(world.database.owner, { max: 2 });
    stop = async () => {
      await owner.end();
      await world.stop();
    };
    const clients = new Map<string, PartnerClient>();
    chain = {
      world,
      owner,
      detained: world.persons.filter(({ detention, municipality }) => detention && municipality === 'Zwolle'),
      client(unit) {
        const client = clients.get(unit) ?? world.client(unit);
        clients.set(unit, client);
        return client;
      },
      log: () => readFileSync(join(world.directory, 'gateway-1.log'), 'utf8'),
    };
  });
  afterAll(() => stop());
  return () => {
    if (chain === undefined) throw new Error('the chain is used in tests, after it started');
    return chain;
  };
}

/** The n-th of the people in the prison, who are enough for every test of a file. */
export function personOf({ detained }: Chain, index: number): Person {
  const person = detained[index];
  if (person === undefined) throw new RangeError(`only ${detained.length} people are detained`);
  return person;
}

const attested = z.looseObject({ id: z.uuid() });
const municipalityCase = 'GZ-';

/** Puts on record that somebody is in prison and who is involved; fact ids by what they say. */
export async function detain(chain: Chain, person: Person): Promise<Readonly<Record<string, string>>> {
  const subject = { type: 'bsn', value: person.bsn };
  const period = {
    from: `${person.detention?.start}T08:00:00Z`,
    until: `${person.detention?.expectedRelease}T08:00:00Z`,
  };
  const facts = {
    detention: { type: 'detention' },
    prison: { type: 'involvement', unit: roles.prison, attributes: { role: 'detaining-prison' } },
    municipality: {
      type: 'involvement',
      unit: roles.municipality,
      attributes: { role: 'residence-municipality' },
      caseReference: `${municipalityCase}${person.skn}`,
    },
    probation: { type: 'involvement', unit: roles.probation, attributes: { role: 'supervising-probation' } },
  };
  const ids: Record<string, string> = {};
  for (const [name, fact] of Object.entries(facts)) {
    const reply = await chain.client(roles.prison).post('/v1/facts', { subject, ...period, ...fact });
    expect(reply.status).toBe(201);
    ids[name] = attested.parse(reply.body).id;
  }
  return ids;
}

/** The reference by which the municipality of somebody in prison may ask about them. */
export function municipalityReference(person: Person): string {
  return `${municipalityCase}${person.skn}`;
}

export function planRequest(person: Pick<Person, 'bsn'>, fields: readonly string[] = ['identity.surname']) {
  return ask('plan-basic-conditions', roles.prison, { type: 'bsn', value: person.bsn }, fields);
}

export function housingRequest(caseReference: string) {
  const fields = ['identity.surname', 'housing.need'];
  return ask('housing-placement', roles.municipality, { type: 'caseReference', value: caseReference }, fields);
}

export function consentRequest(subject: { readonly type: string; readonly value: string }, more: object = {}) {
  return {
    subject,
    source: roles.municipality,
    recipient: roles.housing,
    purpose: 'housing-placement',
    categories: ['identity', 'housing'],
    validUntil: new Date(Date.now() + 90 * 86_400_000).toISOString(),
    language: 'nl',
    ...more,
  };
}

export const approver = { id: 'medewerker-12', role: 'woonconsulent', name: 'B. Bakker' };

/** A detainee at the pages, logged in. */
export async function atThePages(chain: Chain, person: Person): Promise<PageVisitor> {
  const visitor = chain.world.visitor();
  const code = await loginCode(chain.world, { bsn: person.bsn });
  const page = await visitor.submit(await visitor.visit('/login'), '/login', { code });
  expect(page.status).toBe(200);
  return visitor;
}

/** Applies for a home and asks for consent, as the municipality does for somebody it knows; gives the consent's id. */
export async function askConsent(chain: Chain, person: Person, caseReference: string, more: object = {}) {
  const application = {
    subject: { type: 'bsn', value: person.bsn },
    type: 'involvement',
    unit: roles.housing,
    from: '2026-01-01T00:00:00Z',
    attributes: { role: 'housing-applicant' },
  };
  expect((await chain.client(roles.municipality).post('/v1/facts', application)).status).toBe(201);
  const body = consentRequest({ type: 'bsn', value: person.bsn }, { caseReference, ...more });
  const reply = await chain.client(roles.municipality).post('/v1/consents', body);
  expect(reply.status).toBe(202);
  return attested.parse(reply.body).id;
}

export async function decideOnPage(visitor: PageVisitor, decision: 'given' | 'refused'): Promise<void> {
  const after = await visitor.submit(await visitor.visit('/me/consents'), '/decision', { decision });
  expect(after.status).toBe(200);
}

const problemForm = z.looseObject({
  type: z.string().regex(/^\/problems\/[a-z-]+$/),
  title: z.string().min(1),
  status: z.int(),
  detail: z.string().min(1),
  trace: z.string().regex(/^[0-9a-f]{32}$/),
});

/** Insists that the reply is a problem document (RFC 9457) of this status and kind. */
export function expectProblem(
  reply: Pick<Reply, 'status' | 'headers'> & { readonly body: unknown },
  status: number,
  kind: string,
): z.infer<typeof problemForm> {
  expect(reply.headers['content-type']).toBe('application/problem+json');
  const problem = problemForm.parse(reply.body);
  expect({ status: reply.status, type: problem.type }).toEqual({ status, type: `/problems/${kind}` });
  expect(problem.status).toBe(status);
  expect(JSON.stringify(problem)).not.toMatch(/\bat .*\.[jt]s\b|node_modules|node:internal/);
  return problem;
}

/** Kinds of the ledger entries about one request, in the order in which they were made. */
export async function kindsOf({ owner }: Chain, request: string): Promise<readonly string[]> {
  const { rows } = await owner.query<{ kind: string }>(
    'SELECT kind FROM ledger_entry WHERE request_id = $1 ORDER BY instance, sequence',
    [request],
  );
  return rows.map(({ kind }) => kind);
}

/** Repeats `look` until it gives something, for at most five seconds. */
export async function eventually<T>(look: () => Promise<T | null>): Promise<T> {
  const deadline = performance.now() + 5_000;
  for (;;) {
    const found = await look();
    if (found !== null) return found;
    if (performance.now() > deadline) throw new Error('what was waited for did not happen');
    await sleep(50);
  }
}
