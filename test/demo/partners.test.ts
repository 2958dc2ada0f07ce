import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import type { FieldId } from '../../src/core/brand.ts';
import { httpOf } from '../../src/core/partner/connector.ts';
import { unitsOf } from '../../src/core/partner/partners-file.ts';
import { valueAt } from '../../src/core/partner/pointer.ts';
import { recognise } from '../../src/core/partner/recognise.ts';
import { demoPartners, demoUnits } from '../../src/demo/partners.ts';
import { population } from '../../src/demo/population.ts';
import { sourceViews } from '../../src/demo/source-views.ts';
import { loadPolicySet } from '../../src/policy-files/load.ts';

const catalogue = (name: string): Record<string, { fields?: object }> =>
  parse(readFileSync(new URL(`../../policies/catalogue/${name}.yaml`, import.meta.url), 'utf8'));
const people = population({ seed: 1, count: 200, today: '2026-11-21' });
const thumbprints = new Map(demoUnits.map(({ id }, index) => [id, index.toString(16).padStart(64, '0')]));
const sources = new Map(
  demoUnits.map(({ id }) => [id, { url: `https://localhost:1/${id}`, thumbprint: '0'.repeat(64) }]),
);

describe('the demo’s partners', () => {
  const units = unitsOf(demoPartners({ thumbprints, sources }));

  test('are of kinds that the catalogue knows', () => {
    const kinds = Object.keys(catalogue('partner-kinds'));
    for (const { kind } of units) expect(kinds).toContain(kind);
    expect(units).toHaveLength(9);
  });

  test('are each recognised by their own certificate', () => {
    const registry = { version: 1, units: new Map(units.map((unit) => [unit.id, unit])) };
    for (const { id, oin } of demoUnits) {
      expect(recognise(registry, { oin, thumbprint: thumbprints.get(id) ?? '' }, null)).toMatchObject({
        value: { unit: { id } },
      });
    }
  });

  test('cannot be made without a certificate for each', () => {
    expect(() => demoPartners({ thumbprints: new Map(), sources })).toThrow();
  });

  test('that may hold no citizen service number have no source that is asked by it', () => {
    const mayHold = catalogue('partner-kinds') as Record<string, { mayProcessBsn?: boolean }>;
    const asked = units.filter(({ connector }) => httpOf(connector)?.subject.scheme === 'bsn');
    expect(asked.length).toBeGreaterThan(4);
    for (const { kind } of asked) expect(mayHold[kind]?.mayProcessBsn).toBe(true);
  });
});

describe.each([...sourceViews])('the source of %s', (unit, view) => {
  test('belongs to a partner, and maps to fields that the catalogue knows', () => {
    expect(demoUnits.map(({ id }) => id)).toContain(unit);
    const known = Object.entries(catalogue('categories')).flatMap(([category, { fields }]) =>
      Object.keys(fields ?? {}).map((field) => `${category}.${field}`),
    );
    for (const field of Object.keys(view.fields)) expect(known).toContain(field);
  });

  test('holds values in the form that the catalogue asks', () => {
    const loaded = loadPolicySet(new URL('../../policies', import.meta.url).pathname);
    if (!loaded.ok) throw new Error('the policies do not load');
    for (const person of people.filter(view.holds)) {
      for (const [field, pointer] of Object.entries(view.fields)) {
        const value = valueAt(view.document(person), pointer);
        const { success } = loaded.set.catalogue.fields.get(field as FieldId)?.schema.safeParse(value) ?? {
          success: false,
        };
        expect(success || value === null, `${field} of ${unit}: ${JSON.stringify(value)}`).toBe(true);
      }
    }
  });

  test('holds somebody, and each of its pointers finds something about somebody', () => {
    const documents = people.filter(view.holds).map((person) => ({ person, document: view.document(person) }));
    expect(documents.length).toBeGreaterThan(10);
    for (const { person, document } of documents) {
      expect(valueAt(document, view.subject.pointer)).toBe(person[view.subject.scheme]);
      for (const pointer of Object.values(view.fields)) expect(valueAt(document, pointer)).not.toBeUndefined();
    }
    for (const pointer of Object.values(view.fields)) {
      expect(documents.some(({ document }) => valueAt(document, pointer) !== null)).toBe(true);
    }
  });
});
