/** A file that is neither whole PEM of the wanted kind nor DER. */
export class PemError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'PemError';
  }
}

const block = /-----BEGIN ([A-Z0-9 ]+)-----([A-Za-z0-9+/=\s]*?)-----END \1-----/g;

/**
 * The DER in a file: every PEM block, or the whole file when it is no PEM. INVARIANT: a file that was cut off within a
 * block is an error, not a shorter file. Throws `PemError`.
 */
export function derInFile(bytes: Buffer, labels: readonly string[]): Buffer[] {
  const text = bytes.toString('latin1');
  const marks = text.match(/-----(BEGIN|END) /g)?.length ?? 0;
  if (marks === 0) return [bytes];
  const blocks = [...text.matchAll(block)];
  if (blocks.length * 2 !== marks) throw new PemError('a PEM block that is damaged or cut off');
  if (blocks.some(([, label = '']) => !labels.includes(label))) throw new PemError('a PEM block of another kind');
  return blocks.map(([, , body = '']) => {
    const base64 = body.replaceAll(/\s/g, '');
    const der = Buffer.from(base64, 'base64');
    if (der.toString('base64') !== base64) throw new PemError('a PEM block that is not base64');
    return der;
  });
}

export function toPem(der: Buffer, label: string): string {
  const lines = der.toString('base64').match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`;
}
