import { createHash, timingSafeEqual } from 'node:crypto';
import type { z } from 'zod';
import type { Page } from './page-context.ts';

/**
 * Fields of a form as text; null where the body is no form, has a file in it or names a field twice. A line break comes as two
 * letters and counts as one where it is typed, so it is one from here on.
 */
async function readForm(c: Page): Promise<ReadonlyMap<string, string> | null> {
  const type = c.req.header('Content-Type')?.split(';')[0]?.trim().toLowerCase();
  if (type !== 'application/x-www-form-urlencoded') return null;
  const fields = new Map<string, string>();
  for (const [name, value] of new URLSearchParams(await c.req.text())) {
    if (fields.has(name)) return null;
    fields.set(name, value.replaceAll('\r\n', '\n'));
  }
  return fields;
}

/** Parses a form with a strict schema; null where it is none, or has too little or too much in it. */
export async function parseForm<T>(c: Page, schema: z.ZodType<T>): Promise<T | null> {
  const form = await readForm(c);
  const parsed = form === null ? null : schema.safeParse(Object.fromEntries(form));
  return parsed?.success ? parsed.data : null;
}

/**
 * Whether a form was sent from one of our own pages. An absent `Origin` means no: every browser sends
 * it with a POST. The scheme is always HTTPS, because cookies with the `__Host-` prefix need it.
 */
export function isOwnOrigin(c: Page): boolean {
  const origin = c.req.header('Origin');
  const host = c.req.header('Host');
  return origin !== undefined && host !== undefined && origin === `https://${host}`;
}

/** Compares in constant time, whatever the lengths. An absent or empty token equals nothing. */
export function sameToken(given: string | undefined, expected: string | undefined): boolean {
  if (given === undefined || expected === undefined || expected === '') return false;
  return timingSafeEqual(digest(given), digest(expected));
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

/** A form of this session: from our own pages, with the session's token, and of exactly this shape; else null. */
export async function sessionForm<T extends { readonly formToken: string }>(
  c: Page,
  session: { readonly formToken: string },
  schema: z.ZodType<T>,
): Promise<T | null> {
  const form = await parseForm(c, schema);
  return form !== null && isOwnOrigin(c) && sameToken(form.formToken, session.formToken) ? form : null;
}
