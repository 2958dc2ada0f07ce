import type { TraceId } from '../core/brand.ts';
import type { Label } from '../core/category/catalogue.ts';
import { Fault, type FaultCode } from '../core/fault.ts';
import { frontProblemOf } from './fronts/front-problems.ts';
import { inLanguage, type Language } from './language.ts';
import { type ProblemName, problemTypes } from './problem-types.ts';

/** A member of the input that is not right: where it stands and what is expected, never what it held. */
export interface InvalidMember {
  readonly in: 'body' | 'query' | 'path' | 'header';
  readonly location: { readonly pointer: string } | { readonly name: string };
  /** Stable word for programs. */
  readonly code: string;
  readonly detail: Label;
}

/** A problem as a value (RFC 9457), before a language is chosen. */
export interface Problem<Name extends ProblemName = ProblemName> {
  readonly problem: Name;
  /** Replaces the constant text of the type, for a refusal that can say more. */
  readonly detail?: Label;
  /** Path of the resource that the problem speaks of. */
  readonly instance?: string;
  readonly errors?: readonly InvalidMember[];
  /** Extension members of the type, as its schema in the API description has them. */
  readonly members?: Readonly<Record<string, unknown>>;
  readonly headers?: Readonly<Record<string, string>>;
}

export function problem<Name extends ProblemName>(
  name: Name,
  more: Omit<Problem<Name>, 'problem'> = {},
): Problem<Name> {
  return { ...more, problem: name };
}

function problemPath(name: ProblemName): string {
  return `/problems/${name}`;
}

/** The only writer of problem documents. */
export function problemResponse(from: Problem, context: { language: Language; trace: TraceId }): Response {
  const type = problemTypes[from.problem];
  const { language } = context;
  const document = {
    type: problemPath(from.problem),
    title: inLanguage(type.title, language),
    status: type.status,
    detail: inLanguage(from.detail ?? type.detail, language),
    ...(from.instance === undefined ? {} : { instance: from.instance }),
    trace: context.trace,
    ...(from.errors === undefined
      ? {}
      : { errors: from.errors.map((error) => ({ ...error, detail: inLanguage(error.detail, language) })) }),
    ...from.members,
  };
  return new Response(JSON.stringify(document), {
    status: type.status,
    headers: { ...from.headers, 'Content-Type': 'application/problem+json', 'Content-Language': language },
  });
}

const retryable: ReadonlySet<FaultCode> = new Set([
  'database-unavailable',
  'ledger-unavailable',
  'keys-unavailable',
  'subject-busy',
]);

/**
 * What broke becomes a problem that names its kind alone: message, cause and stack stay inside,
 * since they may hold what a database or a source said about a person.
 */
export function problemOfFault(error: unknown): Problem {
  if (!(error instanceof Fault)) return problem('internal');
  return problem(error.code, retryable.has(error.code) ? { headers: { 'Retry-After': '1' } } : {});
}

const identityProblems: ReadonlyMap<string, ProblemName> = new Map<string, ProblemName>([
  ['no-certificate', 'no-certificate'],
  ['unknown-authority', 'unknown-authority'],
  ['expired', 'certificate-expired'],
  ['not-yet-valid', 'certificate-not-yet-valid'],
  ['revoked', 'certificate-revoked'],
  ['revocation-unknown', 'revocation-unknown'],
  ['wrong-purpose', 'certificate-wrong-purpose'],
  ['malformed', 'certificate-malformed'],
  ['unknown-extension', 'certificate-malformed'],
  ['weak-algorithm', 'certificate-weak-algorithm'],
  ['invalid-path', 'certificate-invalid-path'],
  ['name-not-permitted', 'certificate-invalid-path'],
  ['wrong-policy', 'certificate-wrong-policy'],
  ['unregistered', 'unregistered-partner'],
  ['suspended', 'suspended-partner'],
  ['ambiguous-unit', 'ambiguous-unit'],
  ['no-unit', 'no-unit'],
]);

/** Turns why a caller was not recognised into its problem; a reason that is not known here is a no as well. */
export function problemOfIdentity(refusal: string): Problem {
  const front = frontProblemOf.get(refusal);
  if (front !== undefined) return problem(front.name, { headers: front.headers });
  if (refusal.startsWith(actingAs)) return problem('acting-as-refused', { errors: [actingAsError(refusal)] });
  return problem(identityProblems.get(refusal) ?? 'certificate-refused');
}

const actingAs = 'acting-as-';

function actingAsError(refusal: string): InvalidMember {
  const detail = {
    nl: 'De header is niet aanvaard; code zegt waarom.',
    en: 'The header was not accepted; code says why.',
  };
  return { in: 'header', location: { name: 'Acting-As' }, code: refusal.slice(actingAs.length), detail };
}
