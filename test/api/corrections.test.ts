import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { partnerApp } from '../../src/api/partner-app.ts';
import type { CorrectionId, EntryId, FieldId, Instant, RequestId, UnitId } from '../../src/core/brand.ts';
import type { CorrectionNotice, RecordedCorrection } from '../../src/core/correction/correction.ts';
import type { CorrectionBody, CorrectionView } from '../../src/core/correction/ports.ts';
import type { PartnerOperations } from '../../src/core/disclosure/operations.ts';
import { fakeDeps } from './world/fake-deps.ts';
import { type Answer, listen, send } from './world/listener.ts';
import { recipient, source } from './world/partners.ts';
import { bsn, receiptOf } from './world/records.ts';

const id = randomUUID() as CorrectionId;
const at = '2026-03-01T09:00:00.000Z' as Instant;
const notice: CorrectionNotice = {
  correction: id,
  recipient: recipient as UnitId,
  requests: [randomUUID() as RequestId],
  fields: ['a.b' as FieldId],
  givenOn: [randomUUID() as RequestId],
  destroyed: false,
  dueAt: at,
  lookAt: at,
  confirmedAt: null,
  how: null,
};
const correction: RecordedCorrection = {
  id,
  source,
  kind: 'rectified',
  fields: ['a.b', 'a.c'] as FieldId[],
  corrects: null,
  madeAt: at,
  entry: randomUUID() as EntryId,
  underWay: [],
  notices: [notice],
};
const body = {
  subject: { type: 'bsn', value: bsn },
  kind: 'rectified',
  fields: ['a.b'],
  ground: 'Het stond verkeerd in ons dossier',
  by: 'a.compact.token',
};

async function call(operations: Partial<PartnerOperations>, path: string, sent?: unknown): Promise<Answer> {
  const listener = await listen(partnerApp(fakeDeps({ operations })));
  const headers = { 'x-test-unit': recipient, 'content-type': 'application/json', 'idempotency-key': 'k1' };
  try {
    const more = sent === undefined ? { headers } : { method: 'POST', headers, body: JSON.stringify(sent) };
    return await send(`${listener.url}${path}`, more);
  } finally {
    await listener.close();
  }
}

describe('a correction', () => {
  it('is taken on for its source by a person of theirs, with 202', async () => {
    let seen: CorrectionBody | null = null;
    const makeCorrection: PartnerOperations['makeCorrection'] = async (_, said) => {
      seen = said;
      return { kind: 'made', id, receipt: receiptOf() };
    };
    const answer = await call({ makeCorrection }, '/v1/corrections', body);
    expect([answer.status, answer.json.id]).toEqual([202, id]);
    expect(seen).toMatchObject({ kind: 'rectified', corrects: null, by: { id: 'u1', role: 'casemanager' } });
    const replay: PartnerOperations['makeCorrection'] = async () => ({ kind: 'replayed', id });
    const again = await call({ makeCorrection: replay }, '/v1/corrections', body);
    expect([again.status, again.json, again.headers.get('idempotency-replayed')]).toEqual([
      202,
      { id, receipt: null },
      'true',
    ]);
  });

  it('is refused with where the body is wrong, and never with what was sent', async () => {
    const wrong = [
      { ...body, kind: 'gone' },
      { ...body, fields: [] },
      { ...body, fields: ['a.b', 'a.b'] },
      { ...body, ground: 'kort' },
      { ...body, value: 'Ebbink' },
      { ...body, corrects: 'x' },
    ];
    for (const sent of wrong) {
      const answer = await call({}, '/v1/corrections', sent);
      expect([answer.status, answer.json.type]).toEqual([400, '/problems/invalid-input']);
      expect(answer.text).not.toContain('Ebbink');
    }
    const problem = { nl: 'is geen gegeven', en: 'is no field' };
    const makeCorrection: PartnerOperations['makeCorrection'] = async () => ({
      kind: 'invalid',
      member: 'fields.0',
      problem,
    });
    const answer = await call({ makeCorrection }, '/v1/corrections', body);
    expect([answer.status, answer.json.errors]).toMatchObject([400, [{ location: { pointer: '#/fields/0' } }]]);
  });

  const view = (seen: CorrectionView | null) => call({ readCorrection: async () => seen }, `/v1/corrections/${id}`);

  it('shows its source every recipient and how it was passed on, naming nobody there', async () => {
    const onward = new Map([
      [recipient as string, [{ kind: 'erased', madeAt: at, isConfirmed: false, onward: [] }] as const],
    ]);
    const { status, json } = await view({ for: 'source', correction, onward });
    expect(status).toBe(200);
    expect(json).toEqual({
      ...{ id, kind: 'rectified', fields: ['a.b', 'a.c'], madeAt: at, corrects: null },
      recipients: [
        {
          ...{
            recipient,
            fields: ['a.b'],
            requests: notice.requests,
            dueAt: at,
            confirmedAt: null,
            how: null,
            destroyed: false,
          },
          onward: [{ kind: 'erased', madeAt: at, isConfirmed: false, onward: [] }],
        },
      ],
    });
  });

  it('shows a recipient what is asked of it alone, and to anybody else it is not there', async () => {
    const { json } = await view({ for: 'recipient', correction: { ...correction, corrects: id }, notice });
    const { requests, givenOn } = notice;
    expect(json).toEqual({
      ...{ id, kind: 'rectified', fields: ['a.b'], madeAt: at, source, requests, givenOn },
      ...{ dueAt: at, confirmedAt: null, how: null, destroyed: false },
    });
    expect((await view(null)).status).toBe(404);
  });

  it('is confirmed with how and by whom', async () => {
    const confirmed = { for: 'recipient', correction, notice: { ...notice, confirmedAt: at, how: 'erased' } } as const;
    const confirmCorrection: PartnerOperations['confirmCorrection'] = async (_, __, { how }) => ({
      kind: 'confirmed',
      view: { ...confirmed, notice: { ...confirmed.notice, how } },
      receipt: receiptOf(),
    });
    const path = `/v1/corrections/${id}/confirmations`;
    const answer = await call({ confirmCorrection }, path, { how: 'not-held', by: 'a.compact.token' });
    expect([answer.status, answer.json]).toMatchObject([200, { correction: { how: 'not-held' } }]);
    expect((await call({}, path, { how: 'lost', by: 'a.compact.token' })).status).toBe(400);
    const seen = [id];
    const unseen: PartnerOperations['confirmCorrection'] = async (_, __, report) => {
      expect(report.seen).toEqual(seen);
      return { kind: 'unseen' };
    };
    const more = await call({ confirmCorrection: unseen }, path, { how: 'erased', by: 'a.compact.token', seen });
    expect([more.status, more.json]).toMatchObject([400, { errors: [{ in: 'body', code: 'not-possible' }] }]);
    const other: PartnerOperations['confirmCorrection'] = async () => ({
      kind: 'other-way',
      ways: ['lifted', 'erased'],
    });
    const unfit = await call({ confirmCorrection: other }, path, { how: 'corrected', by: 'a.compact.token' });
    expect([unfit.status, unfit.json]).toMatchObject([
      400,
      {
        errors: [
          { location: { pointer: '#/how' }, code: 'not-possible', detail: expect.stringContaining('lifted, erased') },
        ],
      },
    ]);
    const gone: PartnerOperations['confirmCorrection'] = async () => ({ kind: 'not-found' });
    expect((await call({ confirmCorrection: gone }, path, { how: 'erased', by: 'a.compact.token' })).status).toBe(404);
  });
});
