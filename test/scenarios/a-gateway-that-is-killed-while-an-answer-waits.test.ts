import { v7 } from 'uuid';
import { beforeAll, expect, it } from 'vitest';
import type { PartnerClient, Reply } from '../../src/demo/partner-client.ts';
import { roles } from '../../src/demo/story/scene.ts';
import { detain, eventually, kindsOf, personOf, useChain } from '../world/chain.ts';
import { collector, InboxChain } from './chain/inbox-chain.ts';
import { type ReplacementGateway, replacementGateway } from './chain/replacement-gateway.ts';
import { ledgerVerify } from './chain/running-chain.ts';

const chain = useChain();
const inbox = new InboxChain(chain);
const given = { 'identity.surname': 'Verzegelaar', 'identity.givenNames': 'Anna Sofie' };

beforeAll(async () => {
  await detain(chain(), personOf(chain(), 0));
  await inbox.connect([roles.prison], [roles.municipality], personOf(chain(), 0));
}, 120_000);

type Pid = { readonly pid: number; readonly client: (unit: string) => PartnerClient };

/** Killed in the middle of its commit, which somebody holds up: the caller is cut off, and nothing of it is on record. */
async function killedIn(gateway: Pid, id: string, act: (gateway: Pid) => Promise<Reply>): Promise<void> {
  const holder = await chain().owner.connect();
  try {
    await holder.query('BEGIN');
    await holder.query('SELECT 1 FROM request WHERE id = $1 FOR UPDATE', [id]);
    const cut = act(gateway).then(
      () => 'answered',
      () => 'cut off',
    );
    await eventually(async () => {
      const { rows } = await chain().owner.query(`SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock'`);
      return rows[0] ?? null;
    });
    process.kill(gateway.pid, 'SIGKILL');
    expect(await cut).toBe('cut off');
  } finally {
    await holder.query('ROLLBACK');
    holder.release();
  }
}

const post = (gateway: Pid, unit: string, path: string, body: unknown, key: string): Promise<Reply> =>
  gateway.client(unit).post(path, body, key);

it('between any two steps leaves a request that goes on, and gives nothing twice as new', {
  timeout: 240_000,
}, async () => {
  const { world } = chain();
  const person = personOf(chain(), 0);
  const id = await inbox.ask(person);
  const [answering, collecting, confirming] = [v7(), v7(), v7()];
  const answer = (gateway: Pid) =>
    post(gateway, roles.prison, `/v1/inbox/${id}/answers`, inbox.body(person, given), answering);
  const collect = (gateway: Pid) => post(gateway, roles.municipality, `/v1/requests/${id}/collections`, {}, collecting);
  const confirm = (gateway: Pid) =>
    post(gateway, roles.municipality, `/v1/requests/${id}/collection-confirmations`, { by: collector }, confirming);

  const [first] = world.gateways;
  if (first === undefined) throw new Error('there is no gateway');
  let gateway: Pid = { pid: first.pid, client: (unit) => world.client(unit) };
  const after: ReplacementGateway[] = [];
  const another = async (): Promise<Pid> => {
    const started = await replacementGateway(world);
    after.push(started);
    return started;
  };
  try {
    await killedIn(gateway, id, answer);
    expect([await inbox.stateOf(id), await inbox.rows(id)]).toEqual(['awaiting-source', 0]);
    gateway = await another();
    expect(await answer(gateway)).toMatchObject({ status: 200, body: { state: 'answered' } });

    await killedIn(gateway, id, collect);
    expect([await inbox.stateOf(id), await inbox.rows(id)]).toEqual(['answered', 1]);
    gateway = await another();
    const collected = await collect(gateway);
    expect(collected.headers['idempotency-replayed']).toBe(undefined);
    expect(await inbox.open(collected)).toEqual([given]);

    // Killed after it was on record: given again, and not as new.
    process.kill(gateway.pid, 'SIGKILL');
    gateway = await another();
    const again = await collect(gateway);
    expect(again.headers['idempotency-replayed']).toBe('true');
    expect(await inbox.open(again)).toEqual([given]);

    await killedIn(gateway, id, confirm);
    expect([await inbox.stateOf(id), await inbox.rows(id)]).toEqual(['delivered', 1]);
    gateway = await another();
    expect(await confirm(gateway)).toMatchObject({ status: 200, body: { state: 'collected' } });
    expect(await inbox.rows(id)).toBe(0);
  } finally {
    for (const each of after) await each.stop();
  }
  expect((await kindsOf(chain(), id)).toSorted()).toEqual([
    ...['collection-confirmed', 'disclosure', 'permit', 'permit', 'source-answered', 'source-asked'],
  ]);
  expect(await ledgerVerify(world)).toMatchObject({ code: 0, report: { ok: true, problems: [] } });
});
