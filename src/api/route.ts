import type { z } from 'zod';
import type { TraceId } from '../core/brand.ts';
import type { Call } from '../core/disclosure/operations.ts';
import type { Partner } from '../core/partner/partner.ts';
import type { SubjectReference } from '../core/subject/reference.ts';
import { idempotencyOf, isIdempotencyKey } from './idempotency.ts';
import { invalidMembers } from './invalid-input.ts';
import type { Language } from './language.ts';
import type { Technician } from './ports.ts';
import { type Problem, problem } from './problem.ts';
import type { ProblemName } from './problem-types.ts';

/** Who may call: a recognised partner, whoever sets up its connection, or anybody (null) on the public listener. */
export type Caller = Partner | Technician | null;

/** One good answer of a route. Plain text and bytes are answered as they are. */
export interface OkAnswer {
  readonly description: string;
  readonly schema: z.ZodType;
  readonly media?: 'application/json' | 'text/plain' | 'application/octet-stream';
  /** Name → what it says, beside the headers of every answer. */
  readonly headers?: Readonly<Record<string, string>>;
}

type Ok = { readonly [Status in 200 | 201 | 202 | 204]?: OkAnswer };

type Frozen<T> = T extends readonly (infer Item)[]
  ? readonly Frozen<Item>[]
  : T extends object
    ? { readonly [Key in keyof T]: Frozen<T[Key]> }
    : T;

/** An answer that the declaration allows, and no other: an undeclared status or shape does not compile. */
export type Reply<Answers extends Ok> = {
  [Status in keyof Answers & number]: {
    readonly status: Status & PlainReply['status'];
    readonly body: Answers[Status] extends OkAnswer ? Frozen<z.output<Answers[Status]['schema']>> : never;
    readonly headers?: Readonly<Record<string, string>>;
  };
}[keyof Answers & number];

/** A good answer. With it a status stays the literal that the declaration names. */
export function reply<const Status extends PlainReply['status'], const Body>(
  status: Status,
  body: Body,
  headers: Readonly<Record<string, string>> = {},
): { readonly status: Status; readonly body: Body; readonly headers: Readonly<Record<string, string>> } {
  return { status, body, headers };
}

/** Whom a call names: counted before anything is read about them. */
export interface Named {
  readonly subjects: readonly SubjectReference[];
  /** The user for whom is asked, as their own unit numbers them. */
  readonly user: string | null;
}

/** What an answer says to who counts refusals in a row. */
export type Verdict = 'permitted' | 'refused' | 'none';

/**
 * When an answer leaves. `always`: at a moment that depends on its arrival alone, since it depends on a person.
 * `unless-delivered`: so too, but for a 200, which brings the data itself.
 */
export type Steadiness = 'never' | 'always' | 'unless-delivered';

/** What a handler gets: parsed, and nothing that was not declared. */
export interface Exchange<Who extends Caller, Keyed, Params, Query, Body> {
  readonly caller: Who;
  readonly trace: TraceId;
  readonly transaction: string | null;
  readonly language: Language;
  readonly params: Params;
  readonly query: Query;
  readonly body: Body;
  /** Path and body as they were sent, for what was signed over them. */
  readonly sent: { readonly path: string; readonly body: unknown };
  /** On a POST that takes a key: the call with its idempotency key. */
  readonly call: Keyed extends true ? Call : null;
}

type Keyed<Method, Keyless> = Method extends 'post' ? (Keyless extends true ? false : true) : false;

interface Declaration<
  Deps,
  Who extends Caller,
  Method extends 'get' | 'post' | 'delete',
  Params extends z.ZodObject,
  Query extends z.ZodObject,
  Body extends z.ZodType,
  Answers extends Ok,
  Name extends ProblemName,
  Keyless extends boolean,
> {
  readonly method: Method;
  /** A POST that is a question, by a standard that knows no `Idempotency-Key`: asked twice it is answered twice. */
  readonly keyless?: Keyless;
  /** OpenAPI form, `/v1/requests/{id}`. */
  readonly path: string;
  /** The last member of the path is all that is left of it, slashes included. */
  readonly deep?: boolean;
  readonly operationId: string;
  readonly tag: string;
  readonly summary: string;
  readonly description: string;
  readonly listeners: readonly ('partner' | 'public')[];
  readonly params: Params;
  readonly query: Query;
  /** What a POST carries; `noBody` takes an absent body or `{}`. */
  readonly body: Body;
  /** How much of it is read at most; absent: 64 KiB. */
  readonly maxBodyBytes?: number;
  readonly ok: Answers;
  /** Beside those that every route has; see `commonProblems`. */
  readonly problems: readonly Name[];
  /** Shape of the problem documents that say more than the common members. */
  readonly problemSchemas?: { readonly [Key in Name]?: z.ZodType };
  /** On a call that is decided upon for somebody or about somebody: what the limits count. */
  readonly names?: (body: z.output<Body>) => Named;
  /** Of a good answer; absent: neither a permit nor a refusal. Problems speak for themselves. */
  readonly verdict?: (reply: PlainReply) => Verdict;
  /** Absent: `never`. */
  readonly steady?: Steadiness;
  /** How many floors a steady answer gets; absent: one. */
  readonly spans?: (body: z.output<Body>) => number;
  handle(
    deps: Deps,
    exchange: Exchange<Who, Keyed<Method, Keyless>, z.output<Params>, z.output<Query>, z.output<Body>>,
  ): Promise<Reply<Answers> | Problem<Name | 'invalid-input' | 'not-found'>>;
}

/** What came in, unparsed. */
export interface Incoming<Who extends Caller> {
  readonly caller: Who;
  readonly trace: TraceId;
  /** Of the network of gateways that the call came through; see `Call`. */
  readonly transaction: string | null;
  readonly language: Language;
  /** Path as it was sent, for the digest of the idempotency key. */
  readonly path: string;
  readonly params: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string | readonly string[]>>;
  readonly body: unknown;
  readonly idempotencyKey: string | undefined;
}

export interface PlainReply {
  /** 204 has no body. */
  readonly status: 200 | 201 | 202 | 204;
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A declared route with its types closed over, so that routes of one listener stand in one list. */
export interface Route<Deps, Who extends Caller> {
  readonly method: 'get' | 'post' | 'delete';
  readonly keyless: boolean;
  readonly path: string;
  readonly deep: boolean;
  readonly operationId: string;
  readonly tag: string;
  readonly summary: string;
  readonly description: string;
  readonly listeners: readonly ('partner' | 'public')[];
  readonly params: z.ZodObject;
  readonly query: z.ZodObject;
  readonly body: z.ZodType;
  readonly maxBodyBytes: number | undefined;
  readonly ok: Ok;
  readonly problems: readonly ProblemName[];
  readonly problemSchemas: { readonly [Key in ProblemName]?: z.ZodType };
  readonly steady: Steadiness;
  readonly verdict: (reply: PlainReply) => Verdict;
  /** Parses what came in; nothing is done yet. */
  readonly read: (incoming: Incoming<Who>) => Problem | Understood<Deps>;
}

/** A call of the right form. */
export interface Understood<Deps> {
  /** null: the route names nobody. */
  readonly named: Named | null;
  readonly spans: number;
  readonly answer: (deps: Deps) => Promise<PlainReply | Problem>;
}

/**
 * The declaring function of one listener. A route is declared once: what it takes and answers, in
 * types, in validation and in the API description.
 */
export function routeFor<Deps, Who extends Caller>() {
  return <
    Method extends 'get' | 'post' | 'delete',
    Params extends z.ZodObject,
    Query extends z.ZodObject,
    Body extends z.ZodType,
    const Answers extends Ok,
    const Name extends ProblemName = never,
    const Keyless extends boolean = false,
  >(
    declaration: Declaration<Deps, Who, Method, Params, Query, Body, Answers, Name, Keyless>,
  ): Route<Deps, Who> => {
    const { handle, problemSchemas, names, spans, ...described } = declaration;
    return {
      ...described,
      keyless: declaration.keyless ?? false,
      maxBodyBytes: declaration.maxBodyBytes,
      deep: declaration.deep ?? false,
      problemSchemas: problemSchemas ?? {},
      steady: declaration.steady ?? 'never',
      verdict: declaration.verdict ?? (() => 'none'),
      read: (incoming) => {
        const params = declaration.params.safeParse(incoming.params);
        const query = declaration.query.safeParse(incoming.query);
        const body = declaration.body.safeParse(incoming.body);
        if (!params.success || !query.success || !body.success) {
          const errors = [
            ...invalidMembers(params.error?.issues ?? [], 'path', incoming.params),
            ...invalidMembers(query.error?.issues ?? [], 'query', incoming.query),
            ...invalidMembers(body.error?.issues ?? [], 'body', incoming.body),
          ];
          return problem('invalid-input', { errors });
        }
        const call = callOf(declaration.method === 'post' && declaration.keyless !== true, incoming);
        if (call === 'no-key') return problem('idempotency-key-missing');
        const { caller, trace, transaction, language } = incoming;
        const parsed = { params: params.data, query: query.data, body: body.data };
        const exchange = {
          caller,
          trace,
          transaction,
          language,
          ...parsed,
          sent: { path: incoming.path, body: incoming.body },
          call: call as Keyed<Method, Keyless> extends true ? Call : null,
        };
        return {
          named: names?.(body.data) ?? null,
          spans: spans?.(body.data) ?? 1,
          answer: async (deps) => handle(deps, exchange),
        };
      },
    };
  };
}

function callOf(keyed: boolean, incoming: Incoming<Caller>): Call | null | 'no-key' {
  if (!keyed) return null;
  const { caller, trace, transaction, idempotencyKey: key } = incoming;
  // INVARIANT: nothing is changed for a caller that is not a recognised partner.
  if (caller === null || 'front' in caller) throw new TypeError('a POST has a recognised partner');
  if (!isIdempotencyKey(key)) return 'no-key';
  return { partner: caller, trace, transaction, idempotency: idempotencyOf(key, incoming.path, incoming.body) };
}
