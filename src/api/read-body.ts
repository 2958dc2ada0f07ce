import { hasDoubledMember } from '../core/doubled-member.ts';
import { type Problem, problem } from './problem.ts';

/** 64 KiB: the largest body that is read where the route does not say otherwise. */
const usualBytes = 65_536;

type Body = { readonly ok: true; readonly body: unknown } | { readonly ok: false; readonly problem: Problem };

/** Reads a JSON body within its limit, in bytes. An absent body is `undefined`; what is too large is not read on. */
export async function readBody(request: Request, most: number = usualBytes): Promise<Body> {
  const announced = request.headers.get('content-length');
  if (announced !== null && Number(announced) > most) return tooLarge(most);
  if (request.body === null) return { ok: true, body: undefined };
  const type = checkType(request.headers);
  if (type === 'wrong') return { ok: false, problem: problem('unsupported-media-type') };
  const bytes = await readBytes(request.body, most);
  if (bytes === 'too-large') return tooLarge(most);
  if (bytes.length === 0) return { ok: true, body: undefined };
  if (type === 'absent') return { ok: false, problem: problem('unsupported-media-type') };
  return parse(bytes);
}

/** The connection closes with it: whatever else the caller meant to send is not taken in. */
function tooLarge(most: number): Body {
  const kib = most / 1_024;
  const detail = { nl: `De inhoud is groter dan ${kib} KiB.`, en: `The body is larger than ${kib} KiB.` };
  return { ok: false, problem: problem('too-large', { detail, headers: { Connection: 'close' } }) };
}

function checkType(headers: Headers): 'json' | 'absent' | 'wrong' {
  const encoding = headers.get('content-encoding');
  if (encoding !== null && encoding.trim().toLowerCase() !== 'identity') return 'wrong';
  const type = headers.get('content-type');
  if (type === null || type === '') return 'absent';
  return /^\s*application\/json\s*(;\s*charset\s*=\s*"?utf-8"?\s*)?$/i.test(type) ? 'json' : 'wrong';
}

async function readBytes(stream: ReadableStream<Uint8Array>, most: number): Promise<Buffer | 'too-large'> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  const reader = stream.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return Buffer.concat(chunks, length);
    length += value.byteLength;
    if (length > most) {
      await reader.cancel();
      return 'too-large';
    }
    chunks.push(value);
  }
}

const utf8 = new TextDecoder('utf-8', { fatal: true });
const broken: Body = { ok: false, problem: problem('broken-json') };

function parse(bytes: Buffer): Body {
  let text: string;
  let body: unknown;
  try {
    text = utf8.decode(bytes);
    body = JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof TypeError) return broken;
    throw error;
  }
  // Escapes can smuggle in what UTF-8 and PostgreSQL cannot hold: NUL and half a surrogate pair.
  if (/\\u(0000|d[89a-f])/i.test(text) && !isStorable(body)) return broken;
  if (hasDoubledMember(text)) return broken;
  return { ok: true, body };
}

/** With a list of what is still to look at, since nesting can be as deep as a body is long. */
function isStorable(body: unknown): boolean {
  const pending: unknown[] = [body];
  while (pending.length > 0) {
    const value = pending.pop();
    if (typeof value === 'string' && (!value.isWellFormed() || value.includes('\0'))) return false;
    if (typeof value === 'object' && value !== null) pending.push(...Object.keys(value), ...Object.values(value));
  }
  return true;
}
