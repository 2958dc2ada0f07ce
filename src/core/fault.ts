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

/**
 * Which of the things that one code stands for, for whoever operates the gateway and sees no message: the log has it, and no
 * answer, for that a person has no such number is not for whoever asks.
 */
export type FaultReason = 'number-not-on-record' | 'number-not-writable';

export class Fault extends Error {
  readonly code: FaultCode;
  readonly reason: FaultReason | null;

  constructor(
    code: FaultCode,
    message: string,
    options: { readonly cause?: unknown; readonly reason?: FaultReason } = {},
  ) {
    super(message, options);
    this.name = 'Fault';
    this.code = code;
    this.reason = options.reason ?? null;
  }
}

export function isSourceFault(error: unknown): error is Fault {
  return error instanceof Fault && error.code.startsWith('source-');
}
