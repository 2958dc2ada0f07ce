import { compactDecrypt } from 'jose';
import { expect } from 'vitest';
import { z } from 'zod';
import type { Reply } from '../../../src/demo/partner-client.ts';
import { eventually } from '../../world/chain.ts';
import type { WiderChain } from './wider-chain.ts';

const offered = z.looseObject({ id: z.uuid(), state: z.literal('answered') });
const handed = z.looseObject({
  state: z.literal('delivered'),
  parts: z.array(z.looseObject({ sealed: z.string() })),
});

/** What both parties of an offer do, each over mutual TLS with its own certificate. */
export class Offering {
  readonly #chain: () => WiderChain;

  constructor(chain: () => WiderChain) {
    this.#chain = chain;
  }

  offer(source: string, body: object): Promise<Reply> {
    return this.#chain().client(source).post('/v1/offers', body);
  }

  /** The id of an offer that waits for its recipient. */
  async waiting(source: string, body: object): Promise<string> {
    const reply = await this.offer(source, body);
    expect({ status: reply.status, body: reply.body }).toMatchObject({ status: 202 });
    return offered.parse(reply.body).id;
  }

  accept(recipient: string, id: string, onBehalfOf: object): Promise<Reply> {
    return this.#chain().client(recipient).post(`/v1/requests/${id}/collections`, { onBehalfOf });
  }

  decline(recipient: string, id: string, by: object, ground: string): Promise<Reply> {
    return this.#chain().client(recipient).post(`/v1/requests/${id}/refusals`, { by, ground });
  }

  /** As the recipient opens what it accepted. */
  async open(recipient: string, { status, body }: Reply): Promise<readonly unknown[]> {
    expect({ status, body }).toMatchObject({ status: 200 });
    const { privateKey } = this.#chain().pairOf(recipient);
    return Promise.all(
      handed.parse(body).parts.map(async ({ sealed }) => {
        const { plaintext } = await compactDecrypt(sealed, privateKey);
        return JSON.parse(new TextDecoder().decode(plaintext));
      }),
    );
  }

  async stateOf(id: string): Promise<string> {
    const { rows } = await this.#chain().owner.query<{ state: string }>('SELECT state FROM request WHERE id = $1', [
      id,
    ]);
    return rows[0]?.state ?? 'no such request';
  }

  /** How many answers wait for the recipient. */
  async rows(id: string): Promise<number> {
    return (await this.#chain().owner.query('SELECT 1 FROM answer WHERE request_id = $1', [id])).rows.length;
  }

  /** What the recipients' own receiver was told of one address, in the order in which it came. */
  told(dataref: string): readonly string[] {
    const { received } = this.#chain().world.receiver;
    return received.filter(({ event }) => event.dataref === dataref).map(({ event }) => shorter(event.type));
  }

  /** Waits until the receiver was told all of these of a request, and nothing else. */
  async untilTold(id: string, events: readonly string[]): Promise<void> {
    const dataref = `/v1/requests/${id}`;
    await eventually(async () => (this.told(dataref).length >= events.length ? true : null));
    expect(this.told(dataref)).toEqual(events);
  }

  /** What the feed of a unit says of a request. */
  async feedOf(unit: string, id: string): Promise<readonly string[]> {
    const found: string[] = [];
    for (let after = '0'; ; ) {
      const reply = await this.#chain().client(unit).get(`/v1/events?after=${after}&limit=100`);
      const { events, next } = page.parse(reply.body);
      if (events.length === 0) return found;
      found.push(...events.flatMap(({ type, dataref }) => (dataref === `/v1/requests/${id}` ? [shorter(type)] : [])));
      after = next;
    }
  }
}

const page = z.object({ events: z.array(z.looseObject({ type: z.string(), dataref: z.string() })), next: z.string() });
const shorter = (type: string) => type.replace(/^nl\.sluis\.(request\.)?/, '');
