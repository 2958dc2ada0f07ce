import { beforeAll, describe, expect, it } from 'vitest';
import type { Digest, Instant } from '../../../src/core/brand.ts';
import type { Approval, Approver } from '../../../src/core/policy-set/approval.ts';
import { checkApprovals } from '../../../src/core/policy-set/check-approvals.ts';
import { type PolicyStatement, statementText } from '../../../src/core/policy-set/statement.ts';
import { checkDetachedJws } from '../../../src/crypto/detached-jws.ts';
import { type TestSigner, testSigner } from '../../world/signer.ts';

const digest = (digit: string): Digest => `sha256:${digit.repeat(64)}` as Digest;
const statement: PolicyStatement = { action: 'activate', set: digest('a'), from: null, previous: digest('b') };

let boer: TestSigner;
let yilmaz: TestSigner;
let stranger: TestSigner;
let approvers: readonly Approver[];
beforeAll(async () => {
  [boer, yilmaz, stranger] = await Promise.all([
    testSigner('A. de Boer'),
    testSigner('S. Yilmaz', 'ES256'),
    testSigner('Niemand'),
  ]);
  approvers = [boer.approver, yilmaz.approver];
});

function judge(approvals: readonly Approval[], known = approvers) {
  return checkApprovals(statement, approvals, known, checkDetachedJws);
}

describe('what is signed', () => {
  it('is one line of canonical JSON, whatever the order of its members', () => {
    expect(statementText(statement)).toBe(
      `{"action":"activate","from":null,"previous":"${digest('b')}","set":"${digest('a')}"}`,
    );
  });
});

describe('a change of the policies', () => {
  it('needs two different people, and then says who they were', async () => {
    const checked = await judge([await boer.approves(statement), await yilmaz.approves(statement)]);
    expect(checked).toMatchObject({
      ok: true,
      value: [
        { approver: 'A. de Boer', thumbprint: boer.thumbprint },
        { approver: 'S. Yilmaz', thumbprint: yilmaz.thumbprint },
      ],
    });
  });

  it('is refused with no approval and with one', async () => {
    const tooFew = { ok: false, refusal: { problem: 'too-few', approver: null } };
    expect(await judge([])).toEqual(tooFew);
    expect(await judge([await boer.approves(statement)])).toEqual(tooFew);
  });

  it('is refused when one person approved twice, also at another time', async () => {
    const later = await boer.approves(statement, new Date(Date.now() + 5_000));
    const judged = await judge([await boer.approves(statement), later]);
    expect(judged).toEqual({ ok: false, refusal: { problem: 'same-person', approver: 'A. de Boer' } });
  });

  it('is refused when one person has two keys, under two spellings of a name', async () => {
    const again = await testSigner('a. DE  boer');
    const known = [...approvers, again.approver];
    const judged = await judge([await boer.approves(statement), await again.approves(statement)], known);
    expect(judged).toMatchObject({ refusal: { problem: 'same-person' } });
  });

  it('is refused when two people share a key', async () => {
    const shared: Approver = { ...boer.approver, name: 'Iemand anders' };
    const alias: Approval = { ...(await boer.approves(statement)), approver: shared.name };
    const judged = await judge([await boer.approves(statement), alias], [...approvers, shared]);
    expect(judged).toMatchObject({ refusal: { problem: 'same-key', approver: 'Iemand anders' } });
  });

  it.each<[string, Partial<PolicyStatement>]>([
    ['other-action', { action: 'rollback' }],
    ['other-set', { set: digest('c') }],
    ['other-start', { from: '2027-01-01T00:00:00.000Z' as Instant }],
    ['other-previous', { previous: digest('c') }],
    ['other-previous', { previous: null }],
  ])('is refused as %s when an approval is for that', async (problem, differently) => {
    const judged = await judge([
      await boer.approves(statement),
      await yilmaz.approves({ ...statement, ...differently }),
    ]);
    expect(judged).toEqual({ ok: false, refusal: { problem, approver: 'S. Yilmaz' } });
  });

  it('is refused when the file says one thing and the signature another', async () => {
    const signed = await yilmaz.approves({ ...statement, set: digest('c') });
    const judged = await judge([await boer.approves(statement), { ...signed, statement }]);
    expect(judged).toEqual({ ok: false, refusal: { problem: 'does-not-match', approver: 'S. Yilmaz' } });
  });

  it('is refused when somebody signs who is not registered, or by a key that is not registered', async () => {
    const unknown = await judge([await boer.approves(statement), await stranger.approves(statement)]);
    expect(unknown).toMatchObject({ refusal: { problem: 'unknown-approver', approver: 'Niemand' } });
    const impostor: Approval = { ...(await stranger.approves(statement)), approver: 'S. Yilmaz' };
    expect(await judge([await boer.approves(statement), impostor])).toMatchObject({ ok: false });
  });

  it('is refused by a key that was revoked, and taken by the one that came after it', async () => {
    const revoked: Approver = { ...yilmaz.approver, revokedAt: '2026-11-01T00:00:00.000Z' as Instant };
    const renewed = await testSigner('S. Yilmaz');
    const known = [boer.approver, revoked, renewed.approver];
    const judged = await judge([await boer.approves(statement), await yilmaz.approves(statement)], known);
    expect(judged).toMatchObject({ refusal: { problem: 'revoked-key', approver: 'S. Yilmaz' } });
    const after = await judge([await boer.approves(statement), await renewed.approves(statement)], known);
    expect(after).toMatchObject({ ok: true });
  });

  it('is refused for one approval that does not hold, also where two others do', async () => {
    const third = await testSigner('C. Visser');
    const spoilt = { ...(await third.approves(statement)), signature: 'e30..AAAA' };
    const all = [await boer.approves(statement), await yilmaz.approves(statement), spoilt];
    const judged = await judge(all, [...approvers, third.approver]);
    expect(judged).toMatchObject({ refusal: { problem: 'malformed', approver: 'C. Visser' } });
  });
});
