/** Names of an RFC 6901 pointer, from the outside in; null: it is no pointer. The whole document is `''`. */
export function tokensOf(pointer: string): readonly string[] | null {
  if (pointer === '') return [];
  if (!pointer.startsWith('/')) return null;
  return pointer
    .slice(1)
    .split('/')
    .map((escaped) => escaped.replaceAll('~1', '/').replaceAll('~0', '~'));
}

/**
 * What an RFC 6901 pointer names in a parsed JSON document, or undefined when nothing stands there.
 * Only own members count, so that `/constructor` names nothing.
 */
export function valueAt(document: unknown, pointer: string): unknown {
  const tokens = tokensOf(pointer);
  if (tokens === null) return undefined;
  let value = document;
  for (const token of tokens) {
    if (typeof value !== 'object' || value === null) return undefined;
    if (Array.isArray(value) && !/^(?:0|[1-9][0-9]*)$/.test(token)) return undefined;
    const own = Object.getOwnPropertyDescriptor(value, token);
    if (own === undefined) return undefined;
    value = own.value;
  }
  return value;
}

/**
 * A copy of a document in which `value` stands where the pointer names, with objects made on the way there. null: on
 * the way, or there, stands something else already.
 */
export function withValueAt(document: unknown, pointer: string, value: unknown): unknown {
  const tokens = tokensOf(pointer);
  return tokens === null ? null : placed(document, tokens, value);
}

function placed(document: unknown, tokens: readonly string[], value: unknown): unknown {
  const [token, ...rest] = tokens;
  if (token === undefined) return document === undefined ? value : null;
  if (document !== undefined && !isObject(document)) return null;
  const there = document === undefined ? undefined : Object.getOwnPropertyDescriptor(document, token)?.value;
  const inside = placed(there, rest, value);
  return inside === null ? null : Object.fromEntries([...Object.entries(document ?? {}), [token, inside]]);
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
