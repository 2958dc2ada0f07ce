import type { Change } from '../../core/disclosure/change.ts';
import { canonical } from '../../core/ledger/canonical.ts';
import { saidContext } from '../said-text.ts';
import type { ColdStatement } from './cold-statement.ts';
import type { FlushKeys } from './compose-flush.ts';

type InboxChange = Change & { readonly type: 'answer-kept' | 'answer-taken' | 'message-kept' };

/** What is kept beside a request for as long as it waits. */
export function inboxStatement(change: InboxChange, secrets: FlushKeys['secrets']): ColdStatement {
  if (change.type === 'answer-kept') {
    const { id, request, category, fields, jwe, permit, digest, receivedAt, entry } = change.answer;
    return {
      ...keepAnswer,
      values: [id, request, category, [...fields], jwe, digest, receivedAt, entry, permit],
      untouched: 'state',
    };
  }
  if (change.type === 'answer-taken') {
    return { ...takeAnswer, values: [change.request, change.taker], untouched: 'unique' };
  }
  const { id, request, said, at, entry } = change.message;
  const sealed = secrets.encrypt(canonical(said), saidContext('request_message.said', id));
  const after = change.after === undefined ? null : [...change.after];
  const values = [id, request, sealed, at, entry, after];
  // What somebody else says at this moment is waited for first: a statement sees no row that came after it began.
  return { ...keepMessage, values, first: { ...lockTalk, values: [request] }, untouched: 'state' };
}

/** The request was moved by the same work, which holds its row. What is offered may wait for more people first. */
const keepAnswer = {
  name: 'journal-answer-kept',
  text: `INSERT INTO answer (id, request_id, category, fields, jwe, digest, received_at, entry_id, permit)
    SELECT $1, id, $3, $4, $5, $6, $7, $8, $9 FROM request WHERE id = $2
      AND (state IN ('partly-answered', 'answered') OR (state = 'awaiting-approval' AND direction = 'push'))
    RETURNING 1`,
};

/** Once for each, however often they come, and nobody any more once it was confirmed or destroyed. */
const takeAnswer = {
  name: 'journal-answer-taken',
  text: `UPDATE request SET takers = takers || $2::text WHERE id = $1 AND NOT $2::text = ANY (takers)
    AND state = 'delivered' AND destruction_confirmed_at IS NULL RETURNING 1`,
};

const lockTalk = {
  name: 'journal-talk-locked',
  text: 'SELECT 1 FROM request WHERE id = $1 FOR NO KEY UPDATE',
};

/** Under the lock of the request: what is ended at the same moment takes it along, or is seen here. */
const keepMessage = {
  name: 'journal-message-kept',
  text: `INSERT INTO request_message (id, request_id, said, at, entry_id)
    SELECT $1, id, $3, $4, $5 FROM request WHERE id = $2 AND state IN ('awaiting-source', 'partly-answered')
      AND ($6::uuid[] IS NULL
        OR NOT EXISTS (SELECT 1 FROM request_message m WHERE m.request_id = $2 AND m.id <> ALL ($6::uuid[])))
    RETURNING 1`,
};
