import { randomBytes as nodeRandomBytes } from 'node:crypto';
import { v7 } from 'uuid';
import type { TraceId } from '../core/brand.ts';
import type { Entropy } from '../core/disclosure/ports.ts';
import type { RandomBytes } from '../core/ledger/ports.ts';

/** The operating system's randomness behind the core's port. */
export const entropy: Entropy = {
  id: () => v7(),
  trace: () => nodeRandomBytes(16).toString('hex') as TraceId,
};

export const randomBytes: RandomBytes = (length) => nodeRandomBytes(length);
