import { closeSync, openSync, readSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { ConfigError } from '../config.ts';
import { hasDoubledMember } from '../core/doubled-member.ts';

/** No receipt comes near it. */
const maxBytes = 1_048_576;

/**
 * What a file or standard input (`-`) holds, compressed or not, as JSON; nothing is verified by it. Throws `ConfigError`
 * for what cannot be a receipt of any version, without repeating a word of it.
 */
export function readReceiptFile(file: string): unknown {
  const where = file === '-' ? 'standard input' : file;
  const bytes = plain(read(file === '-' ? 0 : file, where), where);
  const text = bytes.toString('utf8');
  if (!Buffer.from(text).equals(bytes)) throw new ConfigError([`${where}: is not UTF-8 text`]);
  const receipt = parsed(text, where);
  if (hasDoubledMember(text)) throw new ConfigError([`${where}: names a member twice`]);
  return receipt;
}

/** No more than can be a receipt: what is given may have no end. */
function read(file: string | 0, where: string): Buffer {
  const handle = file === 0 ? file : openSync(file, 'r');
  try {
    const room = Buffer.alloc(maxBytes + 1);
    let length = 0;
    for (let count = -1; count !== 0 && length < room.length; length += count) {
      count = readSync(handle, room, length, room.length - length, null);
    }
    if (length > maxBytes) throw new ConfigError([`${where}: is larger than any receipt`]);
    return room.subarray(0, length);
  } catch (error) {
    // The system does not say which one when it was opened before.
    if (error instanceof Error && 'code' in error && error.code === 'EISDIR') {
      throw new ConfigError([`${where}: is a folder, not a file`]);
    }
    throw error;
  } finally {
    if (file !== 0) closeSync(handle);
  }
}

function plain(bytes: Buffer, where: string): Buffer {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;
  try {
    // A small file can unfold to more than a computer holds.
    return gunzipSync(bytes, { maxOutputLength: maxBytes });
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    throw new ConfigError([`${where}: is a broken gzip file, or holds more than any receipt`]);
  }
}

function parsed(text: string, where: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) throw new ConfigError([`${where}: is not JSON, so no receipt`]);
    throw error;
  }
}
