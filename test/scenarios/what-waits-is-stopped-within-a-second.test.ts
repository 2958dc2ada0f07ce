import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { UnitId } from '../../src/core/brand.ts';
import { agreeOnPolicies } from '../../src/demo/agree-on-policies.ts';
import type { Reply } from '../../src/demo/partner-client.ts';
import { roles } from '../../src/demo/story/scene.ts';
import { resumeUnit, suspendUnit } from '../../src/store/partners.ts';
import { plainAnswer } from '../world/alike.ts';
import {
  askConsent,
  atThePages,
  decideOnPage,
  detain,
  eventually,
  expectProblem,
  housingRequest,
  kindsOf,
  personOf,
  useChain,
} from '../world/chain.ts';
import { plentyLimits } from '../world/plenty-limits.ts';
import { withinASecond } from '../world/within-a-second.ts';
import { ledgerVerify } from './chain/running-chain.ts';

const chain = useChain({ gateways: 2, env: plentyLimits });
const known = z.looseObject({ id: z.uuid() });
const feed = z.object({ events: z.array(z.looseObject({ type: z.string(), dataref: z.string() })), next: z.string() });
const neverGiven = 'WH-2026-8999';
const tookMs: number[] = [];

interface Waiting {
  readonly id: string;
  readonly consent: string;
  readonly facts: Readonly<Record<string, string>>;
  readonly reference: string;
}

let made = 0;

/** A request that was permitted on somebody's consent, and waits for a human of the municipality. */
async function waiting(): Promise<Waiting> {
  const index = made++;
  const person = personOf(chain(), index);
  const reference = `WH-2026-80${String(index).padStart(2, '0')}`;
  const facts = await detain(chain(), person);
  const consent = await askConsent(chain(), person, reference);
  await decideOnPage(await atThePages(chain(), person), 'given');
  const reply = await chain().client(roles.housing).post('/v1/requests', housingRequest(reference));
  expect(reply.status).toBe(202);
  const { id, dueAt } = z.looseObject({ id: z.uuid(), dueAt: z.string() }).parse(reply.body);
  expect(Date.parse(dueAt) - Date.now()).toBeGreaterThan(13 * 86_400_000);
  return { id, consent, facts, reference };
}

const causes: Readonly<Record<string, readonly [(of: Waiting) => Promise<Reply | unknown>, string]>> = {
  'the withdrawal of a consent': [
    ({ consent }) => chain().client(roles.municipality).post(`/v1/consents/${consent}/withdrawal`, {}),
    'consent',
  ],
  'the end of an involvement': [
    ({ facts }) =>
      chain().client(roles.prison).post(`/v1/facts/${facts.municipality}/end`, { until: new Date().toISOString() }),
    'facts',
  ],
  'a dispute of an involvement': [
    ({ facts }) =>
      chain().client(roles.municipality).post(`/v1/facts/${facts.municipality}/dispute`, { ground: 'woont elders' }),
    'facts',
  ],
  'a restriction': [
    async () => {
      const subject = { type: 'bsn', value: personOf(chain(), made - 1).bsn };
      const fact = { subject, type: 'restriction', from: '2026-01-01T00:00:00Z' };
      return chain().client(roles.prison).post('/v1/facts', fact);
    },
    'restriction',
  ],
};

/** All events about requests that this unit got, each with the request that it leads to. */
async function eventsOf(unit: string): Promise<readonly string[]> {
  const found: string[] = [];
  for (let after = '0'; ; ) {
    const reply = await chain().client(unit).get(`/v1/events?after=${after}&limit=100`);
    const { events, next } = feed.parse(reply.body);
    found.push(...events.map(({ type, dataref }) => `${type.replace('nl.sluis.request.', '')} ${dataref}`));
    if (events.length === 0) return found;
    after = next;
  }
}

async function stoppedOnRecord(id: string): Promise<{ readonly because: string | null } | null> {
  const { rows } = await chain().owner.query<{ because: string | null }>(
    `SELECT stopped_for AS because FROM request r WHERE id = $1 AND state = 'withdrawn'
      AND EXISTS (SELECT 1 FROM ledger_entry WHERE request_id = r.id AND kind = 'request-stopped')`,
    [id],
  );
  return rows[0] ?? null;
}

/** What the recipient can learn of a request by every way that it has; the same for whatever ended it. */
async function seenByRecipient(id: string, reference: string): Promise<unknown> {
  const housing = chain().client(roles.housing);
  const read = await housing.get(`/v1/requests/${id}`);
  const collected = await housing.post(`/v1/requests/${id}/collections`, {});
  return [read, collected].map((reply) => plainAnswer(reply, [reference]));
}

describe.each(Object.entries(causes))('%s', (_, [happens, because]) => {
  it('stops what rests on it within a second, says why to its source and nothing to its recipient', async () => {
    const waited: Waiting[] = [];
    const took = await withinASecond(async () => {
      const one = await waiting();
      waited.push(one);
      const reply = await happens(one);
      const since = performance.now();
      expect(z.looseObject({ status: z.int() }).parse(reply).status).toBeLessThan(300);
      const { because: found } = await eventually(() => stoppedOnRecord(one.id));
      expect(found).toBe(because);
      return performance.now() - since;
    });
    tookMs.push(took);
    const of = waited.at(-1);
    if (of === undefined) throw new Error('nothing waited');

    const bySource = await chain().client(roles.municipality).get(`/v1/requests/${of.id}`);
    expect(bySource.body).toMatchObject({ state: 'refused', stoppedFor: because, dueAt: null });
    expect(await eventsOf(roles.municipality)).toContain(`stopped /v1/requests/${of.id}`);
    const told = (await eventsOf(roles.housing)).filter((event) => event.endsWith(of.id));
    expect(told).toEqual([`ended /v1/requests/${of.id}`]);

    const nobody = await chain().client(roles.housing).post('/v1/requests', housingRequest(neverGiven));
    const { request } = z.looseObject({ request: known }).parse(nobody.body);
    expect(await seenByRecipient(of.id, of.reference)).toEqual(await seenByRecipient(request.id, neverGiven));
    expect((await kindsOf(chain(), of.id)).filter((kind) => kind === 'request-stopped')).toHaveLength(1);
  });
});

describe('a partner that is suspended', () => {
  it('gets nothing that waits for it any more within a second, also after it is resumed', async () => {
    const housing = chain().client(roles.housing);
    const took = await withinASecond(async () => {
      const { id } = await waiting();
      await suspendUnit(chain().owner, roles.housing as UnitId);
      const since = performance.now();
      expect(await eventually(() => stoppedOnRecord(id))).toEqual({ because: 'party' });
      const ms = performance.now() - since;
      await resumeUnit(chain().owner, roles.housing as UnitId);
      await eventually(async () => ((await housing.get('/v1/events')).status === 200 ? true : null));
      expectProblem(await housing.post(`/v1/requests/${id}/collections`, {}), 403, 'refused');
      return ms;
    });
    tookMs.push(took);
  });
});

describe('an entry of a stop', () => {
  it('can be had by its source with the reason, and by its recipient not at all', async () => {
    const { rows } = await chain().owner.query<{ id: string }>(
      `SELECT id FROM ledger_entry WHERE kind = 'request-stopped' ORDER BY time LIMIT 1`,
    );
    const path = `/v1/receipts/${rows[0]?.id}`;
    const none = await chain().client(roles.housing).get(`/v1/receipts/${crypto.randomUUID()}`);
    expect(plainAnswer(await chain().client(roles.housing).get(path))).toEqual(plainAnswer(none));
    // Witnessed or not yet: it is there.
    expect((await chain().client(roles.municipality).get(path)).status).not.toBe(none.status);
  });
});

describe('a deadline', () => {
  it('ends what nobody acted on, and both are told', async () => {
    const { id } = await waiting();
    await chain().owner.query(
      `UPDATE request SET due_at = now() + interval '300 ms', wakes_at = now() + interval '300 ms' WHERE id = $1`,
      [id],
    );
    await eventually(async () => {
      const { body } = await chain().client(roles.housing).get(`/v1/requests/${id}`);
      return z.looseObject({ state: z.string() }).parse(body).state === 'expired' ? true : null;
    });
    expect(await eventsOf(roles.municipality)).toContain(`expired /v1/requests/${id}`);
    expect(await eventsOf(roles.housing)).toContain(`ended /v1/requests/${id}`);
    const collected = await chain().client(roles.housing).post(`/v1/requests/${id}/collections`, {});
    expectProblem(collected, 409, 'wrong-state');
  });
});

describe('policies under which a source gives it no more', () => {
  let folder: string;
  beforeAll(() => {
    folder = join(chain().world.directory, 'without-housing');
    cpSync(join(import.meta.dirname, '../../policies'), folder, { recursive: true });
    for (const kind of ['policy', 'cases']) rmSync(join(folder, `housing-placement.${kind}.yaml`));
  });

  it('stop all that waits, within a second of their acceptance', async () => {
    // A set is accepted once: the two runs are two requests that it stops.
    const ids = [(await waiting()).id, (await waiting()).id];
    const { world } = chain();
    await agreeOnPolicies(world.database, world.dataDir, folder, world.signers);
    const runs = ids.values();
    tookMs.push(await withinASecond(() => stoppedByPolicy(runs.next().value ?? '')));
    for (const id of ids) expect(await eventually(() => stoppedOnRecord(id))).toEqual({ because: 'policy' });
  });

  async function stoppedByPolicy(id: string): Promise<number> {
    expect(await eventually(() => stoppedOnRecord(id))).toEqual({ because: 'policy' });
    const { rows } = await chain().owner.query<{ ms: number }>(
      `SELECT extract(epoch FROM s.time - a.time)::float8 * 1000 AS ms FROM ledger_entry s, ledger_entry a
        WHERE s.request_id = $1 AND s.kind = 'request-stopped' AND a.kind = 'policy-accepted' AND a.source = $2
        ORDER BY a.time DESC LIMIT 1`,
      [id, roles.municipality],
    );
    return rows[0]?.ms ?? Number.NaN;
  }
});

afterAll(() => {
  const words = tookMs.map((ms) => Math.round(ms)).join(', ');
  process.stdout.write(`stopped after ${words} ms\n`);
});

it('was measured for every cause, and left a ledger that is whole', async () => {
  expect(tookMs).toHaveLength(Object.keys(causes).length + 2);
  await sleep(300);
  expect(await ledgerVerify(chain().world)).toMatchObject({ code: 0, report: { ok: true, problems: [] } });
});
