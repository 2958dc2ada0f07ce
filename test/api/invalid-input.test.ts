import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { invalidMembers } from '../../src/api/invalid-input.ts';
import { partnerRoutes, technicianRoutes } from '../../src/api/partner-routes.ts';
import { delegate } from '../../src/core/disclosure/said-on-request.ts';

const routes = [...partnerRoutes, ...technicianRoutes];
const nothingSaid = ['voldoet niet aan de eis', 'does not meet the requirement'];

/** Every schema and check below this one, each once. */
function* below(part: unknown, seen = new Set<unknown>()): Generator<z.core.$ZodTypeDef | z.core.$ZodCheckDef> {
  if (typeof part !== 'object' || part === null || seen.has(part)) return;
  seen.add(part);
  if (part instanceof z.core.$ZodType || part instanceof z.core.$ZodCheck) {
    yield part._zod.def;
    yield* below(part._zod.def, seen);
  } else for (const inner of Object.values(part)) yield* below(inner, seen);
}

/** The words that a call may get to read: of each rule that a schema of a route words itself. */
function wordsOf(schemas: readonly z.ZodType[]): string[] {
  return [...below(schemas)].flatMap((def) => {
    const isRule = 'check' in def && def.check === 'custom';
    const said = def.error?.({ code: 'custom', input: undefined } as never);
    const words = typeof said === 'string' ? said : said?.message;
    return words === undefined ? (isRule ? ['(a rule without words)'] : []) : [words];
  });
}

function detailOf(schema: z.ZodType, input: unknown) {
  const [member] = invalidMembers(schema.safeParse(input).error?.issues ?? [], 'body', input);
  return member?.detail;
}

describe('a rule that a schema words itself', () => {
  const worded = new Set(routes.flatMap(({ params, query, body }) => wordsOf([params, query, body])));

  it('is found wherever it stands', () => {
    const schema = z.strictObject({
      url: z
        .string()
        .refine(() => false, 'a')
        .optional(),
      list: z.array(z.union([z.string(), z.record(z.string().regex(/a/, 'b'), z.unknown()).refine(() => false)])),
      piped: z
        .string()
        .transform(Number)
        .pipe(z.number())
        .refine(() => false, { message: 'c' }),
    });
    expect(wordsOf([schema]).sort()).toEqual(['(a rule without words)', 'a', 'b', 'c']);
    expect(worded.size).toBeGreaterThan(8);
  });

  it.each([...worded])('%s: has its Dutch', (message) => {
    const schema = z.unknown().refine(() => false, message);
    const { nl, en } = detailOf(schema, 1) ?? { nl: '', en: '' };
    expect(en).toBe(message);
    expect(nothingSaid).not.toContain(nl);
    expect(nl).not.toBe(en);
    expect(message).not.toBe('(a rule without words)');
  });
});

describe('a name of a member that is not of its form', () => {
  it('is said what its form is, in both languages, and is not repeated', () => {
    const detail = detailOf(z.record(z.string().regex(/^[a-z]+$/), z.unknown()), { '900000016': 1 });
    expect(detail).toEqual({
      nl: 'heeft een naam die niet mag: die moet in de vorm /^[a-z]+$/ zijn',
      en: 'has a name that is not allowed: it must be of the form /^[a-z]+$/',
    });
  });
});

describe('what may have several forms', () => {
  it('names the words of those that are told apart by one', () => {
    const schema = z.discriminatedUnion('type', [
      z.strictObject({ type: z.literal('a') }),
      z.strictObject({ type: z.literal('b') }),
    ]);
    expect(detailOf(schema, { type: 'c' })).toEqual({ nl: 'moet een van: a, b zijn', en: 'must be one of: a, b' });
  });

  it('has no empty list where nothing tells them apart', () => {
    expect(detailOf(delegate, { user: 'x', role: 'y' })).toEqual({
      nl: 'heeft geen van de vormen die hier mogen',
      en: 'has none of the forms that are allowed here',
    });
  });
});
