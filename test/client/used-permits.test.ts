import { expect, it } from 'vitest';

const at = new URL('../../src/client/used-permits.mjs', import.meta.url).href;
type Remembering = (permit: { readonly iss: string; readonly jti: string; readonly exp: number }, now: Date) => boolean;
const { isFirstUse } = (await import(at)) as { readonly isFirstUse: Remembering };

const iss = 'urn:nld:oin:00000099000000009000';
const permit = (name: string, exp: number) => ({ iss, jti: name, exp });

it('remembers a permit as long as it can be used, however many come after it, and no longer', () => {
  const start = new Date(1_000_000);
  const long = permit('lang', 90_000);
  expect([isFirstUse(long, start), isFirstUse(long, start)]).toEqual([true, false]);
  expect(isFirstUse({ ...long, iss: 'urn:nld:oin:00000099000000009001' }, start)).toBe(true);
  for (let n = 0; n < 5_000; n += 1) expect(isFirstUse(permit(`kort-${n}`, 1_300 + n), start)).toBe(true);
  expect(isFirstUse(permit('kort-0', 1_300), start)).toBe(false);
  const later = new Date(20_000_000);
  for (let n = 0; n < 10_000; n += 1) expect(isFirstUse(permit(`later-${n}`, 20_300), later)).toBe(true);
  expect(isFirstUse(long, later)).toBe(false);
  // Forgotten: no clock lets it through by now.
  expect(isFirstUse(permit('kort-0', 1_300), later)).toBe(true);
});
