import type { Checkpoint } from '../core/ledger/checkpoint.ts';
import { verifyCosignature } from '../core/ledger/cosignature.ts';
import { isBy, readNote, readSignatureLines } from '../core/ledger/note.ts';
import { cosignerKey, type Witness } from '../core/ledger/witnessed.ts';
import { type AddCheckpoint, readSize, sizeType, writeAddCheckpoint } from './add-checkpoint.ts';

/** What a witness answered. */
export type WitnessAnswer =
  | { readonly says: 'cosigned'; readonly line: string; readonly time: number }
  /** It has this size, and it may be of the same size with another root: the caller knows. */
  | { readonly says: 'has'; readonly size: number }
  /** What it cosigned is not the beginning of this. */
  | { readonly says: 'does-not-continue' }
  /** It does not know this log, or not its key. */
  | { readonly says: 'does-not-know' }
  /** Out of reach, or with something that is no answer. */
  | { readonly says: 'nothing' };

export interface Asking {
  /** Prefix of `/add-checkpoint`. */
  readonly url: string;
  readonly witness: Witness;
  readonly timeoutMs: number;
  /** POSIX seconds, of this process. */
  readonly now: () => number;
  readonly stopped: AbortSignal;
}

/** Larger than a few cosignatures, post-quantum ones included. */
const mostBytes = 32_768;
/** How far ahead a witness's clock may be: it says when it saw something, so not in times to come. */
const aheadSeconds = 300;

/** Shows one checkpoint to one witness; takes nothing from it but a cosignature that verifies, or the size that it has. */
export async function askWitness(asked: AddCheckpoint, checkpoint: Checkpoint, asking: Asking): Promise<WitnessAnswer> {
  const answer = await post(writeAddCheckpoint(asked), asking);
  if (answer === null) return { says: 'nothing' };
  if (answer.status === 200) return cosignatureIn(answer.body, asked.note, checkpoint, asking);
  if (answer.status === 409 && answer.type === sizeType) {
    const size = answer.body.endsWith('\n') ? readSize(answer.body.slice(0, -1)) : null;
    return size === null ? { says: 'nothing' } : { says: 'has', size };
  }
  if (answer.status === 422) return { says: 'does-not-continue' };
  return answer.status === 403 || answer.status === 404 ? { says: 'does-not-know' } : { says: 'nothing' };
}

function cosignatureIn(lines: string, note: string, checkpoint: Checkpoint, { witness, now }: Asking): WitnessAnswer {
  const key = cosignerKey(witness);
  const [signature, ...others] = (readSignatureLines(lines) ?? []).filter((each) => isBy(each, key));
  if (signature === undefined || others.length > 0) return { says: 'nothing' };
  const time = verifyCosignature(signature, key, readNote(note)?.text ?? '', checkpoint);
  if (time === null || time === 0 || time > now() + aheadSeconds) return { says: 'nothing' };
  return { says: 'cosigned', line: signature.line, time };
}

interface Received {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

async function post(body: string, { url, timeoutMs, stopped }: Asking): Promise<Received | null> {
  try {
    const response = await fetch(`${url}/add-checkpoint`, {
      method: 'POST',
      // an address that sends us elsewhere is not the one that was configured
      redirect: 'error',
      signal: AbortSignal.any([AbortSignal.timeout(timeoutMs), stopped]),
      headers: { 'content-type': 'text/plain; charset=utf-8' },
      body,
    });
    const chunks: Uint8Array[] = [];
    let length = 0;
    for await (const chunk of response.body ?? []) {
      length += chunk.length;
      if (length > mostBytes) return null;
      chunks.push(chunk);
    }
    const type = response.headers.get('content-type')?.split(';')[0]?.trim().toLowerCase() ?? '';
    return { status: response.status, type, body: Buffer.concat(chunks).toString('utf8') };
  } catch (error) {
    // fetch tells each way in which an address cannot be reached as one of these two
    if (error instanceof TypeError || error instanceof DOMException) return null;
    throw error;
  }
}
