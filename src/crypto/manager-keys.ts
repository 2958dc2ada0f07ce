import { z } from 'zod';
import { ok, type Result, refuse } from '../core/result.ts';

/** What a header says of the key that it was signed with; each that is named must fit. */
export interface KeyHint {
  readonly kid: string | undefined;
  readonly thumbprint: string | undefined;
}

export interface ManagerKeys {
  /**
   * The one key that fits, or null where none or several do. `unavailable`: the keys cannot be read now, and
   * those that were read last are too old to believe.
   */
  find(hint: KeyHint): Promise<Result<ManagerKey | null, 'unavailable'>>;
}

/** So long is a reading believed without another. */
const freshMs = 600_000;
/** So long at least between two readings for a key that is not there, so that nobody can make us ask all day. */
const coolDownMs = 15_000;

const member = z.string().min(1).max(1_500);
/** A Manager may say more of its keys than we need; a private one in public is trusted no more. */
const key = z.object({
  kty: z.enum(['RSA', 'EC']),
  kid: member.optional(),
  'x5t#S256': member.optional(),
  use: z.literal('sig').optional(),
  alg: member.optional(),
  n: member.optional(),
  e: member.optional(),
  crv: member.optional(),
  x: member.optional(),
  y: member.optional(),
  d: z.never().optional(),
});
const keySet = z.object({ keys: z.array(z.unknown()).max(64) });
export type ManagerKey = z.infer<typeof key>;
type KeySet = readonly ManagerKey[];

/**
 * Public keys of an FSC Manager: `bytes` gives its JWK Set, within bounds of size and time, or rejects. Read when a
 * token comes, kept for ten minutes. INVARIANT: what cannot be read again
 * after that is believed no longer; each time that it cannot be read goes to `onProblem`.
 */
export function managerKeys(
  bytes: () => Promise<Buffer>,
  { onProblem, now = () => performance.now() }: { readonly onProblem: () => void; readonly now?: () => number },
): ManagerKeys {
  let held: { readonly keys: KeySet; readonly readAt: number } | null = null;
  let triedAt = Number.NEGATIVE_INFINITY;
  let reading: Promise<void> | null = null;

  async function read(): Promise<void> {
    triedAt = now();
    const { keys } = keySet.parse(JSON.parse((await bytes()).toString('utf8')));
    // One key of another kind must not close the door for the others.
    held = { keys: keys.flatMap((one) => key.safeParse(one).data ?? []), readAt: now() };
  }

  /** Callers at one time share one reading; one that failed leaves what is held. */
  async function readOnce(): Promise<void> {
    reading ??= read()
      .catch(onProblem)
      .finally(() => {
        reading = null;
      });
    await reading;
  }

  const isFresh = (): boolean => held !== null && now() - held.readAt < freshMs;
  const mayTry = (): boolean => reading !== null || now() - triedAt >= coolDownMs;

  return {
    async find(hint) {
      if (!isFresh() && mayTry()) await readOnce();
      if (held === null || !isFresh()) return refuse('unavailable');
      const found = matching(held.keys, hint);
      if (found !== null || !mayTry()) return ok(found);
      await readOnce();
      return ok(matching(held.keys, hint));
    },
  };
}

function matching(keys: KeySet, { kid, thumbprint }: KeyHint): ManagerKey | null {
  if (kid === undefined && thumbprint === undefined) return null;
  const [only, ...others] = keys.filter(
    (candidate) =>
      (kid === undefined || candidate.kid === kid) &&
      // Managers name a key by its certificate in either member.
      (thumbprint === undefined || candidate['x5t#S256'] === thumbprint || candidate.kid === thumbprint),
  );
  return only === undefined || others.length > 0 ? null : only;
}
