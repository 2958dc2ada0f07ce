import { v7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SubjectId, UnitId } from '../../src/core/brand.ts';
import type { Subjects } from '../../src/core/disclosure/ports.ts';
import type { IdentifierSecrets } from '../../src/core/subject/ports.ts';
import { createSnapshots } from '../../src/store/snapshots.ts';
import { createSubjects } from '../../src/store/subjects.ts';
import { type FreshDatabase, freshDatabase } from '../world/database.ts';
import { at, seedUnits, unit } from './seed.ts';
import { testSecrets } from './test-secrets.ts';

const people = 300;
const unitIds = ['unit-a', 'unit-b', 'unit-c', 'unit-d'];
const secrets = testSecrets();
let database: FreshDatabase;
let subjects: Subjects;
/** By unit, in the order in which people were made known. */
const given = new Map<string, readonly string[]>();
let ids: readonly SubjectId[];

const bsn = (n: number) => ({ type: 'bsn', value: String(900_000_000 + n) }) as const;

function subjectsWith(own: IdentifierSecrets): Subjects {
  const clock = { now: () => at };
  return createSubjects({
    pool: database.pools.serve,
    vault: database.pools.vault,
    secrets: own,
    cipher: secrets,
    clock,
    entropy: { id: () => v7() },
  });
}

async function inTurn<T>(count: number, make: (n: number) => Promise<T>): Promise<readonly T[]> {
  const made: T[] = [];
  for (let n = 0; n < count; n++) made.push(await make(n));
  return made;
}

beforeAll(async () => {
  database = await freshDatabase();
  await seedUnits(database.pools.owner, ...unitIds);
  subjects = subjectsWith(secrets);
  ids = await inTurn(people, (n) => subjects.ensure(bsn(n)));
  for (const id of unitIds) given.set(id, await inTurn(people, (n) => subjects.pseudonym(unit(id), nth(n))));
});
afterAll(() => database.drop());

function nth(n: number): SubjectId {
  const id = ids[n];
  if (id === undefined) throw new RangeError('nobody has this number');
  return id;
}

const of = (id: string): readonly string[] => given.get(id) ?? [];

/** Spearman's rank correlation of two lists of the same people: 1 where one tells the order of the other. */
function correlation(one: readonly string[], other: readonly string[]): number {
  const rank = (list: readonly string[]) => {
    const places = new Map(list.toSorted().map((value, place) => [value, place]));
    return list.map((value) => places.get(value) ?? -1);
  };
  const [a, b] = [rank(one), rank(other)];
  const squares = a.reduce((sum, place, index) => sum + (place - (b[index] ?? 0)) ** 2, 0);
  return 1 - (6 * squares) / (one.length * (one.length ** 2 - 1));
}

describe('a pseudonym', () => {
  it('is another for each unit and each person', () => {
    const all = unitIds.flatMap((id) => of(id));
    expect(new Set(all).size).toBe(people * unitIds.length);
  });

  it('is found again, in whatever order it is asked for', async () => {
    for (const n of [299, 7, 150, 0]) {
      for (const id of unitIds) expect(await subjects.pseudonym(unit(id), nth(n))).toBe(of(id)[n]);
    }
  });

  it('means its person to its own unit, and nobody to every other', async () => {
    const snapshots = createSnapshots(database.pools.serve, secrets);
    const whom = async (by: string, value: string) => {
      const reference = { type: 'pseudonym', value } as const;
      const nobody = '' as UnitId;
      const query = { source: nobody, recipient: nobody, idempotency: null };
      const { snapshot } = await snapshots.read({ ...query, subject: { by: 'reference', reference, unit: unit(by) } });
      return snapshot.subject?.id ?? null;
    };
    for (const n of [0, 1, 42, 299]) {
      const value = of('unit-a')[n] ?? '';
      expect(await whom('unit-a', value)).toBe(nth(n));
      for (const other of ['unit-b', 'unit-c', 'unit-d', '']) expect(await whom(other, value)).toBeNull();
    }
  });

  it('tells two units that lay their lists together nothing: no value, prefix or order in common', () => {
    // The same measure finds what it looks for where the lists do follow one another.
    const ordered = ids.map((id) => `x${id}`);
    expect(correlation([...ids], ordered)).toBeCloseTo(1, 5);
    const limit = 5 / Math.sqrt(people - 1);
    for (const one of unitIds) {
      expect(Math.abs(correlation(of(one), [...ids]))).toBeLessThan(limit);
      for (const other of unitIds.filter((id) => id > one)) {
        expect(Math.abs(correlation(of(one), of(other)))).toBeLessThan(limit);
        for (const [from, to] of [
          [0, 8],
          [9, 13],
          [24, 36],
        ] as const) {
          const alike = of(one).filter((value, n) => value.slice(from, to) === of(other)[n]?.slice(from, to));
          expect(alike.length).toBeLessThanOrEqual(2);
        }
      }
    }
  });

  it('stays when the keys by which people are found are replaced', async () => {
    const fresh = testSecrets();
    const both: IdentifierSecrets = {
      ...fresh,
      lookups: (scheme, value) => [fresh.lookup(scheme, value), secrets.lookup(scheme, value)],
    };
    const after = subjectsWith(both);
    for (const n of [0, 17, 299]) {
      expect(await after.ensure(bsn(n))).toBe(nth(n));
      for (const id of unitIds) expect(await after.pseudonym(unit(id), nth(n))).toBe(of(id)[n]);
    }
    // By the new key alone nobody is found: what would be another person then is what overlap prevents.
    expect(await subjectsWith({ ...fresh }).ensure(bsn(0))).not.toBe(nth(0));
  });
});
