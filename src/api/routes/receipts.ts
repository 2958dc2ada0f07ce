import { z } from 'zod';
import type { EntryId } from '../../core/brand.ts';
import { partyReceipt } from '../../core/ledger/party-receipt.ts';
import { problem } from '../problem.ts';
import { reply } from '../route.ts';
import { finalReceipt } from '../schemas/receipt.ts';
import { named } from '../schemas/schema-names.ts';
import { id, noQuery, nothing } from '../schemas/words.ts';
import { partnerRoute } from './partner-route.ts';

/** Witnesses are shown a new checkpoint every few seconds. */
const retryAfterS = '5';

const pendingReceipt = named(
  'PendingReceipt',
  'The entry is on record, and the witnesses have not cosigned a state of the ledger that has it yet.',
  z.object({ entry: z.uuid(), state: z.literal('pending') }),
);

/** To its parties alone. Who an entry is about shows neither in the answer nor in how long it takes. */
export const readReceiptRoute = partnerRoute({
  method: 'get',
  path: '/v1/receipts/{entry}',
  operationId: 'readReceipt',
  tag: 'ledger',
  summary: 'Definitief bewijs van een vastlegging / Final receipt of an entry',
  description:
    'For the source and the recipient of the entry, each with the openings that are theirs to read. ' +
    'Anybody else gets the answer of an address that does not exist. See docs/receipts.md.',
  listeners: ['partner'],
  params: z.strictObject({ entry: id }),
  query: noQuery,
  body: nothing,
  ok: {
    200: { description: 'Final receipt.', schema: finalReceipt },
    202: {
      description: 'Not witnessed yet: ask again after `Retry-After`.',
      schema: pendingReceipt,
      headers: { 'Retry-After': 'Seconds after which it is worth asking again.' },
    },
  },
  problems: [],
  steady: 'always',
  handle: async (deps, { caller, params }) => {
    const parts = await deps.receipts.find(params.entry as EntryId);
    const receipt = parts && partyReceipt(parts, caller.unit.id);
    if (receipt === null) return problem('not-found');
    if (receipt !== 'pending') return reply(200, receipt);
    return reply(202, { entry: params.entry, state: 'pending' }, { 'Retry-After': retryAfterS });
  },
});
