import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { files, read } from './source-text.ts';

const row = z.object({ period: z.string().min(1), purge: z.string().min(1), why: z.string().min(1) });
const { tables } = z
  .object({ tables: z.record(z.string(), row) })
  .parse(parse(read('policies/catalogue/retention.yaml')));

function tablesOf(migration: string): string[] {
  const created = migration.matchAll(/CREATE (?:UNLOGGED )?TABLE (?:IF NOT EXISTS )?"?([a-z_.]+)/g);
  return [...created].map(([, name]) => name ?? '');
}

function goneIn(migration: string): string[] {
  return [...migration.matchAll(/DROP TABLE (?:IF EXISTS )?"?([a-z_.]+)/g)].map(([, name]) => name ?? '');
}

describe('what the gateway keeps', () => {
  const migrations = files('migrations/**/*.ts').map(read);
  const gone = migrations.flatMap(goneIn);
  const created = migrations.flatMap(tablesOf).filter((table) => !gone.includes(table));

  test('is read from every migration', () => {
    expect(created.length).toBeGreaterThan(20);
    expect(tablesOf('`CREATE TABLE vault.subject_key (id uuid)`')).toEqual(['vault.subject_key']);
  });

  test.each(created)('%s has a period, a way to go and a reason', (table) => {
    expect(Object.keys(tables)).toContain(table);
  });

  test('names no table that does not exist', () => {
    expect(Object.keys(tables).filter((table) => !created.includes(table))).toEqual([]);
  });
});
