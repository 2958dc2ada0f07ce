import type { Catalogue } from '../../core/category/catalogue.ts';

export type Path = readonly (string | number)[];

/** One small mistake that somebody could make in a policy, as the policy would then be written. */
export interface Mutant {
  /** A word of the list in `docs/mutation.md`. */
  readonly operator: string;
  /** Where it stands in the written policy. */
  readonly path: Path;
  /** What was done, for people: `drop "identity.surname"`. */
  readonly text: string;
  readonly content: unknown;
}

/** What mutants are made with. */
export interface Making {
  readonly catalogue: Catalogue;
  /** Words for the start of a retention. */
  readonly starts: readonly string[];
}

export type Json = null | boolean | number | string | readonly Json[] | { readonly [member: string]: Json };

/** The value at a path; undefined where there is none. */
export function at(content: Json | undefined, path: Path): Json | undefined {
  return path.reduce<Json | undefined>((value, step) => {
    if (Array.isArray(value)) return value[Number(step)];
    return isRecord(value) ? value[step] : undefined;
  }, content);
}

/** A copy in which the value at the path is another one; undefined takes it away, out of a list too. */
function put(content: Json, path: Path, value: Json | undefined): Json {
  const [step, ...rest] = path;
  if (step === undefined) return value ?? null;
  if (Array.isArray(content)) {
    const index = Number(step);
    const inner = rest.length === 0 ? value : put(content[index] ?? null, rest, value);
    return inner === undefined ? content.toSpliced(index, 1) : content.toSpliced(index, 1, inner);
  }
  const record = isRecord(content) ? content : {};
  const inner = rest.length === 0 ? value : put(record[step] ?? null, rest, value);
  const { [step]: _, ...others } = record;
  // In its old place, so that the order of what was written stays.
  if (inner === undefined) return others;
  return Object.hasOwn(record, step)
    ? Object.fromEntries(Object.entries(record).map(([name, old]) => [name, name === step ? inner : old]))
    : { ...record, [step]: inner };
}

export function isRecord(value: Json | undefined): value is { readonly [member: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function listAt(content: Json, path: Path): readonly Json[] {
  const value = at(content, path);
  return Array.isArray(value) ? value : [];
}

export function textAt(content: Json, path: Path): string | null {
  const value = at(content, path);
  return typeof value === 'string' ? value : null;
}

/** Makes mutants of one content, each by putting another value at one path. */
export class Maker {
  readonly made: Mutant[] = [];
  readonly content: Json;

  constructor(content: Json) {
    this.content = content;
  }

  put(operator: string, path: Path, value: Json | undefined, text: string): void {
    this.made.push({ operator, path, text, content: put(this.content, path, value) });
  }

  /** Each word of a list is dropped, and each other known word added. */
  words(operator: string, path: Path, known: Iterable<string>): void {
    const words = listAt(this.content, path);
    for (const [index, word] of words.entries()) {
      this.put(`${operator}-drop`, [...path, index], undefined, `drop ${JSON.stringify(word)}`);
    }
    for (const word of known) {
      if (!words.includes(word)) this.put(`${operator}-add`, path, [...words, word], `add "${word}"`);
    }
  }

  /** Another word of a known list stands there. */
  change(operator: string, path: Path, known: Iterable<string>): void {
    const old = textAt(this.content, path);
    for (const word of known)
      if (word !== old) this.put(operator, path, word, `"${old ?? 'nothing'}" becomes "${word}"`);
  }

  /** A period is one unit longer, and one unit shorter. */
  period(operator: string, path: Path): void {
    const old = textAt(this.content, path);
    if (old === null) return;
    const [, sign = '', count = '0', unit = 'D'] = /^(-?)P(\d+)([YMWD])$/.exec(old) ?? [];
    for (const step of [1, -1]) {
      const moved = Number(`${sign}${count}`) + step;
      const value = `${moved < 0 ? '-' : ''}P${Math.abs(moved)}${unit}`;
      this.put(operator, path, value, `"${old}" becomes "${value}"`);
    }
  }
}
