import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { roles } from '../../src/demo/story/scene.ts';
import { type Answer, startWebhookReceiver, type WebhookReceiver } from '../../src/demo/webhook-receiver.ts';
import { loopbackNetworks } from '../../src/demo/world.ts';
import { detain, personOf, useChain } from '../world/chain.ts';
import { type ReplacementGateway, replacementGateway } from './chain/replacement-gateway.ts';
import { until } from './chain/running-chain.ts';
import { documentedCheck, feedOf, idsOf, subscribe, subscriptionAnswer, subscriptionsOf } from './chain/webhooks.ts';

const chain = useChain({ gateways: 2, env: { SLUIS_LOG_LEVEL: 'error' } });
const municipality = () => chain().client(roles.municipality);
/** In the pages of the events that the prison causes by what it attests, told to the municipality. */
const happens = (index: number) => detain(chain(), personOf(chain(), index));
const open: WebhookReceiver[] = [];
let hosts: readonly string[] = [];

/** A receiver of the municipality, at a host that is registered with it. */
async function receiver(answer?: Answer): Promise<WebhookReceiver> {
  const { authority, gatewayCredentials } = chain().world;
  const server = await authority.issueServer({ name: `receiver-${open.length}` });
  const started = await startWebhookReceiver(
    { ...server, caFile: authority.caFile },
    gatewayCredentials.thumbprint,
    answer,
  );
  open.push(started);
  await list([...hosts, started.host]);
  return started;
}

/** As a change that two people approved leaves it. */
async function list(listed: readonly string[]): Promise<void> {
  hosts = listed;
  const { owner } = chain();
  await owner.query('UPDATE unit SET webhooks = $1 WHERE id = $2', [JSON.stringify(listed), roles.municipality]);
  const { rows } = await owner.query('UPDATE registry_version SET version = version + 1 RETURNING version');
  expect(rows).toHaveLength(1);
  await new Promise((resolve) => setTimeout(resolve, 3_000));
}

const standing = async (id: string) => (await subscriptionsOf(municipality())).find((each) => each.id === id);
const end = async (id: string) => expect((await municipality().delete(`/v1/subscriptions/${id}`)).status).toBe(204);
beforeAll(() => {
  hosts = [chain().world.receiver.host];
});
afterAll(async () => {
  for (const each of open) await each.close();
});

describe('a partner that subscribes', () => {
  it('is told what its feed tells, signed so that it can check it, with a link and nothing else, and no more once it ends', async () => {
    const { receiver: to } = chain().world;
    const id = await subscribe(municipality(), to.url);
    const before = await feedOf(municipality());
    await happens(0);
    const told = (await feedOf(municipality())).slice(before.length);
    expect(told.length).toBeGreaterThan(0);
    await until(() => to.received.length >= told.length, 'the events', 20_000);
    expect(idsOf(to.received).sort()).toEqual(told.map((event) => event.id).sort());
    for (const { event, contentType } of to.received) {
      expect(contentType).toBe('application/cloudevents+json; charset=utf-8');
      const { sequence: _, ...same } = told.find((each) => each.id === event.id) ?? { sequence: '' };
      expect(event).toEqual(same);
    }

    const isFromGateway = await documentedCheck();
    const jwks = JSON.parse((await chain().world.visitor().visit('/.well-known/jwks.json')).html);
    const [one] = to.received;
    if (one === undefined) throw new Error('nothing came');
    const body = Buffer.from(one.body);
    expect(isFromGateway(body, one.signature, jwks, id)).toBe(true);
    expect(isFromGateway(Buffer.from(`${one.body} `), one.signature, jwks, id)).toBe(false);
    expect(isFromGateway(body, one.signature, jwks, '00000000-0000-7000-8000-000000000000')).toBe(false);
    expect(isFromGateway(body, one.signature, { keys: [] }, id)).toBe(false);

    await end(id);
    await end(id);
    const count = to.received.length;
    await happens(1);
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    expect(to.received).toHaveLength(count);
    expect(await subscriptionsOf(municipality())).toEqual([]);
    const { rows } = await chain().owner.query(
      `SELECT leaf::json->'body' AS body, recipient FROM ledger_entry WHERE kind = 'subscription-changed' ORDER BY time`,
    );
    expect(rows).toEqual(
      ['added', 'ended'].map((step) => ({
        recipient: roles.municipality,
        body: { subscription: id, step, host: to.host, types: [] },
      })),
    );
  });

  it.each([
    ['https://elsewhere.example/', 422, 'url-not-allowed'],
    ['https://localhost/', 422, 'url-not-allowed'],
    ['http://localhost/', 400, 'invalid-input'],
    ['https://127.0.0.1/', 400, 'invalid-input'],
    ['https://[::1]/', 400, 'invalid-input'],
    ['https://2130706433/', 400, 'invalid-input'],
    ['https://localhost:1/?secret=1', 400, 'invalid-input'],
    ['https://me:secret@localhost/', 400, 'invalid-input'],
    ['https://LOCALHOST/', 400, 'invalid-input'],
    ['https://localhost', 400, 'invalid-input'],
  ])('at %s is refused with %i %s', async (url, status, type) => {
    const reply = await municipality().post('/v1/subscriptions', { url });
    expect(reply.status).toBe(status);
    expect(JSON.stringify(reply.body)).toContain(type);
    expect(JSON.stringify(reply.body)).not.toContain('secret');
  });

  it('twice with one key has one subscription, and nobody else sees or ends it', async () => {
    const { receiver: to } = chain().world;
    const key = 'the-same-key-twice';
    const [one, two] = await Promise.all(
      [0, 1].map(() => municipality().post('/v1/subscriptions', { url: to.url }, key)),
    );
    const { id } = subscriptionAnswer.parse(one?.body);
    expect(subscriptionAnswer.parse(two?.body).id).toBe(id);
    expect(await subscriptionsOf(municipality())).toHaveLength(1);
    const stranger = chain().client(roles.police);
    expect(await subscriptionsOf(stranger)).toEqual([]);
    expect((await stranger.delete(`/v1/subscriptions/${id}`)).status).toBe(404);
    expect((await stranger.post(`/v1/subscriptions/${id}/redeliveries`, {})).status).toBe(404);
    expect((await municipality().delete('/v1/subscriptions/00000000-0000-7000-8000-000000000000')).status).toBe(404);
    await end(id);
  });
});

describe('a receiver', () => {
  it('that fails gets an event again with the same id, and of one person nothing before it, from two gateways', async () => {
    let failures = 0;
    const firstOf = new Map<string, string>();
    const to = await receiver((outgoing, { event }) => {
      // The first time that something comes it is not taken.
      const isNew = !firstOf.has(event.id);
      firstOf.set(event.id, event.dataref);
      if (isNew) failures += 1;
      outgoing.writeHead(isNew ? 500 : 200).end();
    });
    const id = await subscribe(municipality(), to.url);
    const before = (await feedOf(municipality())).length;
    const { detention } = await happens(2);
    const today = { until: new Date().toISOString() };
    expect((await chain().client(roles.prison).post(`/v1/facts/${detention}/end`, today)).status).toBe(200);
    const told = (await feedOf(municipality())).slice(before).map((event) => event.id);
    expect(told.length).toBeGreaterThan(1);
    // The longest pause of a first failure is five seconds, for each of them, since they are about one person.
    await until(() => to.received.length >= told.length * 2, 'every event twice', 6_000 * told.length + 20_000);
    expect(failures).toBe(told.length);
    expect(idsOf(to.received)).toEqual([...new Set(idsOf(to.received))].flatMap((each) => [each, each]));
    await until(async () => (await standing(id))?.waiting === 0, 'everything is taken', 20_000);
    await end(id);
  });

  it('that failed for a day has events parked, and gets them when it asks', async () => {
    let isDown = true;
    const to = await receiver((outgoing) => outgoing.writeHead(isDown ? 503 : 200).end());
    const id = await subscribe(municipality(), to.url);
    await happens(3);
    await until(() => to.received.length > 0, 'a first attempt', 20_000);
    const { owner } = chain();
    await until(
      async () => {
        // A day passes, as the database counts.
        await owner.query(`UPDATE delivery SET first_at = first_at - interval '24 hours', next_at = now()
          WHERE state = 'waiting' AND first_at > now() - interval '1 hour'`);
        return ((await standing(id))?.parked ?? 0) > 0;
      },
      'a parked event',
      20_000,
    );
    expect(await standing(id)).toMatchObject({ id, problem: 'refused' });
    isDown = false;
    const count = to.received.length;
    const again = await municipality().post(`/v1/subscriptions/${id}/redeliveries`, {});
    expect(again.status).toBe(202);
    expect(subscriptionAnswer.parse(again.body)).toMatchObject({ parked: 0, problem: null });
    await until(async () => (await standing(id))?.waiting === 0, 'all of them', 20_000);
    expect(to.received.length).toBeGreaterThan(count);

    const all = to.received.length;
    const since = { since: '2026-01-01T00:00:00Z' };
    expect((await municipality().post(`/v1/subscriptions/${id}/redeliveries`, since)).status).toBe(202);
    const different = new Set(idsOf(to.received)).size;
    await until(() => to.received.length >= all + different, 'each of them once more', 20_000);
    expect(new Set(idsOf(to.received)).size).toBe(different);
    await end(id);
  });

  it('that is the gateway itself goes round no loop', async () => {
    const { gateways } = chain().world;
    const { port } = new URL(gateways[0]?.ready.partnerUrl ?? '');
    await list([...hosts, `localhost:${port}`]);
    const id = await subscribe(municipality(), `https://localhost:${port}/v1/requests`);
    await happens(4);
    await until(async () => (await standing(id))?.problem === 'refused', 'a refusal', 20_000);
    const events = async () => (await chain().owner.query('SELECT 1 FROM event')).rowCount;
    const before = await events();
    await new Promise((resolve) => setTimeout(resolve, 3_000));
    expect(await events()).toBe(before);
    await end(id);
  });

  it('whose host is taken off the list is not called any more', async () => {
    const to = await receiver();
    const id = await subscribe(municipality(), to.url);
    await list(hosts.filter((host) => host !== to.host));
    await happens(5);
    await until(async () => (await standing(id))?.problem === 'host-not-listed', 'why not', 20_000);
    expect(to.received).toEqual([]);
    await end(id);
  });
});

it('a gateway that is killed after it told and before it knew leaves it to another, with the same id', async () => {
  const { world } = chain();
  let doomed: string | null = null;
  const to = await receiver((outgoing, { event }) => {
    // The first is never answered: whoever told it does not know that it arrived.
    doomed ??= event.id;
    if (doomed !== event.id || to.received.filter(({ event: { id } }) => id === doomed).length > 1) {
      outgoing.writeHead(204).end();
    }
  });
  const id = await subscribe(municipality(), to.url);
  await happens(6);
  await until(() => doomed !== null, 'an event under way', 20_000);
  for (const gateway of world.gateways) {
    gateway.kill('SIGKILL');
    await gateway.exited;
  }
  const after: ReplacementGateway = await replacementGateway(world, { SLUIS_WEBHOOK_NETWORKS: loopbackNetworks });
  try {
    const client = after.client(roles.municipality);
    await until(
      async () => (await subscriptionsOf(client)).find((each) => each.id === id)?.waiting === 0,
      'all',
      40_000,
    );
    expect(idsOf(to.received).filter((each) => each === doomed)).toHaveLength(2);
    const told = new Set((await feedOf(client)).map((event) => event.id));
    expect(idsOf(to.received).filter((each) => !told.has(each))).toEqual([]);
    client.close();
  } finally {
    await after.stop();
  }
});
