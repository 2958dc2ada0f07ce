import { isInstant } from '../calendar.ts';
import { canonical, parseCanonical } from './canonical.ts';
import { commitment } from './commitment.ts';
import type { EntryDraft, JsonValue, Leaf, Opening } from './entry.ts';
import { draftProblem } from './forms/draft-problem.ts';
import type { EntryForm } from './forms/entry-form.ts';
import { formOf } from './forms/entry-forms.ts';
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

/**
 * Leaf envelope v1 of a draft. Throws `TypeError` for a draft that is not of the newest form of its kind and for
 * what no leaf may hold (see `canonical`): names the place, never the value.
 */
export function writeLeaf(draft: EntryDraft, place: Place, openings: readonly Opening[]): WrittenLeaf {
  const problem = draftProblem(draft);
  if (problem !== null) throw new TypeError(problem);
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

/** The leaf of a canonical text; null for a text that is not canonical, or not a leaf of version 1 and of a form. */
export function readLeaf(text: string): Leaf | null {
  const value = parseCanonical(text);
  return isObject(value) && isLeaf(value) ? value : null;
}

/** The request that a leaf is about: by convention `body.request`, where it is about one. */
export function requestOf(body: { readonly [key: string]: JsonValue }): string | null {
  const request = Object.hasOwn(body, 'request') ? body.request : undefined;
  return typeof request === 'string' && uuidForm.test(request) ? request : null;
}

interface JsonObject {
  readonly [key: string]: JsonValue;
}

const uuidForm = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const traceForm = /^[0-9a-f]{32}$/;
const digestForm = /^sha256:[0-9a-f]{64}$/;
/** 32 bytes in their one spelling. */
const hashForm = /^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$/;
const memberCount = 13;

/** By hand, since every entry of a ledger passes here: exactly the members of the envelope, each of its form. */
function isLeaf(value: JsonObject): value is JsonObject & Leaf {
  const { body, commitments } = value;
  if (Object.keys(value).length !== memberCount || !isObject(body) || !isObject(commitments)) return false;
  if (typeof value.kind !== 'string') return false;
  const form = formOf({ kind: value.kind, body });
  return (
    form !== null &&
    value.v === 1 &&
    matches(uuidForm, value.id) &&
    matches(uuidForm, value.instance) &&
    typeof value.sequence === 'number' &&
    value.sequence >= 1 &&
    typeof value.time === 'string' &&
    isInstant(value.time) &&
    matches(traceForm, value.trace) &&
    (value.policySet === null || matches(digestForm, value.policySet)) &&
    isNamedOrNull(value.purpose) &&
    isNamedOrNull(value.source) &&
    isNamedOrNull(value.recipient) &&
    isNamedAsItMust(value, form) &&
    isCommittedAsItMust(commitments, form) &&
    form.isBody(body)
  );
}

export function isNamedAsItMust(
  value: { readonly [Member in keyof EntryForm['named']]?: JsonValue },
  { named }: EntryForm,
): boolean {
  return (
    (named.policySet === undefined || (named.policySet === 'always') === (value.policySet !== null)) &&
    (named.purpose === undefined || (named.purpose === 'always') === (value.purpose !== null)) &&
    (named.source === undefined || (named.source === 'always') === (value.source !== null)) &&
    (named.recipient === undefined || (named.recipient === 'always') === (value.recipient !== null))
  );
}

function isCommittedAsItMust(commitments: JsonObject, { openings, requiredNames }: EntryForm): boolean {
  for (const name of Object.keys(commitments)) {
    if (!Object.hasOwn(openings, name) || !matches(hashForm, commitments[name])) return false;
  }
  return requiredNames.every((name) => Object.hasOwn(commitments, name));
}

function matches(form: RegExp, value: JsonValue | undefined): boolean {
  return typeof value === 'string' && form.test(value);
}

function isNamedOrNull(value: JsonValue | undefined): boolean {
  return value === null || (typeof value === 'string' && value.length > 0);
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
