import { z } from 'zod';
import { hasDoubledMember } from '../core/doubled-member.ts';
import type { Unit } from '../core/partner/partner.ts';
import { type SigningKey, signingKey } from '../core/partner/signing-key.ts';
import { namedKeys } from './named-keys.ts';

export interface PartnerKeysOptions {
  /** The bytes at an https address of a partner, within bounds of size and time; rejects where there are none. */
  readonly fetch: (url: string) => Promise<Buffer>;
  /** Milliseconds of a clock that never goes back. */
  readonly ticks?: () => number;
  /** What was fetched is relied on for so long. */
  readonly maxAgeMs?: number;
  /** A key that is not there is looked for again, but no sooner than this after the last time. */
  readonly coolDownMs?: number;
}

export interface PartnerKeys {
  /**
   * Keys that the unit may have meant by this `kid`: one registered, or else one that it publishes. A token
   * without a `kid` is one by a registered key.
   */
  of(unit: Pick<Unit, 'signingKeys' | 'jwks'>, kid: string | null): Promise<readonly SigningKey[] | 'unavailable'>;
}

interface Published {
  readonly keys: readonly SigningKey[];
  readonly at: number;
}

interface Place {
  published: Published | null;
  /** When it was last asked, whatever came of it. */
  askedAt: number;
  asking: Promise<void> | null;
}

/** A set of keys with more than these is not one that somebody keeps by hand. */
const maxPublished = 16;
const keySet = z.object({ keys: z.array(z.unknown()).max(maxPublished) });

/** The keys by which partners' tokens are checked. INVARIANT: where nothing fresh is to be had, there is no key. */
export function partnerKeys(options: PartnerKeysOptions): PartnerKeys {
  const { ticks = () => performance.now(), maxAgeMs = 600_000, coolDownMs = 10_000 } = options;
  const places = new Map<string, Place>();

  const placeOf = (url: string): Place => {
    const known = places.get(url);
    if (known !== undefined) return known;
    const place: Place = { published: null, askedAt: Number.NEGATIVE_INFINITY, asking: null };
    places.set(url, place);
    return place;
  };

  const ask = (url: string, place: Place): Promise<void> => {
    place.askedAt = ticks();
    const askedAt = place.askedAt;
    return options.fetch(url).then(
      (bytes) => {
        const keys = readKeySet(bytes);
        if (keys !== null) place.published = { keys, at: askedAt };
      },
      // What is known stays as long as it is fresh; whoever asks is told that nothing is to be had.
      () => undefined,
    );
  };

  async function published(url: string, kid: string): Promise<readonly SigningKey[] | 'unavailable'> {
    const place = placeOf(url);
    const fresh = () => (place.published !== null && ticks() - place.published.at < maxAgeMs ? place.published : null);
    const known = fresh();
    const found = known === null ? [] : await namedKeys(known.keys, kid);
    if (found.length > 0) return found;
    if (place.asking === null && ticks() - place.askedAt >= coolDownMs) {
      place.asking = ask(url, place).finally(() => {
        place.asking = null;
      });
    }
    await place.asking;
    const now = fresh();
    return now === null ? 'unavailable' : await namedKeys(now.keys, kid);
  }

  return {
    async of({ signingKeys, jwks }, kid) {
      const registered = await namedKeys(signingKeys, kid);
      return registered.length > 0 || jwks === null || kid === null ? registered : published(jwks, kid);
    },
  };
}

/** The usable keys of a JWK Set; null where it is none. A key that is not exactly of our form is passed over. */
function readKeySet(bytes: Buffer): readonly SigningKey[] | null {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    const set = keySet.safeParse(JSON.parse(text));
    if (!set.success || hasDoubledMember(text)) return null;
    return set.data.keys.flatMap((key) => signingKey.safeParse(key).data ?? []);
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof TypeError) return null;
    throw error;
  }
}
