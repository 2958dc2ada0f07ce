import { cpSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { noteVerifierKey } from '../../src/core/ledger/checkpoint.ts';
import { newSigner } from '../world/ledger-keys.ts';
import { sluis } from '../world/witness-process.ts';

const folder = mkdtempSync(join(tmpdir(), 'sluis-witness-'));
const state = join(folder, 'commands');
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the commands of a witness', () => {
  test('keygen makes a key for its owner alone, and never another in its place', () => {
    const made = sluis('witness', 'keygen', '--name', 'w.example/x', '--state', state, '--json');
    expect(JSON.parse(made.stdout)).toMatchObject({ ok: true, name: 'w.example/x' });
    expect(statSync(join(state, 'witness-key.pem')).mode & 0o777).toBe(0o600);
    expect(statSync(state).mode & 0o777).toBe(0o700);
    const before = readFileSync(join(state, 'witness-key.pem'), 'utf8');
    expect(sluis('witness', 'keygen', '--name', 'w.example/y', '--state', state).status).toBe(2);
    expect(readFileSync(join(state, 'witness-key.pem'), 'utf8')).toBe(before);
    for (const name of ['', 'a b', 'a+b']) {
      const refused = sluis('witness', 'keygen', '--name', name, '--state', join(folder, 'no'));
      expect([refused.status, refused.stderr.includes('    at ')]).toEqual([2, false]);
    }
  });

  test.each([
    ['a folder without a key', ['--state', '/nonexistent'], 'holds no key of a witness'],
    ['logs that are not there', ['--logs', '/nonexistent.yaml'], 'there is no such file'],
    ['a port that is none', ['--port', 'x'], '--port'],
    ['a certificate without its key', ['--cert', 'x.pem'], '--cert and --key'],
    ['no TLS beyond loopback', ['--host', '0.0.0.0'], 'loopback'],
  ])('serve does not start with %s', (_, args, words) => {
    const logs = join(folder, 'good-logs.yaml');
    const name = 'log.example/1';
    const key = noteVerifierKey({ name, publicKey: newSigner().publicKey });
    writeFileSync(logs, `logs:\n  - origin: ${name}\n    keys: ['${key}']\n`);
    const all = ['--logs', logs, '--state', state, '--port', '0', ...args];
    const { status, stderr } = sluis('witness', 'serve', ...all);
    expect(status).toBe(2);
    expect(stderr).toContain(words);
    expect(stderr).not.toContain('    at ');
  });

  test('a key that was exchanged for another is refused', () => {
    const other = join(folder, 'other');
    sluis('witness', 'keygen', '--name', 'w.example/x', '--state', other);
    cpSync(join(other, 'witness-key.pem'), join(state, 'witness-key.pem'));
    const { status, stderr } = sluis('witness', 'show', '--state', state);
    expect([status, stderr.includes('is not the key that')]).toEqual([2, true]);
  });
});
