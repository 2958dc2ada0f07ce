import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { buildCatalogue } from '../../../src/core/category/build-catalogue.ts';

/** The shipped catalogue with few facts, of every sort that conditions can read. */
const shipped = join(import.meta.dirname, '../../../policies/catalogue');
const read = (name: string) => ({ file: name, content: parse(readFileSync(join(shipped, `${name}.yaml`), 'utf8')) });
const built = buildCatalogue({
  partnerKinds: read('partner-kinds'),
  categories: read('categories'),
  purposes: read('purposes'),
  facts: {
    file: 'facts',
    content: {
      involvement: {
        label: { nl: 'b', en: 'i' },
        attestedBy: ['prison'],
        unit: 'required',
        reference: 'required',
        attributes: {
          role: {
            home: { label: { nl: 'a', en: 'a' }, about: ['municipality'], exclusive: 'town' },
            next: { label: { nl: 'b', en: 'b' }, about: ['municipality'], exclusive: 'town' },
            table: { label: { nl: 'c', en: 'c' }, about: ['municipality', 'prison'] },
            jail: { label: { nl: 'd', en: 'd' }, about: ['prison'] },
          },
        },
      },
      stay: {
        label: { nl: 's', en: 's' },
        attestedBy: ['prison'],
        unit: 'none',
        attributes: { sort: { long: { label: { nl: 'l', en: 'l' } }, short: { label: { nl: 'k', en: 'k' } } } },
      },
      phase: {
        label: { nl: 'f', en: 'p' },
        attestedBy: ['prison'],
        unit: 'none',
        attributes: { phase: { one: { label: { nl: '1', en: '1' } }, two: { label: { nl: '2', en: '2' } } } },
      },
      restriction: { label: { nl: 'r', en: 'r' }, attestedBy: ['prison'], unit: 'none' },
    },
  },
  grounds: read('grounds'),
});
if (!built.ok) throw new Error(JSON.stringify(built.problems));
export const { catalogue } = built;
