import { describe, expect, test } from 'vitest';
import { type LedgerTrust, verifyLedger } from '../../../src/core/ledger/verify/verify-ledger.ts';
import {
  activation,
  at,
  disclosure,
  heartbeat,
  instanceId,
  permit,
  plain,
  policySet,
  sourceOf,
  type WrittenLedger,
  writtenLedger,
} from '../../world/written-ledger.ts';
import { a, b, c, consent, request, someLedger } from './some-ledger.ts';

async function verify({ rows, trust }: WrittenLedger, more: Partial<LedgerTrust> = {}) {
  return verifyLedger(sourceOf(rows), { ...trust, ...more });
}

describe('what is told and is no problem', () => {
  test('a permit without an end is told when it is a day old', async () => {
    const written = someLedger();
    const [id] = written.flush(c, [permit(request(20))]);
    expect((await verify(written)).notes).toEqual([]);
    written.flush(c, [permit(request(21), { time: '2026-03-02T12:00:00.001Z' as never })]);
    expect((await verify(written)).notes).toEqual([{ code: 'permit-open', where: id }]);
  });

  test.each(['source-human', 'two-persons'])(
    'a permit for which people are asked (%s), after a year',
    async (approval) => {
      const written = someLedger();
      const asked = permit(request(20));
      const obligations = { ...Object(asked.body?.obligations), approval };
      const [id] = written.flush(c, [{ ...asked, body: { ...asked.body, obligations } }]);
      written.flush(c, [permit(request(21), { time: '2027-03-02T12:00:00.000Z' as never })]);
      expect(await verify(written)).toMatchObject({ problems: [], notes: [] });
      written.flush(c, [permit(request(22), { time: '2027-03-02T12:00:00.001Z' as never })]);
      expect(await verify(written)).toMatchObject({ problems: [], notes: [{ code: 'permit-open', where: id }] });
    },
  );

  test('a permit beside which people of the source are asked, after a year too', async () => {
    const written = someLedger();
    const asked = {
      kind: 'source-asked',
      body: { request: request(20) },
      personal: { subject: 'x' },
      ...parties,
    } as const;
    const [id] = written.flush(c, [permit(request(20)), asked]);
    written.flush(c, [permit(request(21), { time: '2027-03-02T12:00:00.000Z' as never })]);
    expect(await verify(written)).toMatchObject({ problems: [], notes: [] });
    written.flush(c, [permit(request(22), { time: '2027-03-02T12:00:00.001Z' as never })]);
    expect(await verify(written)).toMatchObject({ problems: [], notes: [{ code: 'permit-open', where: id }] });
  });

  test.each(['failed-attempt', 'refusal', 'approval-declined', 'source-declined'] as const)(
    '%s ends a permit',
    async (kind) => {
      const written = someLedger();
      const content = {
        'failed-attempt': { body: { request: request(20), code: 'source-unavailable' }, personal: { subject: 'x' } },
        refusal: {
          body: {
            v: 2,
            request: request(20),
            regimes: { source: 'x', recipient: 'y' },
            refused: [],
            class: 'not-permitted',
          },
          personal: { subject: 'x', conditions: '[]' },
        },
        'approval-declined': { body: { request: request(20) }, personal: { subject: 'x', approver: 'y' } },
        'source-declined': { body: { request: request(20) }, personal: { subject: 'x', decliner: 'y', ground: 'z' } },
      }[kind];
      written.flush(c, [permit(request(20)), { kind, ...content, ...parties }]);
      written.flush(c, [permit(request(21), { time: '2026-03-03T12:00:00.000Z' as never })]);
      expect(await verify(written)).toMatchObject({ problems: [], notes: [] });
    },
  );

  test('an approval may be taken up after the disclosure of another instance, and not after that of its own', async () => {
    for (const [instance, codes] of [
      [instanceId(4), []],
      [c, ['link-permit']],
    ] as const) {
      const written = someLedger();
      written.flush(c, [permit(request(20)), disclosure(request(20))]);
      const personal = { subject: 'x', approver: 'y' };
      written.flush(instance, [
        { kind: 'approval', body: { v: 2, request: request(20), struck: [] }, personal, ...parties },
      ]);
      expect((await verify(written)).problems.map(({ code }) => code)).toEqual(codes);
    }
  });

  test('an instance that stopped without an end, and one that was silent for longer than it said', async () => {
    const written = writtenLedger();
    written.flush(a, [heartbeat('begin', [], at(0)), heartbeat('beat', [], at(60)), heartbeat('beat', [], at(300))]);
    expect((await verify(written)).notes).toEqual([
      { code: 'silence', where: `${a}: ${at(60).time} – ${at(300).time}` },
      { code: 'instance-open', where: `${a}: ${at(300).time}` },
    ]);
  });

  test('numbers that were signed and not written, also before the first sign of life', async () => {
    const written = writtenLedger();
    const aborted = [{ flush: 1, head: Buffer.alloc(32, 9).toString('base64url') }];
    written.flush(a, [plain('void', { aborted }), plain('void', { aborted })]);
    written.flush(a, [heartbeat('begin')]);
    written.flush(a, [heartbeat('end')]);
    expect(await verify(written)).toMatchObject({ problems: [], notes: [], checked: { voids: 2 } });
  });

  test('entries under a set from before activations were on record', async () => {
    const written = writtenLedger();
    const [id] = written.flush(a, [permit(request(1), { policySet: `sha256:${'00'.repeat(32)}` as never })]);
    written.flush(a, [activation(), permit(request(2))]);
    expect(await verify(written)).toMatchObject({ problems: [], notes: [{ code: 'policy-before', where: id }] });
  });

  test('an activation that the tree takes up later is no problem within a minute, and one after it', async () => {
    for (const [seconds, codes] of [
      [60, []],
      [61, ['policy-early']],
    ] as const) {
      const written = someLedger();
      const next = `sha256:${'11'.repeat(32)}`;
      written.flush(c, [permit(request(30), { policySet: next as never })]);
      const activated = { v: 2, change: request(1), set: next, approvals: 0 };
      written.flush(instanceOfItsOwn, [
        plain('policy-activated', activated, { ...at(seconds), personal: { approvals: '[]' } }),
      ]);
      written.rows.policies.set(next, []);
      const { problems } = await verify(written);
      expect(problems.map(({ code }) => code).filter((code) => code !== 'policy-files')).toEqual(codes);
    }
  });

  test('links whose entries come in another order between instances', async () => {
    const written = someLedger();
    written.flush(b.replace(/2$/, '4'), [disclosure(request(40)), consent('consent-given')]);
    written.flush(b.replace(/2$/, '5'), [permit(request(40)), consent('consent-requested')]);
    expect(await verify(written)).toMatchObject({ problems: [] });
  });

  test('two failures of one request, of which a slow gateway tells the second', async () => {
    const written = someLedger();
    const failed = {
      kind: 'failed-attempt',
      body: { request: request(50), code: 'interrupted' },
      personal: { subject: 'x' },
      ...parties,
    } as const;
    written.flush(c, [permit(request(50)), failed, failed]);
    expect(await verify(written)).toMatchObject({ problems: [] });
  });
});

const instanceOfItsOwn = a.replace(/1$/, '9');
const parties = { policySet, fleeting: {} };
