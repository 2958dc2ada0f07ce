import { type Document, isScalar, type Scalar, visit } from 'yaml';

/** A character or word that a reader takes for another one, at its offset in the text. */
export interface LookAlike {
  readonly offset: number;
  readonly message: string;
}

/** Characters that show as nothing, as a plain space, or that turn the order of reading around. */
const hidden = /[\p{Cf}\p{Co}\p{Zl}\p{Zp}]|(?! )\p{Zs}|(?![\t\n\r])\p{Cc}/gu;
const control = /(?![\t\n\r])\p{Cc}/u;
const token = /[\p{L}\p{M}]+/gu;
/** Letters in which Dutch and English are written; whatever else is Latin looks like one of these. */
const plainLatin = /^[A-Za-z\u00c0-\u0130\u0132-\u017e]$/u;

const scripts = ['Latin', 'Cyrillic', 'Greek', 'Armenian', 'Cherokee', 'Coptic', 'Georgian', 'Hebrew', 'Arabic'].map(
  (name) => ({ name, letter: new RegExp(`\\p{Script=${name}}`, 'u') }),
);
const shared = /[\p{Script=Common}\p{Script=Inherited}]/u;

/**
 * Whoever reviews a policy reads what it shows. So no file may hold what cannot be seen, not in a
 * comment either, no word may mix scripts, and a name (a key, or a value without spaces) keeps to
 * plain Latin letters: `pоlice` with a Cyrillic о is another word than the one that was reviewed.
 */
export function lookAlikes(document: Document.Parsed, text: string): LookAlike[] {
  const found = [...text.matchAll(hidden)].map((match) => ({
    offset: match.index,
    message: `holds an invisible or space-like character (${codePoint(match[0])}): write it plainly`,
  }));
  if (found.length > 0) return found;
  visit(document, {
    Scalar: (at, node) => {
      const message = wordProblem(node, at === 'key');
      if (message !== null) found.push({ offset: node.range?.[0] ?? 0, message });
    },
  });
  return found;
}

/** The first control character that is no tab or end of a line, or null; in no file of text has one a meaning. */
export function controlCharacter(text: string): LookAlike | null {
  const match = control.exec(text);
  return match === null
    ? null
    : { offset: match.index, message: `holds a control character (${codePoint(match[0])}): remove it` };
}

function wordProblem(node: Scalar, isKey: boolean): string | null {
  if (!isScalar(node) || typeof node.value !== 'string') return null;
  const text = node.value;
  const escaped = text.match(hidden)?.[0];
  if (escaped !== undefined) return `holds an invisible or space-like character (${codePoint(escaped)})`;
  const isName = isKey || !/\s/.test(text);
  for (const [word] of text.matchAll(token)) {
    const problem = mixture(word) ?? (isName ? strangeLetter(word) : null);
    if (problem !== null) return problem;
  }
  return null;
}

function mixture(word: string): string | null {
  const letters = [...word].filter((letter) => !shared.test(letter));
  const named = [...new Set(letters.map(scriptOf))];
  if (named.length < 2) return null;
  const odd = letters.find((letter) => scriptOf(letter) !== 'Latin') ?? '';
  return `the word "${word.slice(0, 80)}" mixes ${named.join(' and ')} letters: ${odd} is ${codePoint(odd)}`;
}

function strangeLetter(word: string): string | null {
  const odd = [...word.normalize('NFC')].find((letter) => !plainLatin.test(letter));
  if (odd === undefined) return null;
  return `the name "${word.slice(0, 80)}" holds a letter that looks like another one: ${odd} is ${codePoint(odd)}`;
}

function scriptOf(letter: string): string {
  return scripts.find((script) => script.letter.test(letter))?.name ?? 'other';
}

function codePoint(character: string): string {
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
}
