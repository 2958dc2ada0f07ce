import { z } from 'zod';
import { named } from './schema-names.ts';

const base64url = z.string().regex(/^[A-Za-z0-9_-]*$/);

const openings = z.array(z.object({ name: z.string(), salt: base64url, value: z.string() }));

/** Shape of `Receipt` (core/ledger/entry.ts) as it leaves. */
export const receipt = named(
  'Receipt',
  'Signed proof, checkable offline with the keys of `/.well-known/jwks.json`, that this entry stands in the ledger. ' +
    'See docs/ledger.md.',
  z.object({
    v: z.literal(1),
    leaf: z.string(),
    flush: z.object({
      instance: z.string(),
      number: z.int().min(1),
      first: z.int().min(1),
      count: z.int().min(1),
      index: z.int().min(0),
      path: z.array(base64url),
      previous: base64url,
      key: z.string(),
      signature: base64url,
    }),
    openings,
  }),
);

/** Shape of `FinalReceipt` (core/ledger/final-receipt.ts) as it leaves. */
export const finalReceipt = named(
  'FinalReceipt',
  'Proof, checkable offline with public keys alone, that this entry stands in the ledger as the witnesses saw it. ' +
    '`proof` is a C2SP tlog-proof. See docs/ledger.md.',
  z.object({ v: z.literal(2), leaf: z.string(), openings, proof: z.string() }),
);
