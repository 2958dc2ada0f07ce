import {
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { KeyFileError } from '../../src/crypto/key-files.ts';
import { openKeys } from '../../src/crypto/keys.ts';
import { keyPromises } from './key-promises.ts';
import { temporaryDirectory } from './peers.ts';

const temporary = temporaryDirectory();
afterAll(() => temporary.remove());
let made = 0;
function newDirectory(): string {
  made += 1;
  return join(temporary.path, `keys-${made}`);
}

const secrets = ['data.key', 'identifier-lookup.key', 'subject-wrapping.key', 'users.key', 'unknown-person.key'];
const signing = ['answer-signing.pem', 'checkpoint-signing.pem', 'ledger-signing.pem'];
const all = [...signing, ...secrets].sort();

describe('key files', () => {
  test('are made once, for the owner alone, and opened again as the same keys', async () => {
    const directory = newDirectory();
    const first = await openKeys({ directory, create: true });
    expect(readdirSync(directory).sort()).toEqual(all);
    expect(statSync(directory).mode & 0o777).toBe(0o700);
    for (const file of all) expect(statSync(join(directory, file)).mode & 0o777).toBe(0o600);
    const again = await openKeys({ directory, create: true });
    expect(again.jwks).toEqual(first.jwks);
    expect(again.identifiers.lookup('bsn', '999990019')).toEqual(first.identifiers.lookup('bsn', '999990019'));
    expect(again.marks.person('x')).toBe(first.marks.person('x'));
    expect(again.identifiers.decrypt(first.identifiers.encrypt('x', 'c'), 'c')).toBe('x');
    expect(
      again.subjects.decrypt(
        first.subjects.dummyKey,
        first.subjects.encrypt(again.subjects.dummyKey, Buffer.from('y'), 'c'),
        'c',
      ),
    ).toEqual(Buffer.from('y'));
  });

  test('are the same for gateways that start at once', async () => {
    const directory = newDirectory();
    const opened = await Promise.all([1, 2, 3, 4].map(() => openKeys({ directory, create: true })));
    expect(new Set(opened.map(({ ledger }) => ledger.keyId)).size).toBe(1);
    expect(readdirSync(temporary.path).filter((name) => name.includes('.new-'))).toEqual([]);
  });

  test('are not made where that is not allowed', async () => {
    const directory = newDirectory();
    await expect(openKeys({ directory, create: false })).rejects.toThrow(/ledger-signing\.pem: is missing/);
  });

  test.each(all)('%s is never replaced when it is lost', async (file) => {
    const directory = newDirectory();
    await openKeys({ directory, create: true });
    unlinkSync(join(directory, file));
    const opening = openKeys({ directory, create: true });
    await expect(opening).rejects.toThrow(KeyFileError);
    await expect(opening).rejects.toThrow(`${file}: is missing; restore it from a backup`);
  });

  test.each<[string, (file: string) => void, RegExp]>([
    ['others can read it', (file) => chmodSync(file, 0o640), /data\.key: can be read by others/],
    ['it is too short', (file) => writeFileSync(file, 'c2hvcnQ'), /data\.key: does not hold 32 bytes/],
    ['it is too long', (file) => writeFileSync(file, `${readFileSync(file, 'utf8').trim()}AA`), /data\.key: does not/],
    ['it is empty', (file) => writeFileSync(file, ''), /data\.key: does not hold 32 bytes/],
    ['it is a link', (file) => relinked(file), /data\.key: is not a regular file/],
    ['it is a directory', (file) => replacedByDirectory(file), /data\.key: is not a regular file/],
  ])('refuse the start when %s', async (_, spoil, message) => {
    const directory = newDirectory();
    await openKeys({ directory, create: true });
    spoil(join(directory, 'data.key'));
    await expect(openKeys({ directory, create: true })).rejects.toThrow(message);
  });

  test('refuse a signing key of another kind, and never quote what they hold', async () => {
    const directory = newDirectory();
    await openKeys({ directory, create: true });
    writeFileSync(join(directory, 'ledger-signing.pem'), 'SECRET-TEXT');
    const opening = openKeys({ directory, create: false });
    await expect(opening).rejects.toThrow(/ledger-signing\.pem: is not a private key in PEM/);
    await expect(opening).rejects.not.toThrow(/SECRET/);
  });
});

function relinked(file: string): void {
  unlinkSync(file);
  symlinkSync('/dev/null', file);
}

function replacedByDirectory(file: string): void {
  unlinkSync(file);
  mkdirSync(file);
}

const fresh = () => openKeys({ directory: newDirectory(), create: true });
keyPromises('keys in files', fresh, fresh);
