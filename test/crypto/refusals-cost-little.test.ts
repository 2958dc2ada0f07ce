import { once } from 'node:events';
import { Agent } from 'node:https';
import { connect, createServer, type Server, type TLSSocket } from 'node:tls';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isStillGood, verifyCertificate, verifyPeer } from '../../src/crypto/certificate.ts';
import { loadIdentity, partnerListenerTls } from '../../src/crypto/tls.ts';
import { loadTrust, type Trust } from '../../src/crypto/trust.ts';
import { type Credentials, createAuthority, type DemoAuthority } from '../../src/demo/authority.ts';
import { daysAway, scene, trustIn } from '../world/pki/scene.ts';
import { call, type Listener, listen, temporaryDirectory } from './peers.ts';

const oin = '00000099000000001000';
const directory = temporaryDirectory();
const foreignDirectory = temporaryDirectory();
let authority: DemoAuthority;
let stranger: Credentials;
let friend: Credentials;
let listener: Listener;

beforeAll(async () => {
  authority = await createAuthority(directory.path);
  const foreign = await createAuthority(foreignDirectory.path, 'Elders');
  stranger = await foreign.issueClient({ name: 'stranger', oin });
  friend = await authority.issueClient({ name: 'friend', oin });
  listener = await listen(authority);
});
afterAll(async () => {
  await listener.close();
  directory.remove();
  foreignDirectory.remove();
});

/** The same trust under another name, that counts how often a path is looked for in it. */
function counting(trust: Trust): { readonly trust: Trust; judgements: number } {
  const counted = { trust: { ...trust }, judgements: 0 };
  const { intermediates } = trust;
  Object.defineProperty(counted.trust, 'intermediates', {
    get: () => {
      counted.judgements += 1;
      return intermediates;
    },
  });
  return counted;
}

const later = (from: Date, ms: number) => new Date(from.getTime() + ms);

describe('who is refused', () => {
  test('is judged once a second, however often it asks and connects', async () => {
    const counted = counting(listener.trust);
    listener.trust = counted.trust;
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const ask = (options = {}) => call(listener, authority, stranger, options);
    for (let times = 0; times < 10; times += 1) {
      expect(await ask({ agent })).toEqual({ ok: false, refusal: 'unknown-authority' });
      expect(await ask()).toEqual({ ok: false, refusal: 'unknown-authority' });
    }
    expect(counted.judgements).toBe(1);
    listener.now = later(listener.now, 999);
    await ask({ agent });
    expect(counted.judgements).toBe(1);
    listener.now = later(listener.now, 1);
    await ask({ agent });
    expect(counted.judgements).toBe(2);
    agent.destroy();
  });

  test('costs nothing to look over; who was good is judged when the trust changes', async () => {
    const now = new Date();
    const files = { caFiles: [authority.caFile], crlFiles: [authority.crlFile] };
    const counted = counting(loadTrust(files, { environment: 'demo', now }));
    const rules = { trust: counted.trust, acceptTestOins: true, now };
    const identity = loadIdentity(await authority.issueServer({ name: 'looked-over' }), { environment: 'demo', now });
    const server = createServer(partnerListenerTls(identity, counted.trust));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    try {
      const strange = await accepted(server, stranger);
      const good = await accepted(server, friend);
      expect([verifyPeer(strange, rules).ok, verifyPeer(good, rules).ok]).toEqual([false, true]);
      const before = counted.judgements;
      for (let second = 0; second < 100; second += 1)
        expect(isStillGood(strange, { ...rules, now: later(now, second * 1_000) })).toBe(true);
      expect(counted.judgements).toBe(before);
      const without = counting({ ...counted.trust, anchors: [] });
      expect(isStillGood(good, { ...rules, trust: without.trust })).toBe(false);
      expect(isStillGood(strange, { ...rules, trust: without.trust })).toBe(true);
      expect(without.judgements).toBe(1);
      strange.destroy();
      good.destroy();
    } finally {
      server.close();
    }
  });

  async function accepted(server: Server, { certificate: cert, key }: Credentials): Promise<TLSSocket> {
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('does not listen');
    const coming = once(server, 'secureConnection');
    const client = connect({ host: '127.0.0.1', port: address.port, rejectUnauthorized: false, cert, key });
    client.on('error', () => undefined);
    const [socket] = await coming;
    return socket as TLSSocket;
  }
});

describe('who was refused comes in', () => {
  test('at once when the trust changes', async () => {
    const revoked = scene({ issuingList: { revoked: [{ serial: '777777' }] } });
    const presented = { certificate: revoked.leaf, chain: revoked.chain };
    const rules = { acceptTestOins: true, now: new Date() };
    expect(await verifyCertificate(presented, { ...rules, trust: trustIn(revoked) })).toMatchObject({
      refusal: 'revoked',
    });
    const trust = trustIn({ ...revoked, lists: scene().lists });
    expect(await verifyCertificate(presented, { ...rules, trust })).toMatchObject({ ok: true });
  });

  test('within a second of the day from which it is good', async () => {
    const notBefore = daysAway(1);
    const made = scene({ leaf: { notBefore } });
    const rules = { acceptTestOins: true, trust: trustIn(made) };
    const presented = { certificate: made.leaf, chain: made.chain };
    const at = async (ms: number) => verifyCertificate(presented, { ...rules, now: later(notBefore, ms) });
    expect(await at(-1)).toMatchObject({ refusal: 'not-yet-valid' });
    expect(await at(999)).toMatchObject({ ok: true });
  });

  test('when it brings the authority that it did not bring before', async () => {
    const made = scene();
    const trust = trustIn({ ...made, cas: made.cas.slice(0, 1) });
    const rules = { acceptTestOins: true, now: new Date(), trust };
    const { leaf: certificate, chain } = made;
    expect(await verifyCertificate({ certificate, chain: [] }, rules)).toMatchObject({ refusal: 'unknown-authority' });
    expect(await verifyCertificate({ certificate, chain }, rules)).toMatchObject({ ok: true });
  });
});
