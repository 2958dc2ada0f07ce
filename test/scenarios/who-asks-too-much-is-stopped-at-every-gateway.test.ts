import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { isBsn } from '../../src/core/subject/reference.ts';
import { roles } from '../../src/demo/story/scene.ts';
import { plainAnswer } from '../world/alike.ts';
import { detain, expectProblem, personOf, planRequest, useChain } from '../world/chain.ts';

const directory = mkdtempSync(join(tmpdir(), 'sluis-limits-'));
const file = join(directory, 'limits.yaml');
writeFileSync(
  file,
  `units:
  ${roles.neighbour}: { unit: { subjectsPerHour: 6 } }
  ${roles.police}: { unit: { refusalsInARow: 4 } }
  ${roles.housing}: { unit: { requestsPerMinute: 5 } }
`,
);
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const chain = useChain({ gateways: 2, env: { SLUIS_LIMITS: file } });
const nobodies = Array.from({ length: 4_000 }, (_, index) => String(999_990_000 + index)).filter(isBsn);
const both = (unit: string) => [chain().world.client(unit, 0), chain().world.client(unit, 1)] as const;

async function alerts(): Promise<unknown> {
  const { rows } = await chain().owner.query(
    `SELECT kind, unit_id AS unit, detail FROM alert WHERE kind IN ('subject-sweep', 'refusals-in-a-row') ORDER BY kind`,
  );
  return rows;
}

async function entries(): Promise<number> {
  const { rows } = await chain().owner.query<{ count: number }>(
    `SELECT count(*)::integer AS count FROM ledger_entry WHERE kind <> 'heartbeat'`,
  );
  return rows[0]?.count ?? Number.NaN;
}

it('whoever sweeps over persons is stopped at both gateways, alike for somebody and for nobody', async () => {
  const known = personOf(chain(), 0);
  await detain(chain(), known);
  const [one, other] = both(roles.neighbour);
  for (let index = 0; index < 6; index++) {
    const reply = await (index % 2 === 0 ? one : other).post(
      '/v1/requests',
      planRequest({ bsn: nobodies[index] ?? '' }),
    );
    expect(reply.status).toBe(403);
  }
  const before = await entries();
  const seen = [];
  for (const bsn of [nobodies[10] ?? '', known.bsn]) {
    for (const gateway of [one, other]) {
      const reply = await gateway.post('/v1/requests', planRequest({ bsn }));
      expectProblem(reply, 429, 'too-many-requests');
      expect(Number(reply.headers['retry-after'])).toBeGreaterThan(3_000);
      const { 'retry-after': _, ...headers } = reply.headers;
      seen.push(plainAnswer({ ...reply, headers }, [bsn]));
    }
  }
  for (const each of seen) expect(each).toEqual(seen[0]);
  const claim = {
    subject: { type: 'bsn', value: known.bsn },
    role: 'return-municipality',
    attester: roles.prison,
    justification: 'Deze persoon heeft zich bij ons gemeld voor terugkeer',
  };
  expectProblem(await other.post('/v1/involvement-claims', claim), 429, 'too-many-requests');
  expect(await entries()).toBe(before);
  // Whom it asked about before, it may still ask about.
  expect((await other.post('/v1/requests', planRequest({ bsn: nobodies[0] ?? '' }))).status).toBe(403);
  expect(await alerts()).toEqual([{ kind: 'subject-sweep', unit: roles.neighbour, detail: { who: 'unit', most: 6 } }]);
  expect(chain().log()).toMatch(
    new RegExp(`an officer must look at /officer/alerts: subject-sweep of ${roles.neighbour}`),
  );
});

it('whoever is refused again and again has to pause, at both gateways', async () => {
  const [one, other] = both(roles.police);
  for (const gateway of [one, other, one, other]) {
    expect((await gateway.post('/v1/requests', planRequest({ bsn: nobodies[0] ?? '' }))).status).toBe(403);
  }
  for (const gateway of [one, other]) {
    const reply = await gateway.post('/v1/requests', planRequest({ bsn: nobodies[0] ?? '' }));
    expectProblem(reply, 429, 'too-many-requests');
    expect(Number(reply.headers['retry-after'])).toBeLessThanOrEqual(300);
  }
  expect(await alerts()).toContainEqual({
    kind: 'refusals-in-a-row',
    unit: roles.police,
    detail: { who: 'unit', most: 4 },
  });
});

it('whoever calls too often waits for the minute to end, at both gateways', async () => {
  const [one, other] = both(roles.housing);
  const statuses = [];
  for (let index = 0; index < 7; index++) statuses.push((await (index % 2 ? one : other).get('/v1/events')).status);
  expect(statuses).toEqual([200, 200, 200, 200, 200, 429, 429]);
});

it('nobody is answered while it cannot be counted', async () => {
  const counting = await chain().owner.connect();
  try {
    await counting.query('BEGIN');
    await counting.query('LOCK TABLE limit_counter IN ACCESS EXCLUSIVE MODE');
    const before = await entries();
    const reply = await chain()
      .client(roles.municipality)
      .post('/v1/requests', planRequest(personOf(chain(), 0)));
    expectProblem(reply, 503, 'database-unavailable');
    expect(await entries()).toBe(before);
  } finally {
    await counting.query('ROLLBACK');
    counting.release();
  }
  expect(
    (
      await chain()
        .client(roles.municipality)
        .post('/v1/requests', planRequest(personOf(chain(), 0)))
    ).status,
  ).toBe(200);
});
