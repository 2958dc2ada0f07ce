import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { instant, type UnitId } from '../../src/core/brand.ts';
import { jwkThumbprint } from '../../src/core/partner/jwk-thumbprint.ts';
import { partnersOnRecord, unitsOf } from '../../src/core/partner/partners-file.ts';
import type { RegisteredKey } from '../../src/core/partner/registered-key.ts';
import { keyChecks } from '../../src/crypto/encryption-key-proof.ts';
import { toPem } from '../../src/crypto/path/pem-blocks.ts';
import { joseSealer } from '../../src/crypto/seal.ts';
import { encryptionPair, forgeProof, type ProofPlan } from '../world/encryption-keys.ts';
import { forgeHmac, respell } from '../world/forge-jws.ts';
import { certify, extension, extensions, serverAuth, types } from '../world/pki/certify.ts';
import { octets } from '../world/pki/der-write.ts';
import { keysOf } from '../world/pki/keys.ts';
import {
  caPlan,
  daysAway,
  issuingName,
  leafName,
  leafPlan,
  type Scene,
  type SceneChanges,
  scene,
  testOin,
  trustIn,
} from '../world/pki/scene.ts';

const pair = encryptionPair();
const other = encryptionPair();
const good = scene();
const now = Math.floor(Date.now() / 1_000);
const daySeconds = 86_400;

interface Situation {
  /** What is trusted; where left out, whatever the certificate stands under. */
  readonly trusted?: Scene;
  readonly key?: object;
  readonly unit?: object;
  readonly units?: readonly object[];
  readonly known?: readonly string[];
  readonly acceptTestOins?: boolean;
}

/** What is found against a key with this proof; null: nothing. */
async function found(proof: string | null, situation: Situation = {}) {
  const { trusted = good, key = pair.jwk, unit = {}, units = [], known = [], acceptTestOins = true } = situation;
  const college = { id: 'college', name: 'College', kind: 'municipality', ...unit };
  const file = { organisations: [{ oin: testOin, name: 'Gemeente', units: [college, ...units] }] };
  const all = new Map(unitsOf(partnersOnRecord.parse(file)).map((one) => [one.id, one]));
  const own = all.get('college' as UnitId);
  if (own === undefined) throw new Error('no unit');
  const checks = keyChecks({
    sealer: joseSealer(),
    rules: () => ({ trust: trustIn(trusted), acceptTestOins }),
    certificateKeys: async () => new Set(known),
  });
  const refusal = await checks.refusalOf({ jwk: key, proof } as RegisteredKey, own, all, instant(new Date()));
  return refusal === null ? null : [refusal.problem, refusal.detail].filter((word) => word !== null).join(' ');
}

function proofBy({ leaf, chain, leafKeys }: Scene, more: Partial<ProofPlan> = {}): string {
  const plan = { jwk: pair.jwk, unit: 'college', oin: testOin, path: [leaf, ...chain], key: leafKeys.privateKey };
  return forgeProof({ ...plan, ...more });
}

const goodProof = proofBy(good);
const x5c = [good.leaf, ...good.chain].map((der) => der.toString('base64'));

describe('a key to seal to', () => {
  test('is registered with a proof that the unit signed, and with none', async () => {
    expect(await found(goodProof)).toBeNull();
    expect(await found(null)).toBeNull();
  });

  test.each(['p256', 'p384', 'p521', 'rsa2048', 'ed25519'])('is signed by a certificate of kind %s', async (kind) => {
    const keys = keysOf(`${kind}:leaf`);
    const signed = scene({ leaf: { keys, extensions: { subjectKey: extensions.subjectKey(keys) } } });
    expect(await found(proofBy(signed), { trusted: signed })).toBeNull();
  });

  test('is signed under the number of the unit’s own, and by the certificate that it is recognised by', async () => {
    const subOin = '00000004123456789000';
    const named = scene({ leaf: { subject: leafName([[types.serialNumber, subOin]]) } });
    expect(await found(proofBy(named, { oin: subOin }), { trusted: named, unit: { subOin } })).toBeNull();
    const thumbprints = [createHash('sha256').update(good.leaf).digest('hex')];
    const others = [{ id: 'mayor', name: 'Burgemeester', kind: 'mayor' }];
    expect(await found(goodProof, { unit: { thumbprints }, units: others })).toBeNull();
  });

  test('is refused where nothing can be sealed to it, whatever its proof says', async () => {
    const offCurve = { ...pair.jwk, x: Buffer.alloc(32, 7).toString('base64url') };
    const nothing = { ...encryptionPair('OKP').jwk, x: Buffer.alloc(32).toString('base64url') };
    for (const key of [offCurve, nothing, { ...pair.jwk, alg: 'ECDH-ES+A256KW' }, { ...pair.jwk, d: 'ZA' }, {}]) {
      expect(await found(null, { key })).toBe('unfit');
      expect(await found(proofBy(good, { jwk: key }), { key })).toBe('unfit');
    }
  });

  test('is refused where a certificate of the unit has the same key', async () => {
    expect(await found(null, { known: [jwkThumbprint(pair.jwk)] })).toBe('of-certificate');
    expect(await found(null, { known: [jwkThumbprint(other.jwk)] })).toBeNull();
    for (const name of ['p256:leaf', 'rsa2048:leaf']) {
      const keys = keysOf(name);
      const signed = scene({ leaf: { keys, extensions: { subjectKey: extensions.subjectKey(keys) } } });
      const jwk = { ...keys.publicKey.export({ format: 'jwk' }), use: 'enc' };
      expect(await found(proofBy(signed, { jwk }), { trusted: signed, key: jwk })).toBe('of-certificate');
    }
  });
});

describe('a proof is refused', () => {
  test.each<[string, string, string]>([
    ['of another unit', proofBy(good, { unit: 'mayor' }), 'proof-of-other-unit'],
    ['of another number', proofBy(good, { oin: '00000099000000002000' }), 'proof-of-other-unit'],
    ['over another key', proofBy(good, { jwk: other.jwk }), 'proof-of-other-key'],
    ['over the key by another name', proofBy(good, { jwk: { ...pair.jwk, kid: 'een' } }), 'proof-of-other-key'],
    ['before its time', proofBy(good, { claims: { nbf: now + 60 } }), 'proof-not-yet'],
    ['after its time', proofBy(good, { claims: { nbf: now - 60, exp: now - 1 } }), 'proof-over'],
    [
      'for longer than its certificate',
      proofBy(good, { claims: { exp: now + 101 * daySeconds } }),
      'proof-outlives-certificate',
    ],
    [
      'for longer than two years',
      proofBy(good, { claims: { nbf: now - 1, exp: now + 731 * daySeconds } }),
      'proof-malformed',
    ],
    ['that ends before it begins', proofBy(good, { claims: { nbf: now - 60, exp: now - 60 } }), 'proof-malformed'],
    ['of dates that are text', proofBy(good, { claims: { nbf: String(now) } }), 'proof-malformed'],
    ['of dates between seconds', proofBy(good, { claims: { nbf: now - 0.5 } }), 'proof-malformed'],
    ['of another type', proofBy(good, { header: { typ: 'JWT' } }), 'proof-malformed'],
    ['of no type', proofBy(good, { header: { typ: undefined } }), 'proof-malformed'],
    ['with something critical', proofBy(good, { header: { crit: ['b64'], b64: true } }), 'proof-malformed'],
    ['with a key of its own', proofBy(good, { header: { jwk: other.jwk } }), 'proof-malformed'],
    ['with an address for keys', proofBy(good, { header: { x5u: 'https://example.org' } }), 'proof-malformed'],
    ['with the name of a key', proofBy(good, { header: { kid: 'een' } }), 'proof-malformed'],
    ['with a claim that nobody knows', proofBy(good, { claims: { aud: 'een' } }), 'proof-malformed'],
    ['without its issuer', proofBy(good, { claims: { iss: undefined } }), 'proof-malformed'],
    ['without its number', proofBy(good, { claims: { oin: undefined } }), 'proof-malformed'],
    ['without its key', proofBy(good, { claims: { jwk: undefined } }), 'proof-malformed'],
    ['without its start', proofBy(good, { claims: { nbf: undefined } }), 'proof-malformed'],
    ['without its end', proofBy(good, { claims: { exp: undefined } }), 'proof-malformed'],
    ['over a private key', proofBy(good, { claims: { jwk: { ...pair.jwk, d: 'ZA' } } }), 'proof-malformed'],
    ['without certificates', proofBy(good, { header: { x5c: undefined } }), 'proof-malformed'],
    ['with an empty path', proofBy(good, { path: [] }), 'proof-malformed'],
    [
      'with certificates in base64url',
      proofBy(good, { header: { x5c: [good.leaf.toString('base64url')] } }),
      'proof-malformed',
    ],
    [
      'with bytes that are no certificate',
      proofBy(good, { path: [good.leaf, Buffer.from('niets')] }),
      'proof-malformed',
    ],
    [
      'with its path in another order',
      proofBy(good, { path: [good.leaf, ...good.cas.slice(0, 1), ...good.chain] }),
      'proof-malformed',
    ],
    [
      'with twelve certificates',
      proofBy(good, { path: Array.from({ length: 12 }, () => good.leaf) }),
      'proof-malformed',
    ],
    ['that says none', proofBy(good, { header: { alg: 'none' } }), 'proof-wrong-algorithm'],
    ['by another algorithm than the key’s', proofBy(good, { header: { alg: 'ES384' } }), 'proof-wrong-algorithm'],
    ['by a secret that everybody knows', hmac('HS256'), 'proof-wrong-algorithm'],
    ['by a secret, said to be a signature', hmac('ES256'), 'proof-does-not-match'],
    ['by another key', proofBy(good, { key: keysOf('p256:stranger').privateKey }), 'proof-does-not-match'],
    ['without a signature', goodProof.replace(/\.[^.]*$/, '.'), 'proof-malformed'],
    ['of four parts', `${goodProof}.AA`, 'proof-malformed'],
    ['in another spelling', spelt(goodProof), 'proof-malformed'],
    ['that is too long', `${goodProof}${'A'.repeat(16_384)}`, 'proof-malformed'],
    ['that is nothing', '', 'proof-malformed'],
  ])('%s', async (_, proof, problem) => {
    expect(await found(proof)).toBe(problem);
  });

  test.each<[string, SceneChanges]>([
    ['expired', { leaf: { notBefore: daysAway(-9), notAfter: daysAway(-1) } }],
    ['not-yet-valid', { leaf: { notBefore: daysAway(1) } }],
    ['revoked', { issuingList: { revoked: [{ serial: '777777' }] } }],
    ['revocation-unknown', { issuingList: null }],
    ['wrong-purpose', { leaf: { extensions: { extendedKeyUsage: extensions.extendedKeyUsage(serverAuth) } } }],
    ['weak-algorithm', { leaf: { algorithm: 'ecdsa-sha1' } }],
    ['no-oin', { leaf: { subject: leafName() } }],
  ])('by a certificate that would not be let in: %s', async (word, changes) => {
    const bad = scene(changes);
    expect(await found(proofBy(bad, { claims: { exp: now + 60 } }), { trusted: bad })).toBe(
      `proof-certificate ${word}`,
    );
  });

  test('by a certificate under an authority that nobody trusts here', async () => {
    const keys = keysOf('p256:other-root');
    const strange = scene({ root: { keys }, issuing: { keys: keysOf('p256:other-issuing') } });
    expect(await found(proofBy(strange))).toBe('proof-certificate unknown-authority');
  });

  test('by the key of another certificate, that stands as text in the one that comes in', async () => {
    const stranger = keysOf('p256:stranger');
    const issuing = caPlan(issuingName, keysOf('p256:issuing'), null);
    const own = toPem(certify(leafPlan(issuing, { keys: stranger, signer: stranger })), 'CERTIFICATE');
    const more = extension('1.2.3.4', false, octets(Buffer.from(`\n${own}\n`)));
    const carrying = scene({ leaf: { extensions: { more } } });
    expect(await found(proofBy(carrying), { trusted: carrying })).toBeNull();
    const proof = proofBy(carrying, { key: stranger.privateKey });
    expect(await found(proof, { trusted: carrying })).toBe('proof-does-not-match');
  });

  test('by a test certificate where those do not come in', async () => {
    expect(await found(goodProof, { acceptTestOins: false })).toBe('proof-certificate test-oin');
  });

  test('by a certificate of another organisation, or that another unit is recognised by', async () => {
    const oin = '00000099000000002000';
    const strange = scene({ leaf: { subject: leafName([[types.serialNumber, oin]]) } });
    expect(await found(proofBy(strange), { trusted: strange })).toBe('proof-certificate-of-other unregistered');
    const thumbprints = ['a'.repeat(64)];
    expect(await found(goodProof, { unit: { thumbprints } })).toBe('proof-certificate-of-other no-unit');
  });

  test('by a certificate whose kind of key signs no proof', async () => {
    const keys = keysOf('ed448:leaf');
    const signed = scene({ leaf: { keys, extensions: { subjectKey: extensions.subjectKey(keys) } } });
    const proof = proofBy(signed, { header: { alg: 'EdDSA' }, key: generateKeyPairSync('ed25519').privateKey });
    expect(await found(proof, { trusted: signed })).toBe('proof-wrong-algorithm');
  });

  test('where any bit of it was changed', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(goodProof.length - 1), fc.integer({ min: 1, max: 127 }), async (place, change) => {
        const code = goodProof.charCodeAt(place) ^ change;
        const changed = goodProof.slice(0, place) + String.fromCharCode(code) + goodProof.slice(place + 1);
        expect(await found(changed)).toMatch(/^proof-/);
      }),
      { numRuns: 300 },
    );
  });

  test('whatever stands in header and claims in place of what belongs there', async () => {
    const members = fc.constantFrom('typ', 'alg', 'x5c', 'iss', 'oin', 'jwk', 'nbf', 'exp', 'crit', '__proto__', '');
    const odd = fc.dictionary(members, fc.jsonValue(), { minKeys: 1 });
    await fc.assert(
      fc.asyncProperty(odd, odd, async (header, claims) => {
        const said = proofBy(good, { header, claims });
        expect(await found(said)).toMatch(/^proof-/);
      }),
      { numRuns: 300 },
    );
  });
});

describe('a proof that names a member twice', () => {
  test('is refused, for two readers would read two things', async () => {
    const header = JSON.stringify({ typ: 'sluis-encryption-key+jwt', alg: 'ES256', x5c });
    const claims = JSON.stringify({ iss: 'college', oin: testOin, jwk: pair.jwk, nbf: now - 60, exp: now + 60 });
    const twice = claims.replace('{', '{"iss":"mayor",');
    const parts = (texts: readonly string[]) => texts.map((text) => Buffer.from(text).toString('base64url')).join('.');
    for (const [said, expected] of [
      [parts([header, claims]), null],
      [parts([header, twice]), 'proof-malformed'],
    ] as const) {
      const options = { key: good.leafKeys.privateKey, dsaEncoding: 'ieee-p1363' } as const;
      const signature = sign('sha256', Buffer.from(said), options).toString('base64url');
      expect(await found(`${said}.${signature}`)).toBe(expected);
    }
  });
});

/** Keyed with the certificate itself, which everybody has. */
function hmac(alg: string): string {
  const header = { typ: 'sluis-encryption-key+jwt', alg, x5c };
  const claims = { iss: 'college', oin: testOin, jwk: pair.jwk, nbf: now - 60, exp: now + 60 };
  return forgeHmac(header, claims, good.leaf.toString('base64'));
}

function spelt(proof: string): string {
  const [header = '', claims = '', signature = ''] = proof.split('.');
  return `${header}.${claims}.${respell(signature)}`;
}
