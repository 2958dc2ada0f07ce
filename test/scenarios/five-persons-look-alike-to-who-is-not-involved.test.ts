import { beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { isBsn } from '../../src/core/subject/reference.ts';
import type { Person } from '../../src/demo/population.ts';
import { roles } from '../../src/demo/story/scene.ts';
import { plainAnswer } from '../world/alike.ts';
import { consentRequest, detain, planRequest, useChain } from '../world/chain.ts';

const chain = useChain();
const nobody = Array.from({ length: 2_000 }, (_, index) => String(999_990_000 + index)).find(isBsn) ?? '';
const persons = new Map<string, string>([['unknown', nobody]]);

beforeAll(async () => {
  const [known, detained, released, restricted] = chain().detained;
  if (!known || !detained || !released || !restricted) throw new RangeError('too few people are detained');
  const attest = async ({ bsn }: Person, fact: object): Promise<void> => {
    const body = { subject: { type: 'bsn', value: bsn }, from: '2026-01-01T00:00:00Z', ...fact };
    expect((await chain().client(roles.prison).post('/v1/facts', body)).status).toBe(201);
  };
  await attest(known, {
    type: 'involvement',
    unit: roles.municipality,
    attributes: { role: 'residence-municipality' },
  });
  await detain(chain(), detained);
  await attest(released, { type: 'detention', from: '2025-01-01T00:00:00Z', until: '2025-06-01T00:00:00Z' });
  await detain(chain(), restricted);
  await attest(restricted, { type: 'restriction' });
  for (const [name, { bsn }] of Object.entries({ known, detained, released, restricted })) persons.set(name, bsn);
});

function evaluation(bsn: string) {
  const properties = { identifiedBy: 'bsn', source: roles.prison, fields: ['identity.surname', 'detention.start'] };
  return {
    subject: { type: 'unit', id: roles.neighbour },
    action: { name: 'plan-basic-conditions' },
    resource: { type: 'person', id: bsn, properties },
  };
}

const bsnOf = (value: string) => ({ subject: { type: 'bsn', value } });
const asked: readonly (readonly [path: string, status: number, body: (bsn: string) => object])[] = [
  ['/v1/requests', 403, (bsn) => planRequest({ bsn })],
  [
    '/v1/involvement-claims',
    202,
    (bsn) => ({
      ...bsnOf(bsn),
      role: 'return-municipality',
      attester: roles.prison,
      justification: 'Deze persoon heeft zich bij ons gemeld voor terugkeer',
      onBehalfOf: { id: 'u7', role: 'nazorgcoordinator', name: 'K. Smit' },
    }),
  ],
  ['/v1/consents', 202, (bsn) => consentRequest({ type: 'bsn', value: bsn }, { source: roles.neighbour, validUntil })],
  ['/v1/facts', 403, (bsn) => ({ ...bsnOf(bsn), type: 'plan-closed', from: '2026-03-01T00:00:00Z' })],
  ['/access/v1/evaluation', 200, evaluation],
  ['/access/v1/evaluations', 200, (bsn) => ({ evaluations: [evaluation(bsn), evaluation(bsn)] })],
  ['/access/v1/search/subject', 400, (id) => ({ ...evaluation(id), subject: { type: 'unit' }, resource: person(id) })],
  ['/access/v1/search/resource', 400, (id) => ({ ...evaluation(id), resource: person(id) })],
  ['/access/v1/search/action', 400, (id) => ({ subject: evaluation(id).subject, resource: person(id) })],
];
const validUntil = new Date(Date.now() + 90 * 86_400_000).toISOString();

function person(id: string) {
  return { type: 'person', id };
}

const work = z.object({ kind: z.string(), leaf: z.number(), openings: z.array(z.tuple([z.string(), z.number()])) });

/** What the last call left in the ledger: kinds, sizes of leaves, names and sizes of openings. */
async function leftBy(trace: string): Promise<unknown> {
  const { rows } = await chain().owner.query(
    `SELECT e.kind, length(e.leaf::text) AS leaf, coalesce((SELECT json_agg(json_build_array(o.name, octet_length(o.ciphertext)) ORDER BY o.name)
        FROM ledger_opening o WHERE o.entry_id = e.id), '[]') AS openings
      FROM ledger_entry e WHERE e.leaf::json ->> 'trace' = $1 ORDER BY e.instance, e.sequence`,
    [trace],
  );
  return rows.map((row) => work.parse(row));
}

for (const [path, status, body] of asked) {
  it(`${path} answers ${status} alike, and leaves as much in the ledger, for all five`, async () => {
    const seen = new Map<string, unknown>();
    for (const [name, bsn] of persons) {
      const reply = await chain().client(roles.neighbour).post(path, body(bsn));
      expect(reply.status).toBe(status);
      const trace = String(reply.headers.traceparent).slice(3, 35);
      seen.set(name, [plainAnswer(reply, [bsn]), await leftBy(trace)]);
    }
    for (const [name, each] of seen) expect({ [name]: each }).toEqual({ [name]: seen.get('unknown') });
  });
}
