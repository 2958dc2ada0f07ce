import { answerSealed } from 'sluis/client';
import { describe, expect, it } from 'vitest';
import { inside, readDer, tags } from '../../src/crypto/path/der.ts';
import { toPem } from '../../src/crypto/path/pem-blocks.ts';
import { certify, extension } from '../world/pki/certify.ts';
import { nothing, octets, oid, sequence } from '../world/pki/der-write.ts';
import { keysOf } from '../world/pki/keys.ts';
import { caPlan, issuingName, leafPlan, rootName, scene } from '../world/pki/scene.ts';
import { type Met, options } from './sealing-options.ts';

/** Whoever would read along has keys of its own, and the genuine certificate, which is no secret. */
const stranger = keysOf('p256:stranger');
const unreadable = 'certificate: a certificate or a revocation list cannot be read';
const notIssued = 'certificate: a certificate is not issued by the next';

/** A certificate or list with another algorithm outside its body, where nobody signed it. */
function relabelled(der: Buffer, identifier: Buffer): Buffer {
  const [body, , signature] = inside(readDer(der, tags.sequence, 'whole'), tags.sequence, 'whole');
  if (body === undefined || signature === undefined) throw new Error('not signed');
  return sequence(body.bytes, identifier, signature.bytes);
}

/** All that is in the genuine one, but for the key. */
function ownCertificate(): string {
  const issuing = caPlan(issuingName, keysOf('p256:issuing'), null);
  const plan = leafPlan(issuing, { keys: stranger, signer: stranger });
  return `\n${toPem(certify(plan), 'CERTIFICATE')}\n`;
}

/** A proof that the stranger signed, by this certificate. */
async function outcome(met: Met, leafKeys = stranger): Promise<unknown> {
  try {
    return Object.keys((await answerSealed(options({ ...met, leafKeys }))).sealed);
  } catch (error) {
    if (!(error instanceof Error) || !('code' in error)) throw error;
    return `${error.code}: ${error.message}`;
  }
}

const inParameters = (text: string) => sequence(oid('1.2.840.10045.4.3.2'), octets(Buffer.from(text)));

describe('a source does not seal to whoever', () => {
  it('put a certificate of its own into the unsigned part of a genuine one', async () => {
    const genuine = scene();
    expect(await outcome(genuine)).toBe('key-signature: the signature of its proof is not good');
    const leaf = relabelled(genuine.leaf, inParameters(ownCertificate()));
    expect(await outcome({ ...genuine, leaf })).toBe(unreadable);
  });

  it('had it put into the signed part of a genuine one', async () => {
    const more = extension('1.2.3.4', false, octets(Buffer.from(ownCertificate())));
    expect(await outcome(scene({ leaf: { extensions: { more } } }))).toBe(unreadable);
  });

  it('put an authority of its own into the one that issued its certificate', async () => {
    const genuine = scene();
    const root = caPlan(rootName, keysOf('p256:root'), null);
    const own = caPlan(issuingName, stranger, root, { signer: stranger }, 0);
    const text = `\n${toPem(certify(own), 'CERTIFICATE')}\n`;
    const leaf = certify(leafPlan(own, { keys: stranger }));
    const chain = genuine.chain.map((der) => relabelled(der, inParameters(text)));
    expect(await outcome({ ...genuine, leaf, chain })).toBe(unreadable);
  });
});

describe('a source does not seal by an algorithm', () => {
  const rsa = keysOf('rsa2048:issuing');
  const ofRsa = { algorithm: 'rsa-sha256', signer: rsa } as const;
  const bare = sequence(oid('1.2.840.113549.1.1.11'));

  it('that a certificate does not name inside as it does outside', async () => {
    const met = scene({ issuing: { keys: rsa }, leaf: { algorithm: 'rsa-sha256' }, issuingList: ofRsa });
    expect(await outcome(met, met.leafKeys)).toEqual(['identity']);
    expect(await outcome({ ...met, leaf: relabelled(met.leaf, bare) }, met.leafKeys)).toBe(unreadable);
    const inner = scene({ leaf: { innerAlgorithm: 'ecdsa-sha384' } });
    expect(await outcome(inner, inner.leafKeys)).toBe(unreadable);
  });

  it('that a revocation list does not name inside as it does outside', async () => {
    const changes = { issuing: { keys: rsa }, leaf: { algorithm: 'rsa-sha256' }, issuingList: ofRsa } as const;
    const met = scene({ ...changes, spoilIssuingList: (der) => relabelled(der, bare) });
    expect(await outcome(met, met.leafKeys)).toBe(unreadable);
  });

  it('with parameters that are not its own, inside and outside alike', async () => {
    const met = scene({ leaf: { algorithm: 'ecdsa-sha256-with-parameters' } });
    expect(await outcome(met, met.leafKeys)).toBe(notIssued);
    const none = scene({ leaf: { algorithm: 'ecdsa-sha256' } });
    const leaf = relabelled(none.leaf, sequence(oid('1.2.840.10045.4.3.2'), nothing));
    expect(await outcome({ ...none, leaf }, none.leafKeys)).toBe(unreadable);
  });
});
