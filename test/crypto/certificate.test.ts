import { createPublicKey } from 'node:crypto';
import { Agent } from 'node:https';
import { calculateJwkThumbprint } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadTrust } from '../../src/crypto/trust.ts';
import { createAuthority, type DemoAuthority, type Issuance } from '../../src/demo/authority.ts';
import { call, type Listener, listen, temporaryDirectory } from './peers.ts';

const oin = '00000099000000001000';
const dayMs = 86_400_000;
const daysAway = (days: number) => new Date(Date.now() + days * dayMs);
const directory = temporaryDirectory();
const foreignDirectory = temporaryDirectory();
let authority: DemoAuthority;
let foreign: DemoAuthority;
let listener: Listener;

beforeAll(async () => {
  authority = await createAuthority(directory.path);
  foreign = await createAuthority(foreignDirectory.path, 'Elders');
  listener = await listen(authority);
});

afterAll(async () => {
  await listener.close();
  directory.remove();
  foreignDirectory.remove();
});

async function verdict(wanted: Issuance): Promise<unknown> {
  const found = await call(listener, authority, await authority.issue(wanted));
  return found.ok ? 'verified' : found.refusal;
}

describe('a partner certificate over real TLS', () => {
  test('gives the OIN, the thumbprint, the key and the last day of a good certificate', async () => {
    const credentials = await authority.issueClient({ name: 'good', oin, notAfter: new Date('2099-01-01T00:00:00Z') });
    expect(await call(listener, authority, credentials)).toEqual({
      ok: true,
      value: {
        oin,
        thumbprint: credentials.thumbprint,
        key: await calculateJwkThumbprint(createPublicKey(credentials.key).export({ format: 'jwk' })),
        notAfter: '2099-01-01T00:00:00.000Z',
        chain: [expect.objectContaining({ thumbprint: expect.any(String) }), expect.anything()],
      },
    });
  });

  test('is refused when there is none', async () => {
    expect(await call(listener, authority, null)).toEqual({ ok: false, refusal: 'no-certificate' });
  });

  test.each<[string, Issuance, string]>([
    ['expired', { name: 'a', oins: [oin], notBefore: daysAway(-9), notAfter: daysAway(-1) }, 'expired'],
    ['not valid yet', { name: 'b', oins: [oin], notBefore: daysAway(1) }, 'not-yet-valid'],
    ['for servers only', { name: 'c', oins: [oin], usages: ['server'] }, 'wrong-purpose'],
    ['for no purpose that is named', { name: 'd', oins: [oin], usages: [] }, 'wrong-purpose'],
    ['without an OIN', { name: 'e', oins: [] }, 'no-oin'],
    ['with the OIN in its common name only', { name: 'f', cn: oin, oins: [] }, 'no-oin'],
    ['with two OINs', { name: 'g', oins: [oin, '00000099000000002000'] }, 'several-oins'],
    ['with one OIN written twice', { name: 'h', oins: [oin, oin] }, 'several-oins'],
    ['with an OIN and a space', { name: 'i', oins: [`${oin} `] }, 'malformed-oin'],
    ['with an OIN of 19 positions', { name: 'j', oins: [oin.slice(1)] }, 'malformed-oin'],
    ['with an unknown register', { name: 'k', oins: ['00000055000000001000'] }, 'malformed-oin'],
  ])('that is %s is refused', async (_, wanted, refusal) => {
    expect(await verdict(wanted)).toBe(refusal);
  });

  test('that was revoked is refused', async () => {
    const credentials = await authority.issueClient({ name: 'revoked', oin, revoked: true });
    const started = await listen(authority);
    try {
      expect(await call(started, authority, credentials)).toEqual({ ok: false, refusal: 'revoked' });
    } finally {
      await started.close();
    }
  });

  test('of a foreign authority is refused, whatever OIN it claims', async () => {
    const credentials = await foreign.issueClient({ name: 'foreign', oin });
    expect(await call(listener, authority, credentials)).toEqual({ ok: false, refusal: 'unknown-authority' });
  });

  test('with a test number is refused where test numbers are not accepted', async () => {
    listener.acceptTestOins = false;
    expect(await verdict({ name: 'test', oins: [oin] })).toBe('test-oin');
    expect(await verdict({ name: 'real-form', oins: ['00000001123456789000'] })).toBe('verified');
    listener.acceptTestOins = true;
  });
});

describe('a connection that stays open', () => {
  test('is refused from the moment that its certificate ends', async () => {
    const credentials = await authority.issueClient({ name: 'kept', oin, notAfter: daysAway(2) });
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    expect(await call(listener, authority, credentials, { agent })).toMatchObject({ ok: true });
    listener.now = daysAway(3);
    expect(await call(listener, authority, credentials, { agent })).toEqual({ ok: false, refusal: 'expired' });
    listener.now = new Date();
    agent.destroy();
  });

  test('is refused once its certificate stands on a newer list', async () => {
    const credentials = await authority.issueClient({ name: 'taken-back', oin });
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    expect(await call(listener, authority, credentials, { agent })).toMatchObject({ ok: true });
    await authority.revoke(credentials);
    const files = { caFiles: [authority.caFile], crlFiles: [authority.crlFile] };
    listener.trust = loadTrust(files, { environment: 'demo', now: new Date() });
    expect(await call(listener, authority, credentials, { agent })).toEqual({ ok: false, refusal: 'revoked' });
    agent.destroy();
  });

  test('is refused once the lists have expired', async () => {
    const credentials = await authority.issueClient({ name: 'unknown', oin });
    listener.now = daysAway(8);
    expect(await call(listener, authority, credentials)).toEqual({ ok: false, refusal: 'revocation-unknown' });
    listener.now = new Date();
  });

  test('that resumes a refused session is refused again', async () => {
    const credentials = await foreign.issueClient({ name: 'resuming', oin });
    for (const maxVersion of ['TLSv1.2', 'TLSv1.3'] as const) {
      const agent = new Agent({ keepAlive: false, maxCachedSessions: 10, maxVersion });
      for (let attempt = 0; attempt < 3; attempt += 1) {
        expect(await call(listener, authority, credentials, { agent })).toEqual({
          ok: false,
          refusal: 'unknown-authority',
        });
      }
      agent.destroy();
    }
  });
});

test('TLS older than 1.2 does not come in', async () => {
  const credentials = await authority.issueClient({ name: 'old', oin });
  const options = { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT:@SECLEVEL=0' } as const;
  await expect(call(listener, authority, credentials, options)).rejects.toThrow();
});

test('a suite without forward secrecy or authenticated encryption does not come in', async () => {
  const credentials = await authority.issueClient({ name: 'weak', oin });
  for (const ciphers of ['AES128-GCM-SHA256', 'ECDHE-ECDSA-AES128-SHA256', 'DHE-RSA-AES128-GCM-SHA256']) {
    const options = { maxVersion: 'TLSv1.2', ciphers } as const;
    await expect(call(listener, authority, credentials, options)).rejects.toThrow();
  }
  const good = { maxVersion: 'TLSv1.2', ciphers: 'ECDHE-ECDSA-AES128-GCM-SHA256' } as const;
  expect(await call(listener, authority, credentials, good)).toMatchObject({ ok: true });
});
