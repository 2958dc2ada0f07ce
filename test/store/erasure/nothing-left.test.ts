import { readFileSync } from 'node:fs';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SubjectId } from '../../../src/core/brand.ts';
import { dump } from '../../faults/canary/dump.ts';
import { type ErasureWorld, erasureWorld, urlOf } from '../../world/erasure-world.ts';

/**
 * Everything that is theirs, as bytes: the ids and numbers by which they are found, what was sealed, and the keys
 * of it. Gathered before they are erased, and looked for in every row and every file of the database afterwards.
 */
let world: ErasureWorld;
beforeAll(async () => {
  world = await erasureWorld();
});
afterAll(() => world.close());

const columns: readonly (readonly [what: string, sql: string])[] = [
  ['id', 'SELECT id FROM subject WHERE id = ANY ($1)'],
  ['number, sealed', 'SELECT ciphertext FROM subject_identifier WHERE subject_id = ANY ($1)'],
  ['number, hashed', 'SELECT lookup FROM subject_identifier WHERE subject_id = ANY ($1)'],
  ['pseudonym', 'SELECT pseudonym FROM subject_pseudonym WHERE subject_id = ANY ($1)'],
  ['opening', 'SELECT ciphertext FROM ledger_opening WHERE subject_id = ANY ($1)'],
  ['fact', 'SELECT id FROM fact WHERE subject_id = ANY ($1)'],
  ['consent', 'SELECT id FROM consent WHERE subject_id = ANY ($1)'],
  ['notice', 'SELECT id FROM notice WHERE subject_id = ANY ($1)'],
];

async function marksOf(ids: readonly SubjectId[]): Promise<ReadonlyMap<string, readonly Buffer[]>> {
  const marks = new Map<string, readonly Buffer[]>();
  for (const [what, sql] of columns) {
    const rows = await world.rows(sql, [ids]);
    marks.set(what, rows.flatMap((row) => Object.values(row)).map(toBytes));
  }
  const { rows } = await world.pools.vaultOwner.query<{ wrapped: Buffer }>(
    'SELECT wrapped FROM vault.subject_key WHERE subject_id = ANY ($1)',
    [ids],
  );
  return marks.set(
    'key',
    rows.map(({ wrapped }) => wrapped),
  );
}

/** A UUID as it stands in a file of the server, anything else as it is. */
function toBytes(value: unknown): Buffer {
  return Buffer.isBuffer(value) ? value : Buffer.from(String(value).replaceAll('-', ''), 'hex');
}

/** Random ids of rows that are gone: leaves name them, nothing personal does, and they find nobody any more. */
const inLeaves = new Set(
  ['fact', 'consent', 'notice'].flatMap((what) =>
    ['public.ledger_entry', 'file of ledger_entry'].map((place) => `${what} in ${place}`),
  ),
);

function found(marks: ReadonlyMap<string, readonly Buffer[]>, places: ReadonlyMap<string, string | Buffer>): string[] {
  const surprises = new Set<string>();
  for (const [place, content] of places) {
    for (const [what, all] of marks) {
      for (const mark of all) {
        const hex = mark.toString('hex');
        const isThere =
          typeof content === 'string'
            ? content.includes(hex) || content.replaceAll('-', '').includes(hex)
            : content.includes(mark);
        if (isThere && !inLeaves.has(`${what} in ${place}`)) surprises.add(`${what} in ${place}`);
      }
    }
  }
  return [...surprises].sort();
}

async function everyRow(): Promise<ReadonlyMap<string, string>> {
  return new Map([...(await dump(world.pools.owner)), ...(await dump(world.pools.vaultOwner))]);
}

/** The files of these two databases, without its log of changes: see docs/erasure.md for that. */
async function everyFile(): Promise<ReadonlyMap<string, Buffer>> {
  const files = new Map<string, Buffer>();
  for (const pool of [world.pools.owner, world.pools.vaultOwner]) {
    const { rows } = await pool.query<{ name: string; path: string }>(
      `SELECT c.relname AS name, current_setting('data_directory') || '/' || pg_relation_filepath(c.oid) AS path
        FROM pg_class c WHERE pg_relation_filepath(c.oid) IS NOT NULL`,
    );
    for (const { name, path } of rows) {
      try {
        files.set(
          `file of ${name}`,
          Buffer.concat([files.get(`file of ${name}`) ?? Buffer.alloc(0), readFileSync(path)]),
        );
      } catch (error) {
        // Somebody else's server: then its rows are all that can be looked at. What vanished was passing.
        if (!(error instanceof Error && 'code' in error && /^(EACCES|ENOENT)$/.test(String(error.code)))) throw error;
      }
    }
  }
  return files;
}

async function vacuumed(): Promise<ReadonlyMap<string, Buffer>> {
  for (const pool of [world.pools.owner, world.pools.vaultOwner]) {
    // Longer than any statement of the gateway may take.
    const client = new pg.Client({ connectionString: urlOf(pool) });
    await client.connect();
    try {
      await client.query('VACUUM (FULL, ANALYZE)');
      await client.query('CHECKPOINT');
    } finally {
      await client.end();
    }
  }
  return everyFile();
}

describe('after an erasure', () => {
  it('no byte of the person is left in any row or file, and another person is whole', async () => {
    const [goes, stays, other] = [await world.disclosed(), await world.disclosed(), await world.disclosed()];
    const ids = [await world.found(goes), await world.found(stays)];
    await world.consentOf(stays);
    await world.waiting(goes);
    for (const unit of ['gemeente', 'reclassering'])
      await world.ports.subjects.pseudonym(unit as never, ids[0] as SubjectId);
    const marks = await marksOf(ids);
    for (const [what, all] of marks)
      expect([what, all.length > 0]).toEqual([what, what !== 'notice' || all.length > 0]);
    const theirs = await marksOf([await world.found(other)]);
    expect(await world.join(goes, stays)).toMatchObject({ ok: true });
    // What is looked for is there before.
    expect(found(marks, await everyRow()).length).toBeGreaterThan(8);

    world.later('P5Y');
    expect(await world.erase(stays)).toMatchObject({ ok: true });
    await world.carryOut();
    expect(found(marks, await everyRow())).toEqual([]);
    expect(found(theirs, await everyRow()).length).toBeGreaterThan(5);
    let files = await vacuumed();
    // A row that some statement of the moment could still see is not vacuumed yet: then once more.
    for (let tries = 0; tries < 5 && found(marks, files).length > 0; tries++) files = await vacuumed();
    expect(found(marks, files)).toEqual([]);
    if (files.size > 0) expect(found(theirs, files).length).toBeGreaterThan(3);
  }, 120_000);
});
