import { z } from 'zod';
import { canonical, parseCanonical } from './canonical.ts';
import { commitment } from './commitment.ts';
import { type EntryDraft, entryKinds, type JsonValue, type Leaf, type Opening } from './entry.ts';
import { leafHash } from './tree-hash.ts';

/** Where a leaf stands among those of the gateway instance that wrote it; sequence from 1, without gaps. */
export interface Place {
  readonly instance: string;
  readonly sequence: number;
}

/** A leaf as it is hashed, stored and shown. */
export interface WrittenLeaf {
  readonly leaf: Leaf;
  /** Canonical text: these bytes are what the tree commits to. */
  readonly text: string;
  /** RFC 6962 leaf hash of `text`. */
  readonly hash: Buffer;
}

/** Leaf envelope v1 of a draft. Throws `TypeError` for what no leaf may hold (see `canonical`). */
export function writeLeaf(draft: EntryDraft, place: Place, openings: readonly Opening[]): WrittenLeaf {
  const leaf: Leaf = {
    v: 1,
    kind: draft.kind,
    id: draft.id,
    instance: place.instance,
    sequence: place.sequence,
    time: draft.time,
    trace: draft.trace,
    policySet: draft.policySet,
    purpose: draft.purpose,
    source: draft.source,
    recipient: draft.recipient,
    commitments: Object.fromEntries(
      openings.map(({ name, salt, value }) => [name, commitment(name, Buffer.from(salt, 'base64url'), value)]),
    ),
    body: draft.body,
  };
  const text = canonical({ ...leaf });
  return { leaf, text, hash: leafHash(text) };
}

/** The leaf of a canonical text; null for a text that is not canonical or not a leaf of version 1. */
export function readLeaf(text: string): Leaf | null {
  const value = parseCanonical(text);
  if (value === null) return null;
  const parsed = leafForm.safeParse(value);
  return parsed.success ? (parsed.data as Leaf) : null;
}

/** The request that a leaf is about: by convention `body.request`, where it is about one. */
export function requestOf(body: { readonly [key: string]: JsonValue }): string | null {
  const request = Object.hasOwn(body, 'request') ? body.request : undefined;
  return typeof request === 'string' && uuidForm.test(request) ? request : null;
}

const uuidForm = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const id = z.string().regex(uuidForm);
const json = z.custom<JsonValue>((value) => value !== undefined);

const leafForm = z.strictObject({
  v: z.literal(1),
  kind: z.enum(entryKinds),
  id,
  instance: id,
  sequence: z.int().min(1),
  time: z.string().regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
  trace: z.string().regex(/^[0-9a-f]{32}$/),
  policySet: z
    .string()
    .regex(/^sha256:[0-9a-f]{64}$/)
    .nullable(),
  purpose: z.string().min(1).nullable(),
  source: z.string().min(1).nullable(),
  recipient: z.string().min(1).nullable(),
  commitments: z.record(z.string(), z.string().regex(/^[A-Za-z0-9_-]{43}$/)),
  body: z.record(z.string(), json),
});
