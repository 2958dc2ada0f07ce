import { afterEach, describe, expect, it } from 'vitest';
import { partnerApp } from '../../src/api/partner-app.ts';
import type { PartnerDeps, SeenCaller } from '../../src/api/ports.ts';
import type { Instant } from '../../src/core/brand.ts';
import { mint } from '../../src/core/brand.ts';
import type { EncryptionKeyOnRecord } from '../../src/core/partner/encryption-key.ts';
import { jwkThumbprint } from '../../src/core/partner/jwk-thumbprint.ts';
import type { Partner, Unit } from '../../src/core/partner/partner.ts';
import { ok, refuse } from '../../src/core/result.ts';
import { encryptionPair, forgeProof } from '../world/encryption-keys.ts';
import { keysOf } from '../world/pki/keys.ts';
import { shippedSet } from '../world/shipped-set.ts';
import { fakeDeps } from './world/fake-deps.ts';
import { type Listener, listen, type Sent, send } from './world/listener.ts';
import { partners } from './world/partners.ts';

const set = shippedSet();
const now = '2026-11-21T10:00:00.000Z' as Instant;
const at = (day: string) => `${day}T10:00:00.000Z` as Instant;
const digit = (one: string) => one.repeat(64);

let listener: Listener | null = null;
afterEach(async () => {
  await listener?.close();
  listener = null;
});

interface Situation {
  readonly unit?: Partial<Unit>;
  readonly seen?: Partial<SeenCaller>;
  readonly certificate?: Partial<SeenCaller['certificate']>;
  readonly deps?: Partial<Omit<PartnerDeps, 'operations'>>;
}

/** The gateway sees this caller; `null`: nobody that it knows. */
async function report(situation: Situation | null, sent: Sent = {}) {
  const base = partners.get('prison-a')?.unit;
  if (base === undefined) throw new Error('no unit');
  const unit: Unit = { ...base, ...situation?.unit };
  const certificate = {
    thumbprint: digit('a'),
    key: 'k'.repeat(43),
    notAfter: at('2027-11-21'),
    chain: [
      { thumbprint: digit('b'), notAfter: at('2029-01-01') },
      { thumbprint: digit('c'), notAfter: at('2033-01-01') },
    ],
    ...situation?.certificate,
  };
  const identify: PartnerDeps['identify'] = (c) => {
    if (situation === null) return refuse('unregistered');
    c.set('seen', {
      unit,
      oin: unit.organisation.oin,
      actedAs: false,
      front: 'direct',
      certificate,
      ...situation.seen,
    });
    return unit.state === 'active' ? ok(mint<Partner>({ unit, thumbprint: digit('a') })) : refuse('suspended');
  };
  const policies = { current: () => set, boundTo: () => null };
  const deps = fakeDeps({ identify, policies, ...situation?.deps });
  listener = await listen(partnerApp(deps));
  const answer = await send(`${listener.url}/v1/connection-test`, {
    method: 'POST',
    headers: { 'accept-language': 'en', ...sent.headers },
    ...(sent.method === undefined ? {} : { method: sent.method }),
    ...(sent.body === undefined ? {} : { body: sent.body }),
  });
  return { answer, deps };
}

async function codes(situation: Situation, headers: Readonly<Record<string, string>> = {}) {
  const { answer } = await report(situation, { headers });
  await listener?.close();
  listener = null;
  return (answer.json.attention as { code: string }[]).map(({ code }) => code);
}

const signing = { kty: 'OKP', crv: 'Ed25519', x: 'a'.repeat(43), use: 'sig', kid: 'one' } as const;
const connector = {
  type: 'http',
  url: 'https://bron.example/',
  certificates: [],
  subject: { scheme: 'bsn', pointer: '/b' },
  fields: {},
  timeoutMs: 1,
  maxBytes: 1,
} as const;
const two = { jwk: encryptionPair('OKP', { kid: 'two' }).jwk, proof: null };
const older = { jwk: encryptionPair().jwk, proof: null };
const unfit = { jwk: { ...older.jwk, alg: 'ECDH-ES+A256KW' } as EncryptionKeyOnRecord, proof: null };
function provenUntil(day: string) {
  const exp = Date.parse(at(day)) / 1_000;
  const { privateKey: key } = keysOf('p256:leaf');
  const plan = { unit: 'prison-a', oin: '00000099000000000002', path: [Buffer.from('not looked at here')], key };
  const claims = { nbf: exp - 86_400 * 30, exp };
  return { jwk: two.jwk, proof: forgeProof({ ...plan, jwk: two.jwk, claims }) };
}
const whole = {
  unit: { signingKeys: [signing], connector, encryptionKeys: [two, older] },
  deps: { policies: { current: () => set, boundTo: () => set } },
} as const;

describe('what a recipient should have done by now', () => {
  it.each([
    ['overdueDestructions', 'destruction-overdue'],
    ['overdueCorrections', 'correction-overdue'],
  ])('is something to do, for itself alone and as long as it is let in: %s', async (counted, code) => {
    const asked: string[] = [];
    const count = async (unit: string) => asked.push(unit);
    const late = { ...whole, deps: { ...whole.deps, [counted]: count } };
    expect(await codes(late)).toEqual([code]);
    expect(asked).toEqual(['prison-a']);
    expect(await codes({ ...late, unit: { ...whole.unit, state: 'suspended' } })).toEqual(['closed']);
    expect(asked).toEqual(['prison-a']);
  });
});

describe('a technician who asks what the gateway sees', () => {
  it('is told who they are, by which certificate and chain, and until when', async () => {
    const { answer } = await report(whole);
    expect(answer.status).toBe(200);
    expect(answer.json).toMatchObject({
      you: {
        unit: 'prison-a',
        kind: 'prison',
        oin: '00000099000000000002',
        state: 'open',
        recognisedBy: ['organisation'],
      },
      certificate: {
        of: 'you',
        thumbprint: digit('a'),
        expires: at('2027-11-21'),
        daysLeft: 365,
        chain: [
          { role: 'authority', thumbprint: digit('b') },
          { role: 'anchor', thumbprint: digit('c'), expires: at('2033-01-01') },
        ],
      },
      connection: { front: 'direct', tls: null },
      clock: { gateway: now, differenceSeconds: null },
      keys: {
        encryption: { kid: 'two', kty: 'OKP', thumbprint: jwkThumbprint(two.jwk) },
        encryptionKeys: [
          { kid: 'two', standing: 'sealed-to', proven: false, expires: null },
          { kid: null, standing: 'older', thumbprint: jwkThumbprint(older.jwk) },
        ],
        signing: [{ kid: 'one', thumbprint: expect.stringMatching(/^[\w-]{43}$/) }],
        published: null,
      },
      limits: { unit: { requestsPerMinute: 60 }, user: { refusalsInARow: 5 } },
      attention: [],
    });
  });

  it('is told which policies concern their kind, with whom, and which set binds them', async () => {
    const { answer } = await report(whole);
    const { policies } = answer.json as {
      policies: { inForce: string; binds: string; purposes: { purpose: string; to: string[] }[] };
    };
    expect(policies).toMatchObject({ inForce: set.digest, binds: set.digest });
    const plan = policies.purposes.find(({ purpose }) => purpose === 'plan-basic-conditions');
    expect(plan?.to).toContain('municipality');
    expect(policies.purposes.length).toBeGreaterThan(1);
  });

  it('is told by what the unit was recognised, and through what they came', async () => {
    const selector = { thumbprints: [digit('a')], subOin: '00000004000000001000' as never };
    const { answer } = await report({ unit: { selector }, seen: { front: 'inway', actedAs: true } });
    expect(answer.json).toMatchObject({
      you: { recognisedBy: ['sub-oin', 'thumbprint', 'acting-as'] },
      certificate: { of: 'inway' },
      connection: { front: 'inway', tls: null },
    });
  });

  it('reads it in Dutch unless English is preferred', async () => {
    const words = async (language: string) =>
      (
        (await report({ unit: { state: 'suspended' } }, { headers: { 'accept-language': language } })).answer.json
          .attention as { text: string }[]
      )[0]?.text;
    expect(await words('nl')).toMatch(/niet naar binnen/);
    await listener?.close();
    expect(await words('en')).toMatch(/not let in/);
  });

  it('sends nothing, or an empty object, and nothing else', async () => {
    const headers = { 'content-type': 'application/json' };
    expect((await report(whole, { headers, body: '{}' })).answer.status).toBe(200);
    await listener?.close();
    expect((await report(whole, { headers, body: '{"bsn":"900000041"}' })).answer.status).toBe(400);
  });

  it('asks by POST alone', async () => {
    const { answer } = await report(whole, { method: 'GET' });
    expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'POST']);
  });

  it('changes and reads nothing about anybody', async () => {
    expect((await report(whole)).deps.called).toEqual([]);
  });

  it('is counted as every other call', async () => {
    const asked: string[] = [];
    const limiter = {
      ...fakeDeps().limiter,
      call: async (unit: string) => {
        asked.push(unit);
        return { limit: 'requests', retryAfterS: 7 } as const;
      },
    };
    for (const state of ['active', 'suspended'] as const) {
      const { answer } = await report({ unit: { state }, deps: { limiter } });
      expect([answer.status, answer.headers.get('retry-after')]).toEqual([429, '7']);
      await listener?.close();
    }
    expect(asked).toEqual(['prison-a', 'prison-a']);
  });
});

describe('a unit that is registered and not let in', () => {
  it('is told so, and no more than what it brought itself', async () => {
    const { answer } = await report({ ...whole, unit: { ...whole.unit, state: 'suspended' } });
    expect(answer.status).toBe(200);
    expect(answer.json).toMatchObject({ you: { state: 'closed' }, attention: [{ code: 'closed' }] });
    expect(Object.keys(answer.json).sort()).toEqual(['attention', 'certificate', 'clock', 'connection', 'you']);
  });

  it('comes in nowhere else', async () => {
    await report({ unit: { state: 'suspended' } });
    for (const path of ['/v1/events', '/v1/connection-test/', '/v1/permissions', '/v1/nothing']) {
      const answer = await send(`${listener?.url}${path}`);
      expect([path, answer.status, answer.json.type]).toEqual([path, 403, '/problems/suspended-partner']);
    }
  });
});

describe('a caller whom nobody recognises', () => {
  it.each(['POST', 'GET', 'DELETE'])('gets the ordinary refusal, whatever the method (%s)', async (method) => {
    const { answer } = await report(null, { method });
    expect([answer.status, answer.json.type]).toEqual([403, '/problems/unregistered-partner']);
  });

  it('gets it also where it is suspended and was not seen', async () => {
    listener = await listen(partnerApp(fakeDeps()));
    const headers = { 'x-test-refusal': 'suspended' };
    const answer = await send(`${listener.url}/v1/connection-test`, { method: 'POST', headers });
    expect([answer.status, answer.json.type]).toEqual([403, '/problems/suspended-partner']);
  });
});

describe('what needs attention', () => {
  it('is no key of a certificate that is an Inway’s', async () => {
    const certificate = { key: jwkThumbprint(older.jwk) };
    expect(await codes({ ...whole, certificate, seen: { front: 'inway' } })).toEqual([]);
  });

  it.each<[string, Situation]>([
    ['certificate-ends', { ...whole, certificate: { notAfter: at('2027-01-19') } }],
    ['authority-ends', { ...whole, certificate: { chain: [{ thumbprint: digit('b'), notAfter: at('2026-12-01') }] } }],
    ['no-part', { ...whole, unit: { ...whole.unit, kind: 'somethingElse' } }],
    ['no-set-accepted', { ...whole, deps: { policies: { current: () => set, boundTo: () => null } } }],
    [
      'newer-set-waits',
      {
        ...whole,
        deps: {
          policies: { current: () => set, boundTo: () => ({ ...set, digest: `sha256:${digit('0')}` as never }) },
        },
      },
    ],
    ['no-signing-key', { ...whole, unit: { ...whole.unit, signingKeys: [] } }],
    ['no-encryption-key', { ...whole, unit: { ...whole.unit, encryptionKeys: null } }],
    ['no-encryption-key', { ...whole, unit: { ...whole.unit, encryptionKeys: [] } }],
    ['encryption-key-unfit', { ...whole, unit: { ...whole.unit, encryptionKeys: [two, unfit] } }],
    ['encryption-key-ends', { ...whole, unit: { ...whole.unit, encryptionKeys: [provenUntil('2026-12-01')] } }],
    ['encryption-key-of-certificate', { ...whole, certificate: { key: jwkThumbprint(older.jwk) } }],
    ['no-connector', { ...whole, unit: { ...whole.unit, connector: null } }],
  ])('%s, and nothing more than that', async (code, situation) => {
    expect(await codes(situation)).toEqual([code]);
  });

  it('is a clock that differs by more than tokens may', async () => {
    const date = (seconds: number) => new Date(Date.parse(now) + seconds * 1_000).toUTCString();
    expect(await codes(whole, { date: date(30) })).toEqual([]);
    expect(await codes(whole, { date: date(31) })).toEqual(['clock-differs']);
    expect(await codes(whole, { date: date(-3_600) })).toEqual(['clock-differs']);
    const { answer } = await report(whole, { headers: { date: date(-3_600) } });
    expect(answer.json.clock).toEqual({ gateway: now, differenceSeconds: -3_600 });
  });

  it.each(['tomorrow', '2026-11-21', '1', ''])('is no clock where the header says %j', async (date) => {
    expect(await codes(whole, { date })).toEqual([]);
  });
});
