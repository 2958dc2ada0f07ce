import { randomFillSync } from 'node:crypto';
import { v7 } from 'uuid';
import type { TraceId } from '../core/brand.ts';
import type { Entropy } from '../core/disclosure/ports.ts';
import type { RandomBytes } from '../core/ledger/ports.ts';

/** Salts and nonces are short and many: measured, asking for each was a quarter of putting an entry together. */
const block = Buffer.alloc(4_096);
let taken = block.length;

/**
 * The operating system's randomness behind the core's port, drawn in blocks. INVARIANT: no byte is handed out twice,
 * and none stays in the block after it was. Keys are not made of these: they are drawn one by one where they are made.
 */
export const randomBytes: RandomBytes = (length) => {
  if (length > block.length) return randomFillSync(Buffer.alloc(length));
  if (taken + length > block.length) {
    randomFillSync(block);
    taken = 0;
  }
  const bytes = Buffer.from(block.subarray(taken, taken + length));
  block.fill(0, taken, taken + length);
  taken += length;
  return bytes;
};

export const entropy: Entropy = {
  id: () => v7(),
  trace: () => randomBytes(16).toString('hex') as TraceId,
};
