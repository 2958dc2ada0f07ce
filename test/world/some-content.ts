import type { z } from 'zod';
import type { EntryDraft, EntryKind } from '../../src/core/ledger/entry.ts';
import { entryForms } from '../../src/core/ledger/forms/entry-forms.ts';

type Content = Pick<EntryDraft, 'body' | 'personal' | 'fleeting' | 'policySet' | 'purpose' | 'source' | 'recipient'>;

/** Texts of which one is of every form that a body's texts have. */
const texts = [
  'some-word',
  '01920000-0000-7000-9000-000000000001',
  `sha256:${'ab'.repeat(32)}`,
  Buffer.alloc(32, 7).toString('base64url'),
  '2026-03-01T12:00:00.000Z',
  'ab'.repeat(32),
];

/** What an entry of the newest form of a kind has to have and nothing more, always the same. */
export function someContent(kind: EntryKind): Content {
  const form = entryForms[kind].at(-1);
  if (form === undefined) throw new Error('every kind has a form');
  const values = (kept: string) =>
    Object.fromEntries(
      form.requiredNames.filter((name) => form.openings[name]?.kept === kept).map((name) => [name, `some ${name}`]),
    );
  const named = (member: keyof typeof form.named, text: string) => (form.named[member] === 'never' ? null : text);
  return {
    body: some(form.body),
    personal: values('stored'),
    fleeting: values('fleeting'),
    policySet: named('policySet', `sha256:${'ab'.repeat(32)}`),
    purpose: named('purpose', 'some-purpose'),
    source: named('source', 'unit-source'),
    recipient: named('recipient', 'unit-recipient'),
  } as Content;
}

function some(form: z.core.$ZodType): unknown {
  const { def } = (form as z.core.$ZodTypes)._zod;
  const candidates = (): readonly unknown[] => {
    switch (def.type) {
      case 'object': {
        const members = Object.entries(def.shape).filter(([, member]) => !isOptional(member));
        return [Object.fromEntries(members.map(([name, member]) => [name, some(member)]))];
      }
      case 'string':
        return texts;
      case 'number':
        return [1];
      case 'boolean':
        return [true];
      case 'array':
        return [[], [some(def.element)]];
      case 'nullable':
        return [null];
      case 'literal':
        return def.values;
      case 'enum':
        return Object.values(def.entries);
      case 'union':
        return def.options.map(some);
      default:
        return [];
    }
  };
  const found = candidates().find((value) => (form as z.ZodType).safeParse(value).success);
  if (found === undefined) throw new Error(`nothing is made up for a form of type ${def.type}`);
  return found;
}

function isOptional(form: z.core.$ZodType): boolean {
  return (form as z.core.$ZodTypes)._zod.def.type === 'optional';
}
