import {
  type Document,
  isAlias,
  isMap,
  isNode,
  isScalar,
  LineCounter,
  type Node,
  parseDocument,
  visit,
  type YAMLError,
} from 'yaml';
import { controlCharacter, lookAlikes } from './look-alike.ts';
import { maxNesting, tooDeep } from './nesting.ts';
import { reservedKeys } from './reserved-keys.ts';

/** Something that is wrong in a policy file, where its author can find it. Lines and columns count from 1. */
export interface PolicyFileError {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

/** One YAML file as plain values, with a way back from a path in it to its place in the text. */
export interface YamlFile {
  readonly file: string;
  readonly content: unknown;
  readonly errorAt: (path: readonly (string | number)[], at: 'key' | 'value', message: string) => PolicyFileError;
}

export type ParsedYaml =
  | { readonly ok: true; readonly yaml: YamlFile }
  | { readonly ok: false; readonly errors: readonly PolicyFileError[] };

/** A policy is read by people; one that is longer than this is a mistake or an attack. */
export const maxFileBytes = 256 * 1024;

/**
 * Parses one file to plain values. Only what YAML and JSON share is taken: no aliases, anchors,
 * tags, merge keys or second documents, for each lets a text mean something else than it shows.
 */
export function parseYaml(file: string, bytes: Buffer): ParsedYaml {
  const refuse = (message: string): ParsedYaml => ({ ok: false, errors: [{ file, line: 1, column: 1, message }] });
  if (bytes.length > maxFileBytes) return refuse(`must not be larger than ${maxFileBytes / 1024} KiB`);
  const text = bytes.toString('utf8');
  if (!Buffer.from(text, 'utf8').equals(bytes)) return refuse('must be UTF-8');
  const refuseAt = (offset: number, message: string): ParsedYaml => {
    const before = text.slice(0, offset).split('\n');
    return { ok: false, errors: [{ file, line: before.length, column: (before.at(-1)?.length ?? 0) + 1, message }] };
  };
  // Before the parser, which would only guess at what follows one.
  const control = controlCharacter(text);
  if (control !== null) return refuseAt(control.offset, control.message);
  const deep = tooDeep(text);
  if (deep !== null) return refuseAt(deep, `must not nest deeper than ${maxNesting} levels`);
  const lines = new LineCounter();
  const document = parseDocument(text, {
    version: '1.2',
    schema: 'core',
    merge: false,
    resolveKnownTags: false,
    stringKeys: true,
    strict: true,
    uniqueKeys: true,
    prettyErrors: false,
    lineCounter: lines,
  });
  const place = (offset: number) => {
    const { line, col } = lines.linePos(offset);
    return { file, line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  const errors = syntaxErrors(document).map((error) => ({ ...place(error.pos[0]), message: firstLine(error.message) }));
  if (errors.length > 0) return { ok: false, errors };
  const indirectLines = new Map(indirections(document).map((node) => [place(node.range?.[0] ?? 0).line, node]));
  for (const node of indirectLines.values()) errors.push({ ...place(node.range?.[0] ?? 0), message: indirect });
  const named = [...reservedKeys(document), ...lookAlikes(document, text)];
  errors.push(...named.map(({ offset, message }) => ({ ...place(offset), message })));
  if (errors.length > 0) return { ok: false, errors };
  const errorAt: YamlFile['errorAt'] = (path, at, message) => ({ ...place(offsetOf(document, path, at)), message });
  return { ok: true, yaml: { file, content: document.toJS({ maxAliasCount: 0 }), errorAt } };
}

/** One for each fault: after a broken line the parser only guesses, and what is indirect is told of in our own words. */
function syntaxErrors(document: Document.Parsed): YAMLError[] {
  const all = [...document.errors, ...document.warnings].filter(({ code }) => !ownWords.has(code));
  const repeated = all.filter(({ code }) => code === 'DUPLICATE_KEY');
  return [...repeated, ...all.filter(({ code }) => code !== 'DUPLICATE_KEY').slice(0, 1)];
}

const ownWords: ReadonlySet<string> = new Set(['BAD_ALIAS', 'TAG_RESOLVE_FAILED']);

function firstLine(message: string): string {
  return message.split('\n', 1)[0] ?? message;
}

const indirect = 'anchors, aliases and tags are not allowed: write it out';

function indirections(document: Document.Parsed): Node[] {
  const found: Node[] = [];
  visit(document, {
    Node: (_, node) => {
      if (isAlias(node) || node.anchor !== undefined || node.tag !== undefined) found.push(node);
    },
  });
  return found;
}

/** Where a path stands in the text: the node itself, its key, or the nearest parent that exists. */
function offsetOf(document: Document.Parsed, path: readonly (string | number)[], at: 'key' | 'value'): number {
  for (let length = path.length; length >= 0; length--) {
    const parent = length === 0 ? undefined : nodeAt(document, path.slice(0, length - 1));
    const last = path[length - 1];
    const key = isMap(parent)
      ? parent.items.find((pair) => isScalar(pair.key) && pair.key.value === last)?.key
      : undefined;
    const value = nodeAt(document, path.slice(0, length));
    const node = at === 'key' || length < path.length ? (key ?? value) : (value ?? key);
    if (isNode(node) && node.range) return node.range[0];
  }
  return 0;
}

function nodeAt(document: Document.Parsed, path: readonly (string | number)[]): unknown {
  return path.length === 0 ? document.contents : document.getIn(path, true);
}
