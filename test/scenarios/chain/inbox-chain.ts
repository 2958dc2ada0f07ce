import { compactDecrypt } from 'jose';
import { expect } from 'vitest';
import { z } from 'zod';
import { partnersFile } from '../../../src/core/partner/partners-file.ts';
import type { Reply } from '../../../src/demo/partner-client.ts';
import { demoPartners } from '../../../src/demo/partners.ts';
import type { Person } from '../../../src/demo/population.ts';
import { roles } from '../../../src/demo/story/scene.ts';
import { applyPartners } from '../../../src/store/partners.ts';
import { type Chain, eventually, planRequest } from '../../world/chain.ts';
import { type EncryptionPair, encryptionPair } from '../../world/encryption-keys.ts';

export const planner = { id: 'medewerker-7', role: 'casemanager', name: 'D. Visser' };
export const collector = { id: 'medewerker-3', role: 'nazorgcoordinator', name: 'A. de Vries' };

const waiting = z.looseObject({ id: z.uuid(), state: z.string() });
const handed = z.looseObject({
  state: z.literal('delivered'),
  parts: z.array(z.looseObject({ fields: z.array(z.string()), sealed: z.string() })),
});

/** What both parties of a request do when people of a source answer: over mutual TLS, each with its own certificate. */
export class InboxChain {
  readonly #chain: () => Chain;
  readonly pair: EncryptionPair = encryptionPair();

  constructor(chain: () => Chain) {
    this.#chain = chain;
  }

  /**
   * As an operator changes a partners file: people of these answer, and to those is sealed; of `staff` they do so at the
   * gateway's own pages. Waits until that is so.
   */
  async connect(
    sources: readonly string[],
    recipients: readonly string[],
    probe: Person,
    staff: readonly string[] = [],
  ): Promise<void> {
    const { world, owner } = this.#chain();
    const thumbprints = new Map([...world.credentials].map(([id, { thumbprint }]) => [id, thumbprint]));
    const signingKeys = new Map([...world.signers.units].map(([id, { publicJwk }]) => [id, publicJwk]));
    const { organisations } = demoPartners({ thumbprints, sources: world.sources, signingKeys });
    const written = organisations.map((organisation) => ({
      ...organisation,
      units: organisation.units.map((unit) => ({
        ...unit,
        ...(sources.includes(unit.id) ? { connector: { type: 'inbox' } } : {}),
        ...(staff.includes(unit.id) ? { staff: true } : {}),
        ...(recipients.includes(unit.id) ? { encryptionKeys: [{ jwk: this.pair.jwk }] } : {}),
      })),
    }));
    await applyPartners(owner, partnersFile.parse(JSON.parse(JSON.stringify({ organisations: written }))));
    for (const gateway of world.gateways.keys()) {
      const client = world.client(roles.municipality, gateway);
      await eventually(async () => {
        const { status } = await client.post('/v1/requests', planRequest(probe, ['identity.surname']));
        return status === 202 ? true : null;
      });
      client.close();
    }
  }

  async ask(person: Person, fields: readonly string[] = ['identity.surname', 'identity.givenNames']): Promise<string> {
    const reply = await this.#chain().client(roles.municipality).post('/v1/requests', planRequest(person, fields));
    const { id, state } = waiting.parse(reply.body);
    expect([reply.status, state, reply.headers.location]).toEqual([202, 'awaiting-source', `/v1/requests/${id}`]);
    return id;
  }

  body(person: Person, data: object, more: object = {}): object {
    return { subject: { type: 'bsn', value: person.bsn }, data, complete: true, by: planner, ...more };
  }

  answer(id: string, body: object, key?: string, source: string = roles.prison): Promise<Reply> {
    return this.#chain().client(source).post(`/v1/inbox/${id}/answers`, body, key);
  }

  collect(id: string, key?: string, recipient: string = roles.municipality): Promise<Reply> {
    return this.#chain().client(recipient).post(`/v1/requests/${id}/collections`, {}, key);
  }

  confirm(id: string, key?: string): Promise<Reply> {
    const path = `/v1/requests/${id}/collection-confirmations`;
    return this.#chain().client(roles.municipality).post(path, { by: collector }, key);
  }

  /** What its recipient reads of a collection. */
  async open({ status, body }: Reply): Promise<readonly unknown[]> {
    expect(status).toBe(200);
    const { parts } = handed.parse(body);
    return Promise.all(
      parts.map(async ({ sealed }) => {
        const { plaintext } = await compactDecrypt(sealed, this.pair.privateKey);
        return JSON.parse(Buffer.from(plaintext).toString('utf8'));
      }),
    );
  }

  async rows(id: string): Promise<number> {
    const { rows } = await this.#chain().owner.query('SELECT 1 FROM answer WHERE request_id = $1', [id]);
    return rows.length;
  }

  async stateOf(id: string): Promise<string> {
    const { rows } = await this.#chain().owner.query<{ state: string }>('SELECT state FROM request WHERE id = $1', [
      id,
    ]);
    return rows[0]?.state ?? 'no such request';
  }
}
