import { createPublicKey, type JsonWebKey, type KeyObject } from 'node:crypto';
import { z } from 'zod';
import { jwkThumbprint } from '../../core/partner/jwk-thumbprint.ts';
import { expectTag, inside, readDer, tags } from './der.ts';

const text = z.string();
const material = z.discriminatedUnion('kty', [
  z.looseObject({ kty: z.literal('RSA'), n: text, e: text }),
  z.looseObject({ kty: z.literal('EC'), crv: text, x: text, y: text }),
  z.looseObject({ kty: z.literal('OKP'), crv: text, x: text }),
]);

/**
 * RFC 7638 thumbprint of a certificate's key, so that the same key is known again as a JWK. An RSA key that is bound to
 * PSS is the same key without that bond.
 */
export function keyThumbprint(key: KeyObject): string {
  return jwkThumbprint(material.parse(jwkOf(key)));
}

function jwkOf(key: KeyObject): JsonWebKey {
  if (key.asymmetricKeyType !== 'rsa-pss') return key.export({ format: 'jwk' });
  const spki = readDer(key.export({ format: 'der', type: 'spki' }), tags.sequence, 'key');
  const bits = expectTag(inside(spki, tags.sequence, 'key')[1], tags.bitString, 'key').value;
  return createPublicKey({ key: bits.subarray(1), format: 'der', type: 'pkcs1' }).export({ format: 'jwk' });
}
