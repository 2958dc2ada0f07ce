import { answerSealed } from 'sluis/client';
import { describe, expect, it } from 'vitest';
import {
  type CertificatePlan,
  clientAuth,
  extension,
  extensions,
  generalNames,
  listExtensions,
  scopes,
  serverAuth,
  subtree,
  uses,
} from '../world/pki/certify.ts';
import { ecdsa, g1, g4, type Hierarchy } from '../world/pki/hierarchies.ts';
import { keysOf } from '../world/pki/keys.ts';
import { caName, daysAway, leafName, type SceneChanges, scene } from '../world/pki/scene.ts';
import { type Met, options } from './sealing-options.ts';

/** `sealed`, or what stood against it. */
async function outcome(met: Met, more: object = {}): Promise<string> {
  try {
    const { sealed } = await answerSealed(options(met, more));
    return Object.keys(sealed).join() === 'identity' ? 'sealed' : 'nothing sealed';
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return 'code' in error ? `${error.code}: ${error.message}` : `${error.name}: ${error.message}`;
  }
}

const of = (changes: SceneChanges) => outcome(scene(changes));
const critical = (id: string, value = Buffer.from([0x05, 0x00])) => ({
  extensions: { more: extension(id, true, value) },
});
const limit = 'certificate: a certificate sets a limit that is not judged here';
const notIssued = /^certificate: (a certificate is not issued by the next|under no authority that is trusted)$/;
const unknown = 'certificate: nothing that is current says whether a certificate was taken back';

describe('a source seals to whoever stands', () => {
  it('under an authority that it trusts, by lists that say that nothing was taken back', async () => {
    expect(await of({})).toBe('sealed');
    const met = scene();
    expect(await outcome(met, { crls: met.lists })).toBe('sealed');
    expect(await outcome({ ...met, chain: met.cas.toReversed() })).toBe('sealed');
  });

  it.each<[string, () => Hierarchy, number]>([
    ['RSA of four tiers', g1, 0],
    ['PSS with SHA-512', g4, 2],
    ['ECDSA', ecdsa, 0],
  ])('under %s, in the shape of a real one', async (_name, hierarchy, root) => {
    const { cas, client, lists: listsOf } = hierarchy();
    const below = cas.slice(root + 1, root === 0 ? undefined : root + 2).toReversed();
    const met = { ...client('51'), chain: below, cas: cas.slice(root), lists: listsOf() };
    expect(await outcome(met)).toBe('sealed');
    expect(await outcome({ ...met, chain: below.slice(1) })).toMatch(notIssued);
  });
});

describe('a source does not seal under an authority', () => {
  const names = subtree(generalNames.directory(caName('Proef').slice(0, 1)));
  const soft = extension('2.5.29.30', false, extensions.nameConstraints([names]).subarray(-2));

  it('that sets a limit, or has a critical extension, that is not judged', async () => {
    const constrained = { extensions: { names: extensions.nameConstraints([names]) } };
    expect(await of({ issuing: constrained })).toBe(limit);
    expect(await of({ root: constrained })).toBe(limit);
    expect(await of({ issuing: { extensions: { names: soft } } })).toBe(limit);
    expect(await of({ issuing: { extensions: { policies: extensions.policyConstraints(0) } } })).toBe(limit);
    expect(await of({ issuing: { extensions: { policies: extensions.inhibitAnyPolicy(0) } } })).toBe(limit);
    expect(await of({ issuing: critical('1.2.3.4') })).toBe(limit);
    expect(await of({ leaf: critical('1.2.3.4') })).toBe(limit);
    expect(await of({ leaf: { extensions: { more: extension('1.2.3.4', false, Buffer.from([5, 0])) } } })).toBe(
      'sealed',
    );
  });

  it('that may not issue, or not so deep, or for another purpose', async () => {
    expect(await of({ issuing: { extensions: { basicConstraints: extensions.basicConstraints(false) } } })).toMatch(
      notIssued,
    );
    expect(await of({ issuing: { extensions: { keyUsage: extensions.keyUsage(uses.cRLSign) } } })).toMatch(notIssued);
    expect(await of({ root: { extensions: { basicConstraints: extensions.basicConstraints(true, 0) } } })).toMatch(
      notIssued,
    );
    const servers = { extensions: { extendedKeyUsage: extensions.extendedKeyUsage(serverAuth) } };
    const purpose = 'certificate: not a certificate by which an organisation comes in';
    expect(await of({ issuing: servers })).toBe(purpose);
    expect(await of({ leaf: servers })).toBe(purpose);
    expect(await of({ leaf: { extensions: { extendedKeyUsage: null } } })).toBe(purpose);
    const both = { extensions: { extendedKeyUsage: extensions.extendedKeyUsage(serverAuth, clientAuth) } };
    expect(await of({ issuing: both, leaf: both })).toBe('sealed');
  });

  it('of another name or key, out of its time, or that signs weakly', async () => {
    expect(await of({ leaf: { issuer: caName('Iemand anders') } })).toMatch(notIssued);
    expect(await of({ leaf: { signer: keysOf('p256:stranger') } })).toMatch(notIssued);
    const other: Partial<CertificatePlan> = { subject: leafName() };
    expect(await of({ leaf: other })).toBe('key-of-other: the certificate is of another organisation');
    expect(await of({ leaf: { notAfter: daysAway(-1) } })).toBe('certificate: a certificate is not in its time');
    expect(await of({ root: { notAfter: daysAway(-1) } })).toBe('certificate: a certificate is not in its time');
    expect(await of({ leaf: { algorithm: 'ecdsa-sha1' } })).toMatch(notIssued);
    expect(await of({ leaf: { algorithm: 'ecdsa-sha224' } })).toMatch(notIssued);
    expect(await of({ issuing: { keys: keysOf('rsa1024:weak') }, leaf: { algorithm: 'rsa-sha256' } })).toMatch(
      notIssued,
    );
  });

  it('whose certificate is spoilt', async () => {
    const unreadable = 'certificate: a certificate or a revocation list cannot be read';
    expect(await of({ spoilLeaf: (der) => der.subarray(0, -1) })).toBe(unreadable);
    expect(await of({ spoilLeaf: (der) => Buffer.concat([der, Buffer.from([0])]) })).toBe(unreadable);
  });
});

describe('a source does not seal where it does not know that a certificate was not taken back', () => {
  it('because a list names it', async () => {
    const back = 'certificate: a certificate was taken back';
    expect(await of({ issuingList: { revoked: [{ serial: '1' }, { serial: '777777' }] } })).toBe(back);
    expect(await of({ rootList: { revoked: [{ serial: '1234' }] } })).toBe(back);
    const older = { thisUpdate: daysAway(-2), revoked: [] };
    const met = scene({ issuingList: { revoked: [{ serial: '777777' }] } });
    const before = scene({ issuingList: older }).lists;
    expect(await outcome({ ...met, lists: [...before, ...met.lists] })).toBe(back);
  });

  it('because there is none that is current, whole, about it and by its authority', async () => {
    const wrong: readonly SceneChanges[] = [
      { issuingList: null },
      { rootList: null },
      { issuingList: { nextUpdate: daysAway(-0.5) } },
      { issuingList: { nextUpdate: null } },
      { issuingList: { thisUpdate: daysAway(1) } },
      { issuingList: { signer: keysOf('p256:stranger') } },
      { issuingList: { issuer: caName('Iemand anders') } },
      { issuingList: { extensions: { delta: listExtensions.delta(1) } } },
      { issuingList: { extensions: { delta: listExtensions.delta(1, false) } } },
      { issuingList: { extensions: { more: extension('1.2.3.4', true, Buffer.from([5, 0])) } } },
      ...[scopes.onlyCa, scopes.someReasons, scopes.indirect, scopes.onlyAttribute, scopes.at('http://elders/crl')].map(
        (scope) => ({ issuingList: { extensions: { scope: listExtensions.scope(scope) } } }),
      ),
      { issuing: { extensions: { keyUsage: extensions.keyUsage(uses.keyCertSign) } } },
    ];
    for (const changes of wrong) expect(await of(changes)).toBe(unknown);
    const at = { extensions: { lists: extensions.listsAt('http://hier/crl') } };
    const there = listExtensions.scope(scopes.at('http://hier/crl'), scopes.onlyUser);
    expect(await of({ leaf: at, issuingList: { extensions: { scope: there } } })).toBe('sealed');
  });

  it('because its own answer is not yes or no, or nothing was said of it at all', async () => {
    const met = scene();
    const by = (isRevoked: unknown) => outcome(met, { crls: undefined, isRevoked });
    expect(await by(() => undefined)).toBe(unknown);
    expect(await by(async () => null)).toBe(unknown);
    expect(await by(() => true)).toBe('certificate: a certificate was taken back');
    expect(await by(() => Promise.reject(new TypeError('unreachable')))).toBe('TypeError: unreachable');
    const asked: string[] = [];
    const told = (one: { subject: string }, issuer: { subject: string }) => {
      asked.push([one, issuer].map(({ subject }) => subject.split('CN=')[1]?.split('\n')[0]).join(' < '));
      return false;
    };
    expect(await by(told)).toBe('sealed');
    expect(asked).toEqual(['systeem < Proef issuing CA', 'Proef issuing CA < Proef root']);
    const neither = /^TypeError: give either crls or isRevoked/;
    expect(await by(undefined)).toMatch(neither);
    expect(await outcome(met, { isRevoked: () => false })).toMatch(neither);
    expect(await outcome(met, { crls: '' })).toMatch(/^TypeError: crls must hold revocation lists/);
    expect(await outcome(met, { crls: [] })).toBe(unknown);
  });
});
