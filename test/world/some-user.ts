import { createHash } from 'node:crypto';
import type { User } from '../../src/core/partner/partner.ts';

/** Somebody at a partner, as the core gets them once their unit's token was checked. */
export function someUser(id: string, role: string, name: string): User {
  return { id, role, name, token: createHash('sha256').update(id).digest('base64url') };
}
