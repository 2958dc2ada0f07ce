import { afterEach, describe, expect, it } from 'vitest';
import { partnerApp } from '../../src/api/partner-app.ts';
import type { PolicyAcceptances } from '../../src/api/ports.ts';
import type { Digest, Instant } from '../../src/core/brand.ts';
import type { AcceptCallOutcome } from '../../src/core/policy-set/accept.ts';
import { fakeDeps } from './world/fake-deps.ts';
import { type Listener, listen, send } from './world/listener.ts';

const set = `sha256:${'a'.repeat(64)}` as Digest;
const acceptedAt = '2026-11-22T10:00:00.000Z' as Instant;
const who = {
  'x-test-unit': 'prison-a',
  'content-type': 'application/json',
  'idempotency-key': 'key-of-this-test',
  'accept-language': 'en',
};

let listener: Listener | null = null;
afterEach(async () => {
  await listener?.close();
  listener = null;
});

async function answerTo(outcome: AcceptCallOutcome, body: unknown = { set, signature: 'e30..AAAA' }) {
  const asked: unknown[] = [];
  const policySets: PolicyAcceptances = {
    accept: async (call, given) => {
      asked.push([call.partner.unit.id, given]);
      return outcome;
    },
    of: async (unit) => ({
      binds: unit.id === 'prison-a' ? set : null,
      inForce: set,
      planned: [],
      accepted: [{ set, acceptedAt }],
    }),
  };
  listener = await listen(partnerApp(fakeDeps({ policySets })));
  const url = `${listener.url}/v1/policy-acceptances`;
  return { asked, url, answer: await send(url, { method: 'POST', headers: who, body: JSON.stringify(body) }) };
}

describe('accepting policies', () => {
  it('is answered with the set and the moment, the first time and again', async () => {
    for (const kind of ['accepted', 'accepted-before'] as const) {
      const { answer, asked } = await answerTo({ kind, set, acceptedAt });
      expect(answer).toMatchObject({ status: 200, json: { set, acceptedAt } });
      expect(asked).toEqual([['prison-a', { set, signature: 'e30..AAAA' }]]);
      await listener?.close();
    }
  });

  it.each<[AcceptCallOutcome, string, RegExp]>([
    [{ kind: 'unknown-set' }, 'set', /not in force here/],
    [{ kind: 'no-signing-key' }, 'signature', /not registered/],
    [{ kind: 'signature', problem: 'malformed' }, 'signature', /detached JWS/],
    [{ kind: 'signature', problem: 'wrong-algorithm' }, 'signature', /algorithm/],
    [{ kind: 'signature', problem: 'does-not-match' }, 'signature', /exactly this text/],
  ])('is refused by its place: %j', async (outcome, member, words) => {
    const { answer } = await answerTo(outcome);
    expect(answer).toMatchObject({ status: 400, json: { type: '/problems/invalid-input' } });
    const text = JSON.stringify(answer.json);
    expect(text).toContain(member);
    expect(text).toMatch(words);
  });

  it.each([
    [{ set: 'latest', signature: 'e30..AAAA' }],
    [{ set, signature: '' }],
    [{ set }],
    [{ set, signature: 'e30..AAAA', unit: 'municipality-a' }],
  ])('does not come so far with %j', async (body) => {
    const { answer, asked } = await answerTo({ kind: 'accepted', set, acceptedAt }, body);
    expect(answer.status).toBe(400);
    expect(asked).toEqual([]);
  });
});

it('a unit reads what binds itself', async () => {
  const { url } = await answerTo({ kind: 'unknown-set' });
  const answer = await send(url, { headers: { 'x-test-unit': 'prison-a' } });
  expect(answer).toMatchObject({
    status: 200,
    json: { binds: set, inForce: set, planned: [], accepted: [{ set, acceptedAt }] },
  });
});
