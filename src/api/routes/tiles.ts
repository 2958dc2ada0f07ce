import { z } from 'zod';
import { readTilePath } from '../../core/ledger/tile-path.ts';
import type { LedgerDeps } from '../ports.ts';
import { problem } from '../problem.ts';
import { type Caller, reply, routeFor } from '../route.ts';
import { named } from '../schemas/schema-names.ts';
import { noParams, noQuery, nothing } from '../schemas/words.ts';
import { partnerRoute } from './partner-route.ts';

const ledgerRoute = routeFor<LedgerDeps, Caller>();

const bytes = z.custom<Buffer>(Buffer.isBuffer);
const tile = z
  .string()
  .describe('As in C2SP tlog-tiles: `x001/x234/067`, and `.p/` with a width from 1 to 255 for one that is not full.');
/** What is published of a tree never changes: it grows elsewhere. */
const forEver = { 'Cache-Control': 'public, max-age=31536000, immutable' };
const asBytes = { schema: bytes, media: 'application/octet-stream' } as const;

export const tileRoute = ledgerRoute({
  method: 'get',
  path: '/ledger/tile/{level}/{tile}',
  deep: true,
  operationId: 'readTile',
  tag: 'ledger',
  summary: 'Tegel met hashes van het logboek / Tile of hashes of the ledger',
  description:
    'Hashes of 32 bytes side by side, at most 256, of the tree that the last checkpoint signs, as in C2SP tlog-tiles. `level` is from 0.',
  listeners: ['partner', 'public'],
  params: z.strictObject({ level: z.string(), tile }),
  query: noQuery,
  body: nothing,
  ok: { 200: { description: 'Hashes.', ...asBytes, headers: { 'Cache-Control': 'It never changes.' } } },
  problems: [],
  handle: async (deps, { params }) => {
    const name = readTilePath(params.tile);
    if (name === null || !/^(0|[1-9])$/.test(params.level)) return problem('not-found');
    const hashes = await deps.tree.tile({ level: Number(params.level), ...name });
    return hashes === null ? problem('not-found') : reply(200, hashes, forEver);
  },
});

export const bundleRoute = partnerRoute({
  method: 'get',
  path: '/ledger/tile/entries/{tile}',
  deep: true,
  operationId: 'readEntries',
  tag: 'ledger',
  summary: 'Vastleggingen, voor toezichthouders / Entries, for supervisory authorities',
  description:
    'Whole leaf texts, each behind its length in two bytes, big-endian, as in C2SP tlog-tiles. For units of a kind that audits; to everybody else there is nothing here. Reading is itself on record.',
  listeners: ['partner'],
  params: z.strictObject({ tile }),
  query: noQuery,
  body: nothing,
  ok: { 200: { description: 'Entries.', ...asBytes } },
  problems: [],
  handle: async (deps, { caller, trace, params }) => {
    const name = readTilePath(params.tile);
    const bundle = name === null ? null : await deps.bundles.read(caller.unit, name, trace);
    return bundle === null ? problem('not-found') : reply(200, bundle);
  },
});

const size = z
  .string()
  .regex(/^[1-9][0-9]{0,14}$/)
  .describe('Entries in a tree, from 1.');

const consistency = named(
  'Consistency',
  'RFC 6962 proof that the tree of `older` entries is the beginning of the tree of `newer`: hashes alone.',
  z.object({
    older: z.int().min(1),
    newer: z.int().min(1),
    path: z.array(z.string().regex(/^[A-Za-z0-9_-]{43}$/)),
  }),
);

export const consistencyRoute = ledgerRoute({
  method: 'get',
  path: '/ledger/consistency',
  operationId: 'readConsistency',
  tag: 'ledger',
  summary: 'Bewijs dat het logboek alleen is aangevuld / Proof that the ledger was only added to',
  description: 'Between two sizes of the tree, neither larger than the last checkpoint.',
  listeners: ['partner', 'public'],
  params: noParams,
  query: z.strictObject({ older: size, newer: size }).refine(({ older, newer }) => Number(older) <= Number(newer), {
    path: ['older'],
    message: 'must not be larger than `newer`',
  }),
  body: nothing,
  ok: { 200: { description: 'Consistency proof.', schema: consistency } },
  problems: [],
  handle: async (deps, { query }) => {
    const [older, newer] = [Number(query.older), Number(query.newer)];
    const path = await deps.tree.consistency(older, newer);
    if (path === null) return problem('not-found');
    return reply(200, { older, newer, path: path.map((hash) => hash.toString('base64url')) });
  },
});
