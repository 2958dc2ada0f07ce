import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { codeOf, files, read, stringsOf } from './source-text.ts';

/**
 * A new partner kind, purpose or field is data. So no source file outside the demo may know one by
 * name: whatever is done for `police` in code would have to be done again for the next kind.
 */
const catalogue = (name: string) =>
  z.record(z.string(), z.unknown()).parse(parse(read(`policies/catalogue/${name}.yaml`)));
const isGroup = z.object({ group: z.literal(true) });
const categories = z.record(z.string(), z.object({ fields: z.record(z.string(), z.unknown()) }));

const kinds = Object.keys(catalogue('partner-kinds'));
const purposesAndGroups = catalogue('purposes');
const groups = Object.keys(purposesAndGroups).filter((id) => isGroup.safeParse(purposesAndGroups[id]).success);
const purposes = Object.keys(purposesAndGroups).filter((id) => !groups.includes(id));
const fields = Object.entries(categories.parse(catalogue('categories'))).flatMap(([category, { fields }]) => {
  return Object.keys(fields).map((field) => `${category}.${field}`);
});
/** Places of the pilots that the product grew from: a story belongs in the demo. */
const pilots = /\b(Zwolle|Dordrecht|Amersfoort|Woensel|Rotterdam|Valkenswaard|Nederweert|Kennemerland|Oss|Eindhoven)\b/;

/** The words of the catalogue that a source text uses as a literal or as a key. */
function wordsIn(source: string): string[] {
  const strings = stringsOf(source);
  const code = codeOf(source);
  const words = [...kinds, ...purposes, ...groups, ...fields];
  return words.filter((word) => {
    const quoted = [`'${word}'`, `"${word}"`];
    const literal = strings.some((text) => text === word || quoted.some((inner) => text.includes(inner)));
    return literal || new RegExp(`[{,\\n]\\s*${word.replaceAll('.', '\\.')}\\s*:`).test(code);
  });
}

describe('words of the catalogue', () => {
  test('are there to look for', () => {
    expect(kinds.length).toBeGreaterThan(10);
    // P1–P18, and that of a break-glass.
    expect(purposes).toHaveLength(19);
    expect(groups.length).toBeGreaterThan(3);
    expect(fields.length).toBeGreaterThan(20);
  });

  test('are found where somebody writes one', () => {
    expect(wordsIn("if (unit.kind === 'police') return;")).toEqual(['police']);
    expect(wordsIn('const attempts = {\n  mayor: 1 };')).toEqual(['mayor']);
    expect(wordsIn("sql`SELECT 1 WHERE purpose = 'plan-care'`")).toEqual(['plan-care']);
    expect(wordsIn("// for example 'police'\n/** `prison` */ const a = 'policeman';")).toEqual([]);
  });

  test.each(files('src/**/*.ts').filter((path) => !path.startsWith('src/demo/')))('%s knows none', (path) => {
    const source = read(path);
    expect(wordsIn(source)).toEqual([]);
    // The command line may say what the demo's story is.
    if (path !== 'src/main.ts') expect([codeOf(source), ...stringsOf(source)].join('\n')).not.toMatch(pilots);
  });
});
