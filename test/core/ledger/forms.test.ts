import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { maxCanonicalBytes } from '../../../src/core/ledger/canonical.ts';
import { committedNames, openingsOf } from '../../../src/core/ledger/commitment.ts';
import { type EntryDraft, type EntryKind, entryKinds, type JsonValue } from '../../../src/core/ledger/entry.ts';
import { draftProblem } from '../../../src/core/ledger/forms/draft-problem.ts';
import type { EntryForm } from '../../../src/core/ledger/forms/entry-form.ts';
import { entryForms, formOf, storedNames } from '../../../src/core/ledger/forms/entry-forms.ts';
import { readLeaf, writeLeaf } from '../../../src/core/ledger/leaf.ts';
import { contents, requiredIn } from '../../world/entry-arbitrary.ts';
import { someContent } from '../../world/some-content.ts';
import { draft } from './drafts.ts';

const place = { instance: '01920000-0000-7000-b000-000000000001', sequence: 7 };
const allVersions = entryKinds.flatMap((kind) =>
  entryForms[kind].map((form, index) => [`${kind} ${index + 1}`, kind, form] as const),
);
const newest = entryKinds.map((kind) => [kind, entryForms[kind].at(-1) as EntryForm] as const);
const runs = { numRuns: 10 };

function draftOf(kind: EntryKind, content: Partial<EntryDraft>): EntryDraft {
  return { ...draft(1), kind, ...content };
}

function written(one: EntryDraft) {
  return writeLeaf(one, place, openingsOf(one, Buffer.alloc(committedNames(one).length * 16, 1)));
}

/** The text of a leaf that no code of today writes, such as one of an older version. */
function leafText(kind: EntryKind, content: Pick<EntryDraft, 'body' | 'personal' | 'fleeting'>): string {
  const { leaf } = written(draft(1));
  const commitments = Object.fromEntries(
    [...Object.keys(content.personal), ...Object.keys(content.fleeting)].map((name) => [name, 'A'.repeat(43)]),
  );
  const {
    body,
    personal: _,
    fleeting: __,
    ...named
  } = { policySet: null, purpose: null, source: null, recipient: null, ...content };
  return JSON.stringify(sorted({ ...leaf, ...named, kind, commitments, body }));
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const names = Object.keys(value).sort();
  return Object.fromEntries(names.map((name) => [name, sorted((value as Record<string, unknown>)[name])]));
}

describe.each(allVersions)('%s', (_, kind, form) => {
  test('accepts what it says, as the form and as its compiled verdict', () => {
    fc.assert(
      fc.property(contents(form), (content) => {
        expect(form.body.safeParse(content.body).error?.issues).toBeUndefined();
        expect(form.isBody(content.body)).toBe(true);
        expect(readLeaf(leafText(kind, content))).toMatchObject({ kind, body: content.body });
      }),
      runs,
    );
  });

  test('refuses a body with a member too many, too few or of another type', () => {
    const required = requiredIn(form);
    fc.assert(
      fc.property(contents(form), fc.nat(), fc.constantFrom(1.5, '', [null], { a: {} }, null), (content, at, other) => {
        const { body } = content;
        const refuses = (changed: EntryDraft['body']) => {
          expect(form.body.safeParse(changed).success).toBe(false);
          expect(form.isBody(changed)).toBe(false);
          // Without its version it may be of the first, which says the same.
          if (Object.hasOwn(changed, 'v') === Object.hasOwn(body, 'v'))
            expect(readLeaf(leafText(kind, { ...content, body: changed }))).toBeNull();
        };
        refuses({ ...body, additional: 'x' });
        refuses({ ...body, v: 99 });
        for (const name of Object.keys(body)) {
          const { [name]: was, ...rest } = body;
          if (required.has(name)) refuses(rest);
          if (typeof was === 'string') refuses({ ...body, [name]: 7 });
        }
        // Any change at all gets one verdict, whatever it is.
        const names = Object.keys(body);
        const name = names[at % Math.max(1, names.length)] ?? 'x';
        const changed = { ...body, [name]: other as JsonValue };
        expect(form.isBody(changed)).toBe(form.body.safeParse(changed).success);
      }),
      runs,
    );
  });

  test('refuses a commitment that it does not name, and one that is missing', () => {
    fc.assert(
      fc.property(contents(form), (content) => {
        const { personal, fleeting } = content;
        const stranger = { ...content, personal: { ...personal, stranger: 'x' } };
        expect(readLeaf(leafText(kind, stranger))).toBeNull();
        for (const name of form.requiredNames) {
          const without = (values: Readonly<Record<string, string>>) =>
            Object.fromEntries(Object.entries(values).filter(([key]) => key !== name));
          const less = { ...content, personal: without(personal), fleeting: without(fleeting) };
          expect(readLeaf(leafText(kind, less))).toBeNull();
        }
      }),
      runs,
    );
  });
});

describe.each(newest)('a draft of kind %s', (kind, form) => {
  test('is written and read back, and holds text, whole numbers, lists and objects alone', () => {
    fc.assert(
      fc.property(contents(form), (content) => {
        const one = draftOf(kind, content);
        expect(draftProblem(one)).toBeNull();
        const { leaf, text } = written(one);
        expect(readLeaf(text)).toEqual(leaf);
        expect(plain(content.body)).toBe(true);
      }),
      runs,
    );
  });

  test('is refused by the place of what is wrong, never by its value', () => {
    fc.assert(
      fc.property(contents(form), (content) => {
        const problem = (changes: Partial<EntryDraft>) => draftProblem(draftOf(kind, { ...content, ...changes }));
        const secret = 'a very private thing';
        const { body, personal, fleeting } = content;
        expect(problem({ body: { ...body, extra: secret } })).toBe(`${kind}: body.extra is not of its form`);
        expect(problem({ personal: { ...personal, extra: secret } })).toBe(
          `${kind}: personal.extra is not of its form`,
        );
        expect(problem({ fleeting: { ...fleeting, extra: secret } })).toBe(
          `${kind}: fleeting.extra is not of its form`,
        );
        for (const [member, demand] of Object.entries(form.named)) {
          const changed = problem({ [member]: demand === 'always' ? null : secret });
          expect(changed).toBe(`${kind}: ${member} is ${demand === 'always' ? 'missing' : 'never named'}`);
        }
        expect(() => written(draftOf(kind, { ...content, body: { ...body, extra: secret } }))).toThrow(TypeError);
      }),
      runs,
    );
  });
});

describe('versions', () => {
  test('an older one is read and never written again', () => {
    const older = allVersions.filter(([, kind, form]) => form !== entryForms[kind].at(-1));
    expect(older.map(([name]) => name)).toEqual([
      ...['permit 1', 'refusal 1', 'evaluation 1', 'disclosure 1'],
      ...['rights-request 1', 'correction-made 1', 'approval 1', 'review 1'],
      ...['partner-changed 1', 'policy-activated 1', 'policy-rolled-back 1', 'key-rotated 1', 'officer-looked 1'],
    ]);
    for (const [, kind, form] of older) {
      const [content] = fc.sample(contents(form), { seed: 1, numRuns: 1 });
      expect(draftProblem(draftOf(kind, content ?? {}))).toBe(`${kind}: body is not of version 2`);
    }
  });

  test.each([0, -1, 3, 1.5, '2', null])('%j is no version', (v) => {
    expect(formOf({ kind: 'permit', body: { v } })).toBeNull();
  });

  test('a kind that nobody knows has no form, nor has a name that every object has', () => {
    for (const kind of ['other', 'toString', '__proto__', '']) {
      expect(formOf({ kind, body: {} })).toBeNull();
      expect(draftProblem(draftOf(kind as EntryKind, {}))).toBe('an entry of an unknown kind');
    }
  });

  /** As the code before forms wrote them. */
  const before: readonly [EntryKind, EntryDraft['body'], readonly string[], Partial<EntryDraft>][] = [
    [
      'refusal',
      {
        request: '01920000-0000-7000-9000-000000000001',
        policyVersion: null,
        regimes: { source: 'avg', recipient: 'avg' },
        class: 'not-available',
        permitted: [],
        refused: ['a.b'],
        obligations: null,
      },
      ['subject', 'conditions', 'reference', 'justification', 'caseReference', 'user'],
      draft(1),
    ],
    ['key-rotated', { use: 'ledger', key: 'k1', step: 'activated', previous: null }, [], {}],
    ['officer-looked', { officer: 'o', unit: null, entry: draft(2).id, form: 'page' }, [], {}],
    ['officer-looked', { looked: 'subject' }, ['subject', 'requestedBy', 'ground'], {}],
    [
      'partner-changed',
      {
        change: draft(2).id,
        action: 'suspend',
        digest: `sha256:${'1'.repeat(64)}`,
        previous: `sha256:${'2'.repeat(64)}`,
        approvals: 0,
        unit: 'some-unit',
        isNew: false,
        state: 'suspended',
        members: ['state'],
        organisations: [],
        after: 'a'.repeat(64),
        by: 'somebody',
        ground: 'why',
      },
      [],
      { source: draft(1).source },
    ],
    ['consent-given', { consent: draft(2).id, categories: ['housing'], noticeVersion: 1 }, ['subject'], draft(1)],
  ];
  test.each(before)('an entry of before is read: %s', (kind, body, names, more) => {
    const personal = Object.fromEntries(names.map((name) => [name, '']));
    const { purpose = null, source = null, recipient = null, policySet = null } = more;
    const named = { purpose, source, recipient, policySet };
    expect(readLeaf(leafText(kind, { body, personal, fleeting: {}, ...named }))?.body).toEqual(body);
  });
});

describe('names', () => {
  test('of openings that are kept are known for each kind, a payload not being one', () => {
    expect(storedNames('disclosure')).toEqual(new Set(['subject']));
    expect([...storedNames('heartbeat'), ...storedNames('void')]).toEqual([]);
    expect(storedNames('permit').has('conditions')).toBe(true);
  });

  test('are of the form that a commitment asks for', () => {
    for (const [, , form] of allVersions) {
      for (const name of Object.keys(form.openings)) expect(name).toMatch(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/);
    }
  });
});

describe('the largest entry', () => {
  const base = draftOf('notice', { ...someContent('notice') });
  const withField = (length: number) => ({ ...base, body: { ...base.body, fields: fieldsOf(length) } });
  /** A list whose text is of this length. */
  function fieldsOf(length: number): string[] {
    const whole = Math.floor((length - 2) / 100) - 1;
    const rest = length - 2 - whole * 100;
    return [...Array.from({ length: whole }, () => 'x'.repeat(97)), 'y'.repeat(rest - 2)];
  }
  const bytes = (one: EntryDraft) => Buffer.byteLength(written(one).text);

  test('has exactly 65,535 bytes', () => {
    const rest = bytes(withField(1_000)) - 1_000;
    const largest = withField(maxCanonicalBytes - rest);
    expect(bytes(largest)).toBe(65_535);
    expect(readLeaf(written(largest).text)?.kind).toBe('notice');
    expect(() => written(withField(maxCanonicalBytes - rest + 1))).toThrow('canonical text is too large');
  });

  test('is counted in bytes, not in letters', () => {
    const rest = bytes(withField(1_000)) - 1_000;
    const { fields } = withField(maxCanonicalBytes - rest).body;
    const other = [...(fields as string[]).slice(0, -1), (fields as string[]).at(-1)?.replace('y', 'é') ?? ''];
    expect(() => written({ ...base, body: { ...base.body, fields: other } })).toThrow('canonical text is too large');
  });
});

function plain(value: JsonValue): boolean {
  if (typeof value === 'string') return true;
  if (typeof value === 'number') return Number.isSafeInteger(value);
  return value !== null && typeof value === 'object' && Object.values(value).every(plain);
}
