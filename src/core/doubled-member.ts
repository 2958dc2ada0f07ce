const tokens = /"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\]:]/g;

/**
 * Whether an object in this JSON text names a member twice. `JSON.parse` keeps the last of the two
 * and another reader the first, so that what was checked before the gateway need not be what it
 * reads (RFC 7493, section 2.3). The text must be valid JSON.
 */
export function hasDoubledMember(text: string): boolean {
  const open: Set<string>[] = [];
  let latest = '';
  for (const [token] of text.matchAll(tokens)) {
    if (token === '{' || token === '[') open.push(new Set());
    else if (token === '}' || token === ']') open.pop();
    else if (token !== ':') latest = token;
    else {
      // Spelled with or without escapes, a name is the same name.
      const name = String(JSON.parse(latest));
      const members = open.at(-1);
      if (members?.has(name)) return true;
      members?.add(name);
    }
  }
  return false;
}
