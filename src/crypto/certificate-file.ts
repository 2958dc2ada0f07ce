import { createHash, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { type Instant, instant } from '../core/brand.ts';

/** The first certificate of a PEM file; null: there is none to read now, as while another takes its place. */
export function certificateInFile(file: string): { readonly thumbprint: string; readonly notAfter: Instant } | null {
  try {
    const { raw, validToDate } = new X509Certificate(readFileSync(file));
    return { thumbprint: createHash('sha256').update(raw).digest('hex'), notAfter: instant(validToDate) };
  } catch (error) {
    if (error instanceof Error) return null;
    throw error;
  }
}
