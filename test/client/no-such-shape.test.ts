import { openSealed, SealedError } from 'sluis/client';
import { expect, it } from 'vitest';

const own = { request: 'r', unit: 'u', oin: 'o', privateKey: {}, gatewayKeys: { keys: [] }, gatewayOin: 'g' };

/** The code of the error by which it refuses; nothing else may come out. */
async function refusal(parts: unknown): Promise<string> {
  try {
    await openSealed({ ...own, parts } as never);
  } catch (error) {
    if (error instanceof SealedError) return error.code;
    throw error;
  }
  return 'opened';
}

it('does not open what is no list of parts', async () => {
  for (const parts of [null, undefined, {}, 5, [null], [undefined], ['a']]) {
    expect(await refusal(parts)).toBe('part-malformed');
  }
  expect(await refusal([{}])).toBe('permit-malformed');
});

it('does not open by a permit whose members are of another type, also such as turn into no text or number', async () => {
  const odd = { toString: 1, valueOf: 1 };
  const header = { typ: 'sluis-permit+jwt', alg: 'EdDSA', kid: 'k' };
  const claims = {
    ...{ iss: 'i', aud: 'a', jti: 'j', request: 'r', purpose: 'p', key: 'k', iat: 1, nbf: 1, exp: 2 },
    ...{ recipient: { unit: 'u', oin: 'o' }, fields: {} },
  };
  const permit = (...parts: readonly object[]) =>
    `${parts.map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.')}.AAAA`;
  const codeOf = (jws: string) => refusal([{ category: 'c', sealed: 's', permit: jws }]);
  expect(await codeOf(permit(header, claims))).toBe('permit-key');
  expect(await codeOf(permit({ ...header, kid: odd }, claims))).toBe('permit-malformed');
  expect(await codeOf(permit(header, { ...claims, iat: odd }))).toBe('permit-malformed');
});
