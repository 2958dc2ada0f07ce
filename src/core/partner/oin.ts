import type { Oin } from './partner.ts';

/** Trade register numbers have eight positions, every other register nine; the rest is zeros. */
const forms = [
  /^0000000[12][0-9]{9}000$/, // RSIN, Fi
  /^00000003[0-9]{8}0000$/, // KvK
  /^(?:0000000[46789]|00000010|00000099)[0-9A-Z]{9}000$/, // SubOIN, Logius, BRIN, foreign, UZI, TRR, test
];

/** The organisation identification number in its exact form, or null: no trimming, no case folding. */
export function parseOin(text: string): Oin | null {
  return forms.some((form) => form.test(text)) ? (text as Oin) : null;
}

/** Numbers that no organisation holds; accepted only where test numbers are. */
export function isTestOin(oin: Oin): boolean {
  return oin.startsWith('00000099');
}
