import { ok, type Result, refuse } from '../core/result.ts';
import { DerError } from './path/der.ts';
import type { ParsedCertificate } from './path/parse-certificate.ts';
import { type Timestamp, type TimestampProblem, verifyTimestamp } from './timestamp.ts';
import { readTimestampResponse, timestampRequest } from './timestamp-request.ts';

export interface TimestampAuthority {
  readonly url: string;
  readonly anchors: readonly ParsedCertificate[];
  readonly timeoutMs: number;
  readonly random: (length: number) => Buffer;
}

export interface FetchedTimestamp extends Timestamp {
  /** DER, to keep. */
  readonly token: Buffer;
}

export type FetchProblem = TimestampProblem | 'unreachable' | 'not-an-answer' | 'not-granted';

/** Longer than any token with its certificates. */
const mostBytes = 65_536;

/** Has an authority date this, and takes nothing from it but a token that verifies. @param digest SHA-256 */
export async function fetchTimestamp(
  digest: Buffer,
  authority: TimestampAuthority,
  stopped: AbortSignal,
): Promise<Result<FetchedTimestamp, FetchProblem>> {
  const { der, nonce } = timestampRequest(digest, authority.random);
  const answer = await ask(der, authority, stopped);
  if (typeof answer === 'string') return refuse(answer);
  const token = tokenIn(answer);
  if (typeof token === 'string') return refuse(token);
  const verified = verifyTimestamp(token, digest, authority.anchors, { nonce });
  return verified.ok ? ok({ ...verified.value, token }) : verified;
}

function tokenIn(response: Buffer): Buffer | FetchProblem {
  try {
    return readTimestampResponse(response).token ?? 'not-granted';
  } catch (error) {
    if (error instanceof DerError) return 'not-an-answer';
    throw error;
  }
}

async function ask(
  body: Buffer,
  { url, timeoutMs }: TimestampAuthority,
  stopped: AbortSignal,
): Promise<Buffer | FetchProblem> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      // an address that sends us elsewhere is not the one that was configured
      redirect: 'error',
      signal: AbortSignal.any([AbortSignal.timeout(timeoutMs), stopped]),
      headers: { 'content-type': 'application/timestamp-query', accept: 'application/timestamp-reply' },
      body: new Uint8Array(body),
    });
    const type = response.headers.get('content-type')?.split(';')[0]?.trim().toLowerCase();
    if (response.status !== 200 || type !== 'application/timestamp-reply') {
      await response.body?.cancel();
      return 'not-an-answer';
    }
    const chunks: Uint8Array[] = [];
    let length = 0;
    for await (const chunk of response.body ?? []) {
      length += chunk.length;
      if (length > mostBytes) return 'not-an-answer';
      chunks.push(chunk);
    }
    return Buffer.concat(chunks);
  } catch (error) {
    // fetch tells each way in which an address cannot be reached as one of these two
    if (error instanceof TypeError || error instanceof DOMException) return 'unreachable';
    throw error;
  }
}
