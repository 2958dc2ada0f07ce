import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type NamedIdentities, watchNamedIdentities } from '../../src/crypto/named-identities.ts';
import { TrustError } from '../../src/crypto/trust.ts';
import { type Credentials, createAuthority } from '../../src/demo/authority.ts';
import { temporaryDirectory } from './peers.ts';

const directory = temporaryDirectory();
const folder = join(directory.path, 'sources');
const everyMs = 20;
let one: Credentials;
let other: Credentials;
let problems: string[];
let changes: number;

beforeAll(async () => {
  const authority = await createAuthority(join(directory.path, 'authority'));
  one = await authority.issueClient({ name: 'een', oin: '00000099000000009000' });
  other = await authority.issueClient({ name: 'ander', oin: '00000099000000009000' });
});
afterAll(() => directory.remove());

function put(name: string, certificate: string, key: string): void {
  writeFileSync(join(folder, `${name}.crt`), certificate);
  writeFileSync(join(folder, `${name}.key`), key);
}

function watching(): NamedIdentities {
  [problems, changes] = [[], 0];
  const onChange = () => {
    changes += 1;
  };
  return watchNamedIdentities(folder, {
    environment: 'demo',
    everyMs,
    onChange,
    onProblem: (text) => problems.push(text),
  });
}

async function until(holds: () => boolean): Promise<void> {
  for (let n = 0; n < 250 && !holds(); n++) await sleep(everyMs);
  expect(holds()).toBe(true);
}

test('are there by name, come and go with their files, and stay while their files are no good', async () => {
  mkdirSync(folder, { recursive: true });
  put('een', one.certificate, one.key);
  const identities = watching();
  expect(identities.of('een')).toEqual({ cert: one.certificate, key: one.key });
  expect(['ander', '../een', 'een.crt', '', 'constructor'].map((name) => identities.of(name))).toEqual(
    Array.from({ length: 5 }, () => null),
  );

  put('ander', other.certificate, other.key);
  await until(() => identities.of('ander') !== null);
  expect(identities.list().map(({ name }) => name)).toEqual(['ander', 'een']);

  put('een', other.certificate, one.key);
  await until(() => problems.length > 0);
  expect(problems[0]).toMatch(/een\.key: is not the key of/);
  expect(identities.of('een')).toEqual({ cert: one.certificate, key: one.key });

  rmSync(join(folder, 'ander.crt'));
  await until(() => identities.of('ander') === null);
  expect(changes).toBe(3);
  rmSync(folder, { recursive: true });
  await until(() => identities.of('een') === null);
  identities.close();
});

test('are refused at the start where a pair is no good', () => {
  mkdirSync(folder, { recursive: true });
  put('een', one.certificate, other.key);
  expect(watching).toThrow(TrustError);
  writeFileSync(join(folder, 'een.key'), 'nonsense');
  expect(watching).toThrow(/een\.key: cannot be read as private key/);
  rmSync(join(folder, 'een.key'));
  expect(watching).toThrow(/een\.key: cannot be read as file/);
});

test('are none where there is no folder', () => {
  const none = watchNamedIdentities(null, {
    environment: 'demo',
    everyMs,
    onChange: () => undefined,
    onProblem: () => undefined,
  });
  expect([none.of('een'), none.list()]).toEqual([null, []]);
  none.close();
});
