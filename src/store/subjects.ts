import { randomUUID } from 'node:crypto';
import type pg from 'pg';
import type { Instant, SubjectId } from '../core/brand.ts';
import type { Clock, Entropy, Subjects } from '../core/disclosure/ports.ts';
import type { IdentifierSecrets, SubjectCipher } from '../core/subject/ports.ts';
import { identifierContext } from './identifier-context.ts';
import { lockLookups } from './lock-lookups.ts';
import { type Queryable, query, transaction } from './pool.ts';
import { addSubjectKey } from './vault/add-subject-key.ts';

const find = {
  name: 'subject_by_number',
  text: 'SELECT subject_id AS id FROM subject_identifier WHERE scheme = $1 AND lookup = ANY ($2::bytea[])',
};

/**
 * Person and number in one statement: all or nothing. Their key stands in the vault by then. Of two
 * that are first at once, the unique number lets one through and the other waits for it, inserts
 * nothing and finds it.
 */
const create = {
  name: 'subject_create',
  text: `
    WITH identifier AS (
      INSERT INTO subject_identifier (scheme, lookup, subject_id, ciphertext, lookup_key)
      VALUES ($1, $2, $3, $4, $6)
      ON CONFLICT (scheme, lookup) DO NOTHING RETURNING subject_id
    ), person AS (
      INSERT INTO subject (id, created_at) SELECT subject_id, $5 FROM identifier
    )
    SELECT subject_id AS id FROM identifier`,
};

/** Whoever was joined to another is that other from then on. */
const standing = 'coalesce((SELECT merged_into FROM subject WHERE id = $2), $2)';

/** Of several the oldest, so that a unit is shown the same one before and after records were joined. */
const findPseudonym = {
  name: 'pseudonym_find',
  text: `SELECT pseudonym FROM subject_pseudonym WHERE unit_id = $1 AND subject_id = ${standing}
    ORDER BY given_at, pseudonym LIMIT 1`,
};
const givePseudonym = {
  name: 'pseudonym_give',
  text: `INSERT INTO subject_pseudonym (unit_id, subject_id, pseudonym, given_at, made_for)
    SELECT $1, named.id, $3, $4, named.id FROM (SELECT ${standing} AS id) AS named
    ON CONFLICT (unit_id, made_for) DO NOTHING RETURNING pseudonym`,
};

/** A number with its lookups: under the current key first. */
interface LookedUp {
  readonly type: 'bsn' | 'skn';
  readonly value: string;
  readonly lookups: readonly Buffer[];
  /** Id of the first one's key. */
  readonly key: string;
}

/** Somebody who has a key and is not on record yet. */
interface Newcomer {
  readonly id: SubjectId;
  readonly at: Instant;
}

export interface SubjectsDeps {
  readonly pool: pg.Pool;
  /** The login serve, in the vault. */
  readonly vault: pg.Pool;
  readonly secrets: IdentifierSecrets;
  readonly cipher: Pick<SubjectCipher, 'newKey'>;
  readonly clock: Pick<Clock, 'now'>;
  readonly entropy: Pick<Entropy, 'id'>;
}

export function createSubjects({ pool, vault, secrets, cipher, clock, entropy }: SubjectsDeps): Subjects {
  const newcomer = async (): Promise<Newcomer> => {
    const [id, at] = [entropy.id() as SubjectId, clock.now()];
    await addSubjectKey(vault, { id, wrappedKey: cipher.newKey(), at });
    return { id, at };
  };
  const createOrFind = async (
    on: Queryable,
    { type, value, lookups, key }: LookedUp,
    { id, at }: Newcomer,
  ): Promise<SubjectId> => {
    const ciphertext = secrets.encrypt(value, identifierContext(type, id));
    const [lookup] = lookups;
    const values = [type, lookup, id, ciphertext, at, key];
    if ((await query(on, create, values)).length === 1) return id;
    const [first] = await query<{ id: SubjectId }>(on, find, [type, lookups]);
    if (first === undefined) throw new Error('a subject is neither new nor known');
    return first.id;
  };
  return {
    async ensure({ type, value }): Promise<SubjectId> {
      // In one breath: the key may be replaced at any other moment.
      const number = { type, value, lookups: secrets.lookups(type, value), key: secrets.lookupKey };
      const { lookups } = number;
      const [known] = await query<{ id: SubjectId }>(pool, find, [type, lookups]);
      if (known !== undefined) return known.id;
      // Before any lock is taken: nobody waits for the vault behind somebody else.
      const somebody = await newcomer();
      const lock = lockLookups(lookups);
      if (lock === null) return createOrFind(pool, number, somebody);
      return transaction(pool, async (client) => {
        await query(client, lock, lock.values);
        const [first] = await query<{ id: SubjectId }>(client, find, [type, lookups]);
        return first?.id ?? createOrFind(client, number, somebody);
      });
    },

    async pseudonym(unit, subject): Promise<string> {
      const [known] = await query<{ pseudonym: string }>(pool, findPseudonym, [unit, subject]);
      if (known !== undefined) return known.pseudonym;
      // Random, and not of version 7: the time in it would tell when a unit first met somebody.
      const [given] = await query<{ pseudonym: string }>(pool, givePseudonym, [
        unit,
        subject,
        randomUUID(),
        clock.now(),
      ]);
      if (given !== undefined) return given.pseudonym;
      const [first] = await query<{ pseudonym: string }>(pool, findPseudonym, [unit, subject]);
      if (first === undefined) throw new Error('a pseudonym is neither new nor known');
      return first.pseudonym;
    },
  };
}
