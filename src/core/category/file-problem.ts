import { z } from 'zod';
import { issueWords } from './issue-words.ts';
import { nearestWord, unknownWord } from './known-word.ts';

/** Where something is wrong in a policy or catalogue file; the edge turns `path` into line and column. */
export interface FileProblem {
  /** Name of the file below the policy folder. */
  readonly file: string;
  readonly path: readonly (string | number)[];
  /** Whether the name of the member is meant, not its value. */
  readonly at: 'key' | 'value';
  readonly message: string;
}

/** A map or a set of words, or a list of them. */
export interface KnownWords {
  keys(): Iterable<string>;
  has?(word: string): boolean;
}

/** Collects everything that is wrong in one file, so that its author can mend it in one go. */
export class Problems {
  readonly found: FileProblem[] = [];
  readonly file: string;

  constructor(file: string) {
    this.file = file;
  }

  add(path: readonly (string | number)[], message: string, at: 'key' | 'value' = 'value'): void {
    // A rule toward many recipients is checked for each; what is wrong for all of them is one mistake.
    const same = (other: FileProblem): boolean =>
      other.at === at && other.message === message && other.path.join('\n') === path.join('\n');
    if (!this.found.some(same)) this.found.push({ file: this.file, path, at, message });
  }

  /** Notes the word when it is not known; true when it is. */
  known(path: readonly (string | number)[], what: string, word: string, words: KnownWords): boolean {
    // Nearly every word is known: then nothing needs to be listed.
    if (words.has?.(word)) return true;
    const names = new Set(words.keys());
    if (names.has(word)) return true;
    this.add(path, unknownWord(what, word, names));
    return false;
  }

  /** Parses one file at its border; null, with every problem noted, when it does not have the form. */
  parse<T>(schema: z.ZodType<T>, content: unknown): T | null {
    const parsed = schema.safeParse(content, { reportInput: true });
    if (parsed.success) return parsed.data;
    for (const issue of parsed.error.issues) this.addIssue(issue, schema);
    return null;
  }

  private addIssue(issue: z.core.$ZodIssue, schema: z.ZodType): void {
    const path = issue.path.map((step) => (typeof step === 'number' ? step : String(step)));
    if (issue.code === 'unrecognized_keys') {
      const known = memberNames(schema);
      for (const key of issue.keys) this.add([...path, key], unknownWord('member', key, known), 'key');
      return;
    }
    if (issue.code === 'invalid_union') {
      const branch = closest(issue.errors);
      if (branch !== null) {
        for (const inner of branch) this.addIssue({ ...inner, path: [...issue.path, ...inner.path] }, schema);
        return;
      }
    }
    const said = issueWords(issue);
    const word = issue.code === 'invalid_value' && typeof issue.input === 'string' ? issue.input : null;
    const nearest =
      word === null ? null : nearestWord(word, issue.code === 'invalid_value' ? issue.values.map(String) : []);
    this.add(path, nearest === null ? said : `${said}; did you mean "${nearest}"?`);
  }
}

/**
 * Of the forms that a value may have, the one whose mistakes lie deepest: there the author was
 * nearest to one. Null where every form fails at the value itself, and none is nearer than another.
 */
function closest(branches: readonly (readonly z.core.$ZodIssue[])[]): readonly z.core.$ZodIssue[] | null {
  const words = branches.find((issues) => issues.length === 1 && issues[0]?.code === 'invalid_value');
  const depth = (issues: readonly z.core.$ZodIssue[]): number =>
    Math.max(0, ...issues.map(({ path, code }) => path.length * 2 + (code === 'unrecognized_keys' ? 1 : 0)));
  const deepest = [...branches].sort((a, b) => depth(b) - depth(a))[0];
  if (deepest !== undefined && depth(deepest) > 0) return deepest;
  return words ?? null;
}

/** Every member name that a schema knows, wherever it stands, for suggestions. */
function memberNames(schema: z.ZodType): Set<string> {
  const names = new Set<string>();
  const walk = (node: unknown): void => {
    if (typeof node !== 'object' || node === null) return;
    for (const [key, value] of Object.entries(node)) {
      if (key === 'properties' && typeof value === 'object' && value !== null) {
        for (const name of Object.keys(value)) names.add(name);
      }
      walk(value);
    }
  };
  walk(z.toJSONSchema(schema, { unrepresentable: 'any', io: 'input' }));
  return names;
}
