import type pg from 'pg';
import { z } from 'zod';
import type { SubjectCipher } from '../../core/subject/ports.ts';
import { query } from '../pool.ts';
import type { OpeningKeys } from './pending-work.ts';

const keyStatement = {
  name: 'journal-subject-keys',
  text: 'SELECT subject_id, wrapped FROM vault.subject_key WHERE subject_id = ANY ($1::uuid[])',
};

const keyRow = z.strictObject({ subject_id: z.string(), wrapped: z.instanceof(Buffer) });

const cacheSize = 10_000;
const keptMs = 60_000;

/**
 * Wrapped subject keys by subject; the dummy key for null. Kept for writing only: reading asks the
 * vault, so that an erased key opens nothing. What is sealed under a key that was erased meanwhile the
 * database refuses; and none stays in memory for longer than a minute.
 */
export class OpeningKeyCache {
  readonly #vault: pg.Pool;
  readonly #cipher: SubjectCipher;
  readonly #known = new Map<string, Buffer>();
  /** One question per subject at a time: whoever asks first is also answered first. */
  readonly #asked = new Map<string, Promise<void>>();

  constructor(vault: pg.Pool, cipher: SubjectCipher) {
    this.#vault = vault;
    this.#cipher = cipher;
  }

  /** null: not all of these keys are here; `load` them, and a key that is absent then does not exist. */
  get(subjects: readonly (string | null)[]): OpeningKeys | null {
    const keys = new Map<string | null, Buffer>();
    for (const subject of subjects) {
      const key = subject === null ? this.#cipher.dummyKey : this.#known.get(subject);
      if (key === undefined) return null;
      keys.set(subject, key);
    }
    return keys;
  }

  /** Throws `Fault('database-unavailable')`. */
  async load(subjects: readonly (string | null)[]): Promise<void> {
    for (const subject of subjects) {
      if (subject === null || this.#known.has(subject)) continue;
      const asking = this.#asked.get(subject) ?? this.#ask(subject);
      this.#asked.set(subject, asking);
      await asking;
    }
  }

  async #ask(subject: string): Promise<void> {
    try {
      const key = (await readOpeningKeys(this.#vault, [subject])).get(subject);
      const [oldest] = this.#known.keys();
      if (this.#known.size >= cacheSize && oldest !== undefined) this.#known.delete(oldest);
      if (key === undefined) return;
      // Opened now and so for good: the key that it is wrapped under may be replaced while it is kept here.
      this.#cipher.encrypt(key, Buffer.alloc(0), subject);
      this.#known.set(subject, key);
      setTimeout(() => this.#forget(subject, key), keptMs).unref();
    } finally {
      this.#asked.delete(subject);
    }
  }

  /** Unless it was dropped and read anew meanwhile. */
  #forget(subject: string, key: Buffer): void {
    if (this.#known.get(subject) === key) this.#known.delete(subject);
  }
}

/** What is on record about people: the openings in the ledger's database, their keys in the vault. */
export interface KeptPools {
  readonly pool: pg.Pool;
  readonly vault: pg.Pool;
}

/** Throws `Fault('database-unavailable')`. */
export async function readOpeningKeys(
  vault: pg.Pool,
  subjects: readonly string[],
): Promise<ReadonlyMap<string, Buffer>> {
  const rows = await query(vault, keyStatement, [subjects]);
  return new Map(
    rows.map((row) => {
      const { subject_id, wrapped } = keyRow.parse(row);
      return [subject_id, wrapped];
    }),
  );
}
