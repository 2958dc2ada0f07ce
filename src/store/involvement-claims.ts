import type pg from 'pg';
import { z } from 'zod';
import type { ClaimId, Instant, SubjectId, UnitId } from '../core/brand.ts';
import type { InvolvementClaims } from '../core/disclosure/ports.ts';
import type { InvolvementClaim } from '../core/involvement/involvement-claim.ts';
import type { KeyedCipher } from '../core/subject/ports.ts';
import { query } from './pool.ts';
import { openSaid } from './said-text.ts';
import { isUuid } from './uuid.ts';

const byId = {
  name: 'involvement_claim_by_id',
  text: `SELECT id, claimant, attester, role, subject_id, justification, user_role, state, received_at, moved_at
    FROM involvement_claim WHERE id = $1`,
};

const row = z.strictObject({
  id: z.uuid(),
  claimant: z.string(),
  attester: z.string(),
  role: z.string(),
  subject_id: z.uuid().nullable(),
  // null: from before it was encrypted; the ledger's entry has it.
  justification: z.instanceof(Buffer).nullable(),
  user_role: z.string().nullable(),
  state: z.enum(['received', 'confirmed', 'rejected']),
  received_at: z.string(),
  moved_at: z.string(),
});

export function createInvolvementClaims(pool: pg.Pool, cipher: Pick<KeyedCipher, 'decrypt'>): InvolvementClaims {
  return {
    async find(id: ClaimId): Promise<InvolvementClaim | null> {
      if (!isUuid(id)) return null;
      const [found] = await query(pool, byId, [id]);
      if (found === undefined) return null;
      const claim = row.parse(found);
      return {
        id: claim.id as ClaimId,
        claimant: claim.claimant as UnitId,
        attester: claim.attester as UnitId,
        role: claim.role,
        subject: claim.subject_id as SubjectId | null,
        justification: openSaid(cipher, 'involvement_claim.justification', claim.id, claim.justification) ?? '',
        userRole: claim.user_role,
        state: claim.state,
        receivedAt: claim.received_at as Instant,
        movedAt: claim.moved_at as Instant,
      };
    },
  };
}
