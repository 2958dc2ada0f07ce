import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { partnerApp } from '../../src/api/partner-app.ts';
import { openingsOf } from '../../src/core/ledger/commitment.ts';
import type { EntryDraft } from '../../src/core/ledger/entry.ts';
import { verifyFinalReceipt } from '../../src/core/ledger/final-receipt.ts';
import { writeLeaf } from '../../src/core/ledger/leaf.ts';
import type { ReceiptParts } from '../../src/core/ledger/party-receipt.ts';
import type { TlogProof } from '../../src/core/ledger/tlog-proof.ts';
import { draft } from '../core/ledger/drafts.ts';
import { WitnessedLog } from '../world/final-receipts.ts';
import { fakeDeps } from './world/fake-deps.ts';
import { type Answer, listen, send } from './world/listener.ts';
import { recipient, source, stranger } from './world/partners.ts';

const log = new WitnessedLog();

function parts(changes: Partial<EntryDraft> = {}, isWitnessed = true): ReceiptParts {
  const personal = {
    subject: '01920000-0000-7000-a000-000000000001',
    conditions: '[]',
    reference: '{"type":"bsn","value":"900000041"}',
    justification: 'because it is needed',
  };
  const entry = draft(1, { source, recipient, personal, ...changes });
  const openings = openingsOf(entry, Buffer.alloc(16 * Object.keys(entry.personal).length, 1));
  const { text, hash } = writeLeaf(entry, { instance: entry.id, sequence: 1 }, openings);
  const proof: TlogProof = { index: 0, path: [], checkpoint: log.note(1, hash, 2) };
  return { leaf: text, openings, proof: isWitnessed ? proof : null, neverOffered: false };
}

async function get(found: ReceiptParts | null, unit: string, entry: string = randomUUID()): Promise<Answer> {
  const listener = await listen(partnerApp(fakeDeps({ receipts: { find: async () => found } })));
  try {
    return await send(`${listener.url}/v1/receipts/${entry}`, { headers: { 'x-test-unit': unit } });
  } finally {
    await listener.close();
  }
}

/** Without what is different in every answer. */
function bare({ status, text }: Answer): string {
  return `${status} ${text.replaceAll(/[0-9a-f]{32}/g, '').replaceAll(/[0-9a-f-]{36}/g, '')}`;
}

describe('GET /v1/receipts/{entry}', () => {
  it('gives the recipient a final receipt with what it said itself, and never who the person is', async () => {
    const answer = await get(parts(), recipient);
    expect(answer.status).toBe(200);
    expect(verifyFinalReceipt(answer.json, log.trust)).toMatchObject({ ok: true });
    const names = (answer.json.openings as { name: string }[]).map(({ name }) => name);
    expect(names).toEqual(['justification', 'reference']);
    expect(answer.text).not.toContain('01920000-0000-7000-a000-000000000001');
  });

  it('gives the source the same entry without what the recipient said', async () => {
    const answer = await get(parts(), source);
    expect(verifyFinalReceipt(answer.json, log.trust)).toMatchObject({ ok: true });
    expect(answer.json.openings).toEqual([]);
  });

  it('says when to ask again while the witnesses have not seen it', async () => {
    const entry = randomUUID();
    const answer = await get(parts({}, false), recipient, entry);
    expect([answer.status, answer.headers.get('retry-after'), answer.json]).toEqual([
      202,
      '5',
      { entry, state: 'pending' },
    ]);
  });

  it('answers whoever is no party as if there were no such entry, witnessed or not', async () => {
    const nothing = bare(await get(null, stranger));
    expect(nothing).toMatch(/^404 /);
    expect(bare(await get(parts(), stranger))).toBe(nothing);
    expect(bare(await get(parts({}, false), stranger))).toBe(nothing);
  });

  it.each([
    ['officer-looked', { looked: 'subject', v: 2 }, {}],
    [
      'consent-given',
      { consent: randomUUID(), consentKind: 'consent', categories: ['a'], noticeVersion: 1, by: 'subject' },
      { subject: '01920000-0000-7000-a000-000000000001' },
    ],
  ] as const)('tells no party of an entry of kind %s', async (kind, body, personal) => {
    const entry = { ...draft(1), kind, body, source, recipient, personal: { ...personal } };
    const openings = openingsOf(entry, Buffer.alloc(16 * Object.keys(personal).length, 1));
    const { text, hash } = writeLeaf(entry, { instance: entry.id, sequence: 1 }, openings);
    const found = {
      leaf: text,
      openings,
      proof: { index: 0, path: [], checkpoint: log.note(1, hash, 2) },
      neverOffered: false,
    };
    expect((await get(found, recipient)).status).toBe(404);
  });

  it('of what was never offered is for its source alone', async () => {
    const refused = { ...parts(), neverOffered: true };
    expect((await get(refused, source)).status).toBe(200);
    expect(bare(await get(refused, recipient))).toBe(bare(await get(null, stranger)));
  });

  it('gives nothing of a leaf that cannot be read', async () => {
    expect((await get({ ...parts(), leaf: '{}' }, recipient)).status).toBe(404);
  });

  it('is asked by the id of an entry alone', async () => {
    expect((await get(parts(), recipient, 'all')).status).toBe(400);
  });
});
