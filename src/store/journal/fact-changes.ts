import type { Change } from '../../core/disclosure/change.ts';
import type { KeyedCipher } from '../../core/subject/ports.ts';
import { sealSaid } from '../said-text.ts';
import type { ColdStatement } from './cold-statement.ts';

const factChanges = [
  'fact-attested',
  'fact-ended',
  'fact-corrected',
  'fact-disputed',
  'fact-confirmed',
  'involvement-claimed',
  'involvement-claim-moved',
] as const;

/** Changes of facts, and of what is claimed about them. */
export type FactChange = Change & { readonly type: (typeof factChanges)[number] };

const names: ReadonlySet<string> = new Set(factChanges);

export function isFactChange(change: Change): change is FactChange {
  return names.has(change.type);
}

export function factStatement(change: FactChange, cipher: Pick<KeyedCipher, 'encrypt'>): ColdStatement {
  switch (change.type) {
    case 'fact-attested': {
      const { id, subject, type, from, until, attestedBy, unit, reference, state, attributes } = change.fact;
      const named = sealSaid(cipher, 'fact.reference', id, reference);
      const what = [id, subject, type, from, until, attestedBy, unit, named, state, JSON.stringify(attributes)];
      return { ...attestFact, values: [...what, change.corrects ?? null], untouched: 'unique' };
    }
    case 'fact-ended':
      return { ...endFact, values: [change.id, change.until], untouched: 'state' };
    case 'fact-corrected':
      return { ...correctFact, values: [change.id], untouched: 'state' };
    case 'fact-disputed': {
      const ground = sealSaid(cipher, 'fact.dispute_ground', change.id, change.ground);
      return { ...disputeFact, values: [change.id, change.by, change.at, ground], untouched: 'state' };
    }
    case 'fact-confirmed':
      return { ...confirmFact, values: [change.id, change.to], untouched: 'state' };
    case 'involvement-claimed': {
      const { id, claimant, attester, role, subject, justification, userRole, state, receivedAt } = change.claim;
      const why = sealSaid(cipher, 'involvement_claim.justification', id, justification);
      const values = [id, claimant, attester, role, subject, why, userRole, state, receivedAt];
      return { ...claimInvolvement, values, untouched: 'unique' };
    }
    case 'involvement-claim-moved':
      return { ...moveClaim, values: [change.id, change.to, change.at], untouched: 'state' };
  }
}

const attestFact = {
  name: 'journal-fact-attested',
  text: `INSERT INTO fact (id, subject_id, type, from_at, until_at, attested_by, unit_id, reference, state, attributes,
      corrects)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) ON CONFLICT DO NOTHING RETURNING 1`,
};

const endFact = {
  name: 'journal-fact-ended',
  text: `UPDATE fact SET until_at = $2, state = 'ended'
    WHERE id = $1 AND state IN ('attested', 'ended') AND (until_at IS NULL OR until_at > $2) RETURNING 1`,
};

const correctFact = {
  name: 'journal-fact-corrected',
  text: `UPDATE fact SET state = 'corrected' WHERE id = $1 AND state <> 'corrected' RETURNING 1`,
};

const disputeFact = {
  name: 'journal-fact-disputed',
  text: `UPDATE fact SET state = 'disputed', disputed_by = $2, disputed_at = $3, dispute_ground = $4
    WHERE id = $1 AND state IN ('attested', 'ended') RETURNING 1`,
};

/** Who disputed it stays on the row: the ledger says that it was confirmed, and when. */
const confirmFact = {
  name: 'journal-fact-confirmed',
  text: `UPDATE fact SET state = $2 WHERE id = $1 AND state = 'disputed' RETURNING 1`,
};

const claimInvolvement = {
  name: 'journal-involvement-claimed',
  text: `INSERT INTO involvement_claim (id, claimant, attester, role, subject_id, justification, user_role, state,
      received_at, moved_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9) ON CONFLICT DO NOTHING RETURNING 1`,
};

const moveClaim = {
  name: 'journal-involvement-claim-moved',
  text: `UPDATE involvement_claim SET state = $2, moved_at = $3 WHERE id = $1 AND state = 'received' RETURNING 1`,
};
