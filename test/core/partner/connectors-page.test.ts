import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { connectorForm } from '../../../src/core/partner/connector.ts';

const page = readFileSync(new URL('../../../docs/connectors.md', import.meta.url), 'utf8');
const examples = [...page.matchAll(/^```yaml\n(.*?)^```$/gms)].map(([, text = '']) => [
  text.trim().split('\n')[0],
  text,
]);
const base = { type: 'http', url: 'https://bron.example/', subject: { scheme: 'bsn', pointer: '/nr' }, fields: {} };

/** An example is a whole connector, some members of one, some fields, or a step of a choice. */
function connectorOf(example: unknown): object {
  if (Array.isArray(example)) return { ...base, fields: { 'a.b': { pointer: '/b', choose: example } } };
  const { connector, ...members } = z.record(z.string(), z.unknown()).parse(example);
  if (connector !== undefined) return z.looseObject({}).parse(connector);
  return Object.keys(members).some((name) => name.includes('.'))
    ? { ...base, fields: members }
    : { ...base, ...members };
}

test.each(examples)('the page on connectors has an example that loads: %s', (_, text) => {
  const { error } = connectorForm.safeParse(connectorOf(parse(text ?? '')));
  expect(error?.issues).toBeUndefined();
});

test('and none of its examples is overlooked', () => {
  expect(examples.length).toBe(page.split('```yaml').length - 1);
});
