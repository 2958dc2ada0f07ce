import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createAuthority, type DemoAuthority } from '../../src/demo/authority.ts';
import { bystander, scene } from '../world/pki/scene.ts';
import { vectors } from '../world/pki/vectors/all.ts';
import { temporaryDirectory } from './peers.ts';
import { ask, credentialsOf, pkiListener } from './pki-listener.ts';

/** Some of the certificates that were made to be refused, through a handshake: both doors are there. */
const names = [
  'with the same extension twice',
  'with a critical extension that nobody knows',
  'that has expired',
  'that is not valid yet',
  'with two OINs in one part of its name',
  'with an OIN and a NUL',
  'with its OIN as UTF8String',
  'with its OIN as BMPString',
  'that is a CA itself',
  'signed by a key that its CA does not have',
  'for servers only',
  'for no purpose that is named',
  'without key usage',
  'that was revoked',
  'whose issuing CA was revoked',
  'without a list of its CA',
  'without a list of its root',
  'with a list that another key signed',
];
const chosen = vectors.filter(({ name }) => names.includes(name));
const directory = temporaryDirectory();
let demo: DemoAuthority;
let own: Awaited<ReturnType<DemoAuthority['issueServer']>>;
beforeAll(async () => {
  demo = await createAuthority(join(directory.path, 'demo'));
  own = await demo.issueServer({ name: 'server' });
});
afterAll(() => directory.remove());

async function verdictOn(made: ReturnType<typeof scene>, folder: string): Promise<string> {
  const { ca, list } = bystander();
  const first = { cas: [...made.cas, ca], lists: [...made.lists, list] };
  const listener = await pkiListener(join(directory.path, folder), own, first);
  try {
    return await ask(listener.port, credentialsOf(made, made.chain));
  } finally {
    await listener.close();
  }
}

test('each of them is in the table', () => {
  expect(chosen.map(({ name }) => name).sort()).toEqual([...names].sort());
});

test.each(chosen)('$name: $word, or no handshake', async ({ name, make, word }) => {
  const verdict = verdictOn(make(), name.replaceAll(' ', '-'));
  // what OpenSSL cannot read at all ends in the handshake
  if (word === 'malformed') expect(await verdict.catch(() => 'malformed')).toBe('malformed');
  else expect(await verdict).toBe(word);
});

test('a good one comes in by the same way', async () => {
  expect(await verdictOn(scene(), 'good')).toBe('verified');
});
