import { expect, it } from 'vitest';
import { z } from 'zod';
import { roles } from '../../src/demo/story/scene.ts';
import {
  askConsent,
  atThePages,
  decideOnPage,
  detain,
  eventually,
  housingRequest,
  kindsOf,
  personOf,
  useChain,
} from '../world/chain.ts';
import { replacementGateway } from './chain/replacement-gateway.ts';
import { ledgerVerify, until } from './chain/running-chain.ts';

const chain = useChain();
const feed = z.object({ events: z.array(z.looseObject({ type: z.string(), dataref: z.string() })) });

async function waiting(index: number): Promise<string> {
  const person = personOf(chain(), index);
  const reference = `WH-2026-700${index}`;
  await detain(chain(), person);
  await askConsent(chain(), person, reference);
  await decideOnPage(await atThePages(chain(), person), 'given');
  const reply = await chain().client(roles.housing).post('/v1/requests', housingRequest(reference));
  expect(reply.status).toBe(202);
  return z.looseObject({ id: z.uuid() }).parse(reply.body).id;
}

it('leaves nothing behind: another takes it up when the lease ends, and it ends once', async () => {
  const { world, owner } = chain();
  const id = await waiting(0);
  const [doomed] = world.gateways;
  if (doomed === undefined) throw new Error('there is no gateway');

  // Nobody can commit while this is held, and everybody can look.
  const holder = await owner.connect();
  await holder.query('BEGIN');
  await holder.query('SELECT 1 FROM active_policy_set FOR UPDATE');
  await owner.query('UPDATE request SET due_at = now(), wakes_at = now() WHERE id = $1', [id]);
  await eventually(async () => {
    const { rows } = await owner.query(`SELECT 1 FROM request WHERE id = $1 AND wakes_at > now() + interval '5 s'`, [
      id,
    ]);
    return rows[0] ?? null;
  });
  // Claimed, and not yet on record: here it dies.
  doomed.kill('SIGKILL');
  await doomed.exited;
  await holder.query('ROLLBACK');
  holder.release();
  expect(await kindsOf(chain(), id)).not.toContain('request-expired');

  const after = await replacementGateway(world);
  try {
    await until(async () => (await kindsOf(chain(), id)).includes('request-expired'), 'an end', 60_000);
    expect((await kindsOf(chain(), id)).filter((kind) => kind === 'request-expired')).toHaveLength(1);
    for (const [unit, what] of [
      [roles.municipality, 'expired'],
      [roles.housing, 'ended'],
    ] as const) {
      const client = after.client(unit);
      const { events } = feed.parse((await client.get('/v1/events?limit=100')).body);
      const told = events.filter(({ dataref }) => dataref === `/v1/requests/${id}`).map(({ type }) => type);
      expect(told.filter((type) => type === `nl.sluis.request.${what}`)).toHaveLength(1);
      client.close();
    }
  } finally {
    await after.stop();
  }
  expect(await ledgerVerify(world)).toMatchObject({ code: 0, report: { ok: true, problems: [] } });
});
