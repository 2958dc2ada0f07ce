/** One key as it stands in a file: PEM, a secret in base64url, or the name of one that a token keeps. */
export interface WrittenKey {
  readonly form: 'private' | 'public' | 'secret' | 'token';
  /** PEM with its borders, 43 characters of base64url, or the label in the token. */
  readonly text: string;
}

/** The keys of one use as their file has them. */
export interface WrittenRing {
  /** Signs, encrypts and makes new lookups. */
  readonly current: WrittenKey;
  /** Coming: every gateway reads with it already, and none writes with it. */
  readonly next: WrittenKey | null;
  /** In overlap: what was written with them is still read. */
  readonly old: readonly WrittenKey[];
  /** Public halves of signing keys that are retired: outside the database, whose owner could add one. */
  readonly retired: readonly WrittenKey[];
}

const nextWord = 'next';
const tokenWord = 'pkcs11:';

/**
 * Reads a key file: the current key first, a coming one after the word `next`, then the older ones.
 * Anything else in it, or half of a key, is a problem, told without what stands there.
 */
export function parseRing(text: string): WrittenRing | { readonly problem: string } {
  const keys: { key: WrittenKey; isNext: boolean }[] = [];
  const lines = text.split(/\r?\n/).map((line) => line.trim());
  let isNext = false;
  for (let at = 0; at < lines.length; at += 1) {
    const line = lines[at] ?? '';
    if (line === '') continue;
    if (line === nextWord && !isNext) {
      isNext = true;
      continue;
    }
    const end = line.startsWith('-----BEGIN ') ? lines.indexOf(line.replace('BEGIN', 'END'), at) : at;
    const key = end < 0 ? null : readKey(lines.slice(at, end + 1));
    if (key === null) return { problem: `holds something at line ${at + 1} that is no whole key` };
    keys.push({ key, isNext });
    isNext = false;
    at = end;
  }
  return isNext ? { problem: 'ends after the word next' } : ringOf(keys);
}

function readKey(lines: readonly string[]): WrittenKey | null {
  const [first = ''] = lines;
  if (first === '-----BEGIN PRIVATE KEY-----') return { form: 'private', text: `${lines.join('\n')}\n` };
  if (first === '-----BEGIN PUBLIC KEY-----') return { form: 'public', text: `${lines.join('\n')}\n` };
  if (/^[A-Za-z0-9_-]{43}$/.test(first)) return { form: 'secret', text: first };
  const label = tokenLabel(first);
  return label === null ? null : { form: 'token', text: label };
}

/** The label in `pkcs11:LABEL`; null: it is something else. */
export function tokenLabel(text: string): string | null {
  return /^pkcs11:([A-Za-z0-9][A-Za-z0-9._-]{0,63})$/.exec(text)?.[1] ?? null;
}

function ringOf(
  keys: readonly { readonly key: WrittenKey; readonly isNext: boolean }[],
): WrittenRing | { readonly problem: string } {
  const [current, ...others] = keys.filter(({ key }) => key.form !== 'public');
  const coming = others.filter(({ isNext }) => isNext);
  if (current === undefined) return { problem: 'holds no key' };
  if (current.isNext) return { problem: 'begins with the coming key, and has no current one' };
  if (coming.length > 1) return { problem: 'holds more than one coming key' };
  return {
    current: current.key,
    next: coming[0]?.key ?? null,
    old: others.filter(({ isNext }) => !isNext).map(({ key }) => key),
    retired: keys.flatMap(({ key }) => (key.form === 'public' ? [key] : [])),
  };
}

export function writeRing({ current, next, old, retired }: WrittenRing): string {
  const written = ({ form, text }: WrittenKey): string => {
    if (form === 'token') return `${tokenWord}${text}\n`;
    return text.endsWith('\n') ? text : `${text}\n`;
  };
  const coming = next === null ? [] : [`${nextWord}\n`, written(next)];
  return [written(current), ...coming, ...old.map(written), ...retired.map(written)].join('');
}
