/**
 * What an RFC 6901 pointer names in a parsed JSON document, or undefined when nothing stands there.
 * Only own members count, so that `/constructor` names nothing.
 */
export function valueAt(document: unknown, pointer: string): unknown {
  if (pointer === '') return document;
  if (!pointer.startsWith('/')) return undefined;
  let value = document;
  for (const escaped of pointer.slice(1).split('/')) {
    const token = escaped.replaceAll('~1', '/').replaceAll('~0', '~');
    if (typeof value !== 'object' || value === null) return undefined;
    if (Array.isArray(value) && !/^(?:0|[1-9][0-9]*)$/.test(token)) return undefined;
    const own = Object.getOwnPropertyDescriptor(value, token);
    if (own === undefined) return undefined;
    value = own.value;
  }
  return value;
}
