import { readFileSync } from 'node:fs';
import { z } from 'zod';
import type { PartnerClient } from '../../../src/demo/partner-client.ts';
import type { ReceivedEvent } from '../../../src/demo/webhook-receiver.ts';

export const subscriptionAnswer = z.strictObject({
  id: z.uuid(),
  url: z.url(),
  types: z.array(z.string()).nullable(),
  createdAt: z.string(),
  waiting: z.int(),
  parked: z.int(),
  problem: z.string().nullable(),
});
const list = z.strictObject({ subscriptions: z.array(subscriptionAnswer) });
const page = z.object({ events: z.array(z.looseObject({ id: z.uuid(), sequence: z.string() })), next: z.string() });

export async function subscribe(client: PartnerClient, url: string, types?: readonly string[]): Promise<string> {
  const reply = await client.post('/v1/subscriptions', { url, ...(types === undefined ? {} : { types }) });
  if (reply.status !== 201) throw new Error(`subscribing was answered by ${reply.status}`);
  return subscriptionAnswer.parse(reply.body).id;
}

export async function subscriptionsOf(client: PartnerClient) {
  return list.parse((await client.get('/v1/subscriptions')).body).subscriptions;
}

/** Everything in the feed. */
export async function feedOf(client: PartnerClient) {
  const events: z.infer<typeof page>['events'][number][] = [];
  for (let after = '0'; ; ) {
    const read = page.parse((await client.get(`/v1/events?limit=100&after=${after}`)).body);
    if (read.events.length === 0) return events;
    events.push(...read.events);
    after = read.next;
  }
}

type Check = (body: Buffer, signature: string, jwks: object, subscription: string) => boolean;

/** The check as `docs/events.md` shows it to partners. */
export async function documentedCheck(): Promise<Check> {
  const code = /```js\n([\s\S]+?)```/.exec(readFileSync('docs/events.md', 'utf8'))?.[1];
  if (code === undefined) throw new Error('docs/events.md shows no check');
  const shown: { isFromGateway: Check } = await import(`data:text/javascript,${encodeURIComponent(code)}`);
  return shown.isFromGateway;
}

export const idsOf = (received: readonly ReceivedEvent[]) => received.map(({ event }) => event.id);
