/** PostgreSQL's text form of bytes, for where they travel in JSON. */
export function bytea(bytes: Buffer): string {
  return `\\x${bytes.toString('hex')}`;
}
