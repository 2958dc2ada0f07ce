import { CompactEncrypt, importJWK } from 'jose';
import { sha256 } from './compact.mjs';
import { readPermit } from './read-permit.mjs';
import { checkRecipientKey } from './recipient-key.mjs';
import { SealedError } from './sealed-error.mjs';
import { isFirstUse } from './used-permits.mjs';

/** What binds a sealed category to its permit: whoever opens it must understand it. */
export const critical = ['permit', 'category', 'request'];
export const sealedType = 'sluis-sealed+jwe';

/**
 * The source's end: checks the permit by the gateway's keys and the recipient's key by your own trust, takes the permitted
 * fields out of `data`, and seals them per category, once by each permit. Throws `SealedError`; nothing is sealed then.
 * @type {import('./client-types.d.mts').AnswerSealed}
 */
export async function answerSealed(options) {
  const { permit: jws, recipientKey, unit, data, recipients, anchors, crls, isRevoked, now = new Date() } = options;
  const { firstUse = (/** @type {string} */ _jti, permit) => isFirstUse(permit, now) } = options;
  if (typeof unit !== 'string') throw new TypeError('unit must be given');
  if (recipients !== 'any' && !Array.isArray(recipients))
    throw new TypeError("recipients must be given: the OINs to which you give, or 'any'");
  const permit = await readPermit(jws, { ...options, unit, now });
  // A gateway that names itself would read along.
  if (permit.iss === `urn:nld:oin:${permit.recipient.oin}`)
    throw new SealedError('permit-recipient', 'for the gateway itself, to which nothing is sealed');
  if (recipients !== 'any' && !recipients.includes(permit.recipient.oin))
    throw new SealedError('permit-recipient', 'for a recipient to whom nothing is given');
  await checkRecipientKey({ permit, recipientKey, anchors, crls, isRevoked, now });
  // Last of all, so that nobody uses a permit up with what does not belong to it.
  if ((await firstUse(permit.jti, permit)) !== true) throw new SealedError('permit-used', 'by which was sealed before');
  const { use: _use, kid: _kid, alg: _alg, ...material } = recipientKey.jwk;
  const alg = material.kty === 'RSA' ? 'RSA-OAEP-256' : 'ECDH-ES';
  const key = await importJWK(/** @type {import('jose').JWK} */ (material), alg);
  const iat = Math.floor(now.getTime() / 1_000);
  const bound = { permit: sha256(jws), request: permit.request, iat };
  const header = { typ: sealedType, alg, enc: 'A256GCM', kid: permit.key, cty: 'application/json', crit: critical };
  const sealed = await Promise.all(
    Object.entries(permit.fields).map(async ([category, fields]) => {
      const given = fields.filter((field) => Object.hasOwn(data, field) && data[field] !== undefined);
      if (given.length === 0) return [];
      const content = JSON.stringify(Object.fromEntries(given.map((field) => [field, data[field]])));
      const jwe = await new CompactEncrypt(Buffer.from(content, 'utf8'))
        .setProtectedHeader({ ...header, ...bound, category })
        .encrypt(key, { crit: { permit: true, category: true, request: true } });
      return [/** @type {const} */ ([category, jwe])];
    }),
  );
  return { sealed: Object.fromEntries(sealed.flat()), permit };
}
