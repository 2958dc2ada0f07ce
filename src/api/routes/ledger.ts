import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { EntryId } from '../../core/brand.ts';
import type { LedgerDeps } from '../ports.ts';
import { problem } from '../problem.ts';
import { type Caller, reply, routeFor } from '../route.ts';
import { named } from '../schemas/schema-names.ts';
import { id, noParams, noQuery, nothing } from '../schemas/words.ts';

const ledgerRoute = routeFor<LedgerDeps, Caller>();

const base64url = z.string().regex(/^[A-Za-z0-9_-]{43}$/);

const entryProof = named(
  'EntryProof',
  'RFC 6962 inclusion of one entry under a signed checkpoint: hashes alone. The entry itself stands in your receipt.',
  z.object({
    entry: z.uuid(),
    leafHash: base64url,
    index: z.int().min(0),
    path: z.array(base64url),
    checkpoint: z.string(),
  }),
);

export const checkpointRoute = ledgerRoute({
  method: 'get',
  path: '/ledger/checkpoint',
  operationId: 'readCheckpoint',
  tag: 'ledger',
  summary: 'Laatste ondertekende stand van het logboek / Latest signed state of the ledger',
  description: 'A signed note as in C2SP tlog-checkpoint.',
  listeners: ['partner', 'public'],
  params: noParams,
  query: noQuery,
  body: nothing,
  ok: { 200: { description: 'Signed note.', schema: z.string(), media: 'text/plain' } },
  problems: [],
  handle: async (deps) => {
    const note = await deps.ledger.checkpoint();
    return note === null ? problem('not-found') : reply(200, note);
  },
});

export const proofRoute = ledgerRoute({
  method: 'get',
  path: '/ledger/proof/{entry}',
  operationId: 'readProof',
  tag: 'ledger',
  summary: 'Bewijs dat een vastlegging in het logboek staat / Proof that an entry stands in the ledger',
  description:
    'Shortly after an entry was made it is not found yet. A partner gets proofs of entries it is a party to.',
  listeners: ['partner', 'public'],
  params: z.strictObject({ entry: id }),
  query: noQuery,
  body: nothing,
  ok: { 200: { description: 'Inclusion proof.', schema: entryProof } },
  problems: [],
  handle: async (deps, { caller, params }) => {
    const proof = await deps.ledger.proof(params.entry as EntryId);
    if (proof === null) return problem('not-found');
    if (caller !== null && !isParty(proof.leaf, caller.unit.id)) return problem('not-found');
    const { leaf, index, path, checkpoint } = proof;
    return reply(200, { entry: params.entry, leafHash: leafHash(leaf), index, path, checkpoint });
  },
});

const parties = z.looseObject({ source: z.string().nullable(), recipient: z.string().nullable() });

function isParty(leaf: string, unit: string): boolean {
  const { source, recipient } = parties.parse(JSON.parse(leaf));
  return source === unit || recipient === unit;
}

/** RFC 6962, section 2.1: a leaf is hashed behind a zero byte. */
function leafHash(leaf: string): string {
  return createHash('sha256').update('\0').update(leaf, 'utf8').digest('base64url');
}
