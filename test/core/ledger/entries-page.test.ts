import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { entryKinds } from '../../../src/core/ledger/entry.ts';
import { entryForms } from '../../../src/core/ledger/forms/entry-forms.ts';
import { describeVersions } from '../../world/describe-form.ts';

const page = readFileSync(path.join(import.meta.dirname, '../../../docs/ledger-entries.md'), 'utf8');
const sections = new Map(
  page
    .split(/^### /m)
    .slice(1)
    .map((section) => {
      const [title = '', ...lines] = section.split(/^## /m)[0]?.trim().split('\n') ?? [];
      return [title.replaceAll('`', ''), lines] as const;
    }),
);

describe('the page of entries', () => {
  test('has a section for every kind and for nothing else', () => {
    expect([...sections.keys()].sort()).toEqual([...entryKinds].sort());
  });

  test.each(entryKinds)('says of %s what it is for, and every member and opening as its form has it', (kind) => {
    const lines = sections.get(kind) ?? [];
    const start = lines.findIndex((line) => line.startsWith('- '));
    expect(lines.slice(start)).toEqual(describeVersions(entryForms[kind]));
    expect(lines.slice(0, start).join(' ').trim()).toMatch(/^[A-Z].{9,}\.$/);
  });

  test('speaks for all versions of a kind where it names openings once', () => {
    for (const kind of entryKinds) {
      const [first, ...later] = entryForms[kind];
      for (const form of later) expect([form.openings, form.named]).toEqual([first.openings, first.named]);
    }
  });

  test('has no line longer than 140 characters', () => {
    expect(page.split('\n').filter((line) => line.length > 140)).toEqual([]);
  });
});
