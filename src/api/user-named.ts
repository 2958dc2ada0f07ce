import { z } from 'zod';

const claims = z.looseObject({ sub: z.string().min(1).max(256) });

/**
 * The user whom a token names, only to be counted: it is read before the token is verified. The one who is counted is
 * a user of the unit that calls, and a call is answered only if the same token then verifies. null: it names nobody,
 * and is not answered either.
 */
export function userNamed(token: string | null | undefined): string | null {
  if (token === null || token === undefined) return null;
  try {
    const payload: unknown = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8'));
    const read = claims.safeParse(payload);
    return read.success ? read.data.sub : null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}
