import { hasDoubledMember } from './doubled-member.ts';

/** A compact JWS whose form was checked and nothing else: neither its signature nor what it says. */
export interface CompactJws {
  readonly protectedPart: string;
  readonly payloadPart: string;
  readonly signaturePart: string;
  readonly header: JsonObject;
  readonly claims: JsonObject;
}

type JsonObject = Readonly<Record<string, unknown>>;

/** Larger tokens are not looked at, unless they carry certificates: 4 KiB. */
const maxTokenChars = 4_096;

/**
 * Reads `header.claims.signature`. null for every other form, before anything of it is parsed: one token
 * has one spelling, and two readers cannot read two things in it.
 */
export function readCompactJws(text: string, maxChars = maxTokenChars): CompactJws | null {
  if (text.length > maxChars) return null;
  const parts = text.split('.');
  const [protectedPart, payloadPart, signaturePart] = parts;
  if (parts.length !== 3 || protectedPart === undefined || payloadPart === undefined || signaturePart === undefined)
    return null;
  if (!parts.every(isOwnSpelling)) return null;
  const header = readJsonPart(protectedPart);
  const claims = header && readJsonPart(payloadPart);
  return header && claims && { protectedPart, payloadPart, signaturePart, header, claims };
}

/** base64url without padding, spaces or bits that stand for nothing, and not empty. */
export function isOwnSpelling(part: string): boolean {
  return part !== '' && Buffer.from(part, 'base64url').toString('base64url') === part;
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** The JSON object that a part holds; null where it is something else, or names a member twice. */
export function readJsonPart(part: string): JsonObject | null {
  try {
    const text = utf8.decode(Buffer.from(part, 'base64url'));
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return null;
    // A member of this name is one to some readers and none to others.
    if (Object.hasOwn(value, '__proto__')) return null;
    return hasDoubledMember(text) ? null : (value as JsonObject);
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof TypeError) return null;
    throw error;
  }
}
