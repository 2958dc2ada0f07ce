import type { ProblemName } from '../problem-types.ts';

interface FrontProblem {
  readonly name: ProblemName;
  /** What FSC Core wants beside the document; nothing where it has no word. */
  readonly headers: Readonly<Record<string, string>>;
}

function inway(name: ProblemName, code: string, more: Readonly<Record<string, string>> = {}): FrontProblem {
  return { name, headers: { 'Fsc-Error-Code': code, ...more } };
}

const challenge = { 'WWW-Authenticate': 'Bearer' };

/** Why nobody was recognised behind a front, by the words of whoever looked. */
export const frontProblemOf: ReadonlyMap<string, FrontProblem> = new Map([
  ['proxy-not-known', { name: 'proxy-not-known', headers: {} }],
  ['proxy-header-malformed', { name: 'proxy-header-malformed', headers: {} }],
  ['transaction-id-invalid', { name: 'fsc-transaction-id-invalid', headers: {} }],
  ['token-missing', inway('fsc-token-missing', 'ERROR_CODE_ACCESS_TOKEN_MISSING', challenge)],
  ['token-invalid', inway('fsc-token-invalid', 'ERROR_CODE_ACCESS_TOKEN_INVALID', challenge)],
  ['token-expired', inway('fsc-token-expired', 'ERROR_CODE_ACCESS_TOKEN_EXPIRED', challenge)],
  ['wrong-group', inway('fsc-wrong-group', 'ERROR_CODE_WRONG_GROUP_ID_IN_TOKEN')],
  ['service-not-found', inway('fsc-service-not-found', 'ERROR_CODE_SERVICE_NOT_FOUND')],
  // The one code that says that the service behind an Inway cannot do its work now.
  ['keys-unavailable', inway('fsc-keys-unavailable', 'ERROR_CODE_SERVICE_UNREACHABLE', { 'Retry-After': '15' })],
]);
