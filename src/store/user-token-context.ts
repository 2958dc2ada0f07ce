/** What a kept user token is bound to: a row that is copied to another unit or token does not decrypt. `token`: its hash, base64url. */
export function userTokenContext(unit: string, token: string): string {
  return `acting-user:${unit}:${token}`;
}
