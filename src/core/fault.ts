/**
 * Something broke: a database, a source, a key. Faults are thrown; one file at the web edge turns
 * them into problem documents and strips `cause`. `code` is stable and names the problem type.
 */
export type FaultCode =
  | 'database-unavailable'
  | 'ledger-unavailable'
  /** The gateway's own keys cannot be used now: a token that keeps them does not answer. */
  | 'keys-unavailable'
  | 'subject-busy'
  /** What the request rested on changed while it was answered; nothing was given, asking again decides anew. */
  | 'basis-changed'
  | 'source-unavailable'
  | 'source-timeout'
  | 'source-invalid'
  | 'source-too-large'
  | 'source-wrong-subject'
  /** The policy asks for sealing and the recipient has no usable encryption key. */
  | 'seal-impossible';

export class Fault extends Error {
  readonly code: FaultCode;

  constructor(code: FaultCode, message: string, options?: { readonly cause?: unknown }) {
    super(message, options);
    this.name = 'Fault';
    this.code = code;
  }
}

export function isSourceFault(error: unknown): error is Fault {
  return error instanceof Fault && error.code.startsWith('source-');
}
