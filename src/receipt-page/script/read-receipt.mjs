import { isRecord, parsed } from './leaf.mjs';

/** From a file or pasted text to the receipt in it; nothing is verified here. */

const maxBytes = 1048576;

/**
 * @typedef {'too-large' | 'not-text' | 'not-a-receipt'} ReadProblem
 * @param {Blob} blob @returns {Promise<{ readonly receipt: unknown } | { readonly problem: ReadProblem }>}
 */
export async function readReceipt(blob) {
  const bytes = blob.size > maxBytes ? null : await plain(new Uint8Array(await blob.arrayBuffer()));
  if (bytes === null) return { problem: 'too-large' };
  if (bytes === undefined) return { problem: 'not-text' };
  const text = textOf(bytes);
  if (text === null) return { problem: 'not-text' };
  const receipt = parsed(text);
  return isRecord(receipt) && !hasDoubledMember(text) ? { receipt } : { problem: 'not-a-receipt' };
}

/** Without gzip, where it has that; null when it is too large, undefined when it is broken. @param {Uint8Array<ArrayBuffer>} bytes */
async function plain(bytes) {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;
  const reader = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip')).getReader();
  const parts = [];
  let length = 0;
  try {
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      length += part.value.length;
      // A small file can unfold to more than a computer holds.
      if (length > maxBytes) {
        await reader.cancel();
        return null;
      }
      parts.push(part.value);
    }
  } catch {
    return undefined;
  }
  return new Uint8Array(await new Blob(parts).arrayBuffer());
}

/** @param {Uint8Array<ArrayBuffer>} bytes */
function textOf(bytes) {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return null;
  }
}

const tokens = /"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\]:]/g;

/** Whether an object names a member twice, so that two readers could read two things. @param {string} text valid JSON */
function hasDoubledMember(text) {
  /** @type {Set<unknown>[]} */
  const open = [];
  let latest = '';
  for (const [token] of text.matchAll(tokens)) {
    if (token === '{' || token === '[') open.push(new Set());
    else if (token === '}' || token === ']') open.pop();
    else if (token !== ':') latest = token;
    else {
      const name = JSON.parse(latest);
      if (open.at(-1)?.has(name)) return true;
      open.at(-1)?.add(name);
    }
  }
  return false;
}
