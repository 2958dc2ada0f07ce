import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { signatureTypes, writeVerifierKey } from '../../src/core/ledger/verifier-key.ts';
import { ReceiptWorld } from '../browser/receipt-world.ts';
import { logOrigin } from '../world/final-receipts.ts';

const dir = mkdtempSync(join(tmpdir(), 'sluis-receipt-command-'));
const world = new ReceiptWorld();
const file = (name: string) => join(dir, name);
const jwks = file('jwks.json');
const vkeys = file('log.vkey');
const witnesses = file('witnesses.yaml');

/** The real command, without a database and without any setting. */
function receipt(args: readonly string[], input?: string | Buffer) {
  const main = join(import.meta.dirname, '..', '..', 'src', 'main.ts');
  const run = spawnSync(process.execPath, [main, 'receipt', ...args], {
    env: { PATH: process.env.PATH },
    encoding: 'utf8',
    ...(input === undefined ? {} : { input }),
  });
  return { code: run.status, out: run.stdout, err: run.stderr };
}

function given(name: string, value: unknown): string {
  writeFileSync(file(name), JSON.stringify(value));
  return file(name);
}

beforeAll(() => {
  const { signer } = world.log;
  const key = { ...signer.jwk, kid: signer.keyId, use: 'sig' };
  const published = (uses: readonly string[]) => ({ keys: uses.map((use) => ({ ...key, sluis_use: use })) });
  given('jwks.json', published(['ledger', 'checkpoint']));
  given('flushes.json', published(['ledger', 'answers']));
  given('notes.json', published(['checkpoint', 'answers']));
  given('answers.json', published(['answers']));
  given('no-use.json', { keys: [key] });
  const logKey = { name: logOrigin, type: signatureTypes.ed25519, publicKey: signer.publicKey };
  writeFileSync(vkeys, `# the ledger\n${writeVerifierKey(logKey)}\n`);
  const lines = world.log.witnesses.map(({ name, signer: { publicKey } }) => {
    const vkey = writeVerifierKey({ name, type: signatureTypes.ed25519Cosignature, publicKey });
    return `  - name: ${name}\n    url: https://${name}\n    key: ${vkey}`;
  });
  writeFileSync(witnesses, `quorum: 2\nwitnesses:\n${lines.join('\n')}\n`);
});

afterAll(() => rmSync(dir, { recursive: true, force: true }));

describe('sluis receipt verify', () => {
  it('takes keys.json of an export, and each key of it for what it is for', () => {
    const { signer } = world.log;
    const row = (use: string) => ({ id: signer.keyId, use, alg: 'Ed25519', jwk: signer.jwk, retiredAt: null });
    const final = given('exported.json', world.final);
    const good = receipt(['verify', final, '--keys', given('keys.json', { keys: [row('checkpoint')] })]);
    expect([good.code, good.err]).toEqual([0, '']);
    const other = receipt(['verify', final, '--keys', given('keys.json', { keys: [row('ledger')] })]);
    expect([other.code, other.err]).toEqual([1, '']);
  });

  it.each([
    ['/', 'is a folder, not a file'],
    ['/dev/zero', 'is larger than any receipt'],
  ])('ends at %s, and says which file it was', (name, why) => {
    expect(receipt(['verify', name, '--keys', jwks])).toEqual({ code: 2, out: '', err: `sluis: ${name}: ${why}\n` });
  });

  it('says what a final receipt proves, who saw it and what it does not prove', () => {
    const { code, out, err } = receipt([
      'verify',
      given('a.json', world.final),
      '--keys',
      jwks,
      '--witnesses',
      witnesses,
    ]);
    expect([code, err]).toEqual([0, '']);
    for (const words of [
      'the receipt is good: this entry stands in the ledger',
      'gemeente-zwolle',
      '1048000 of 1048577',
      'ap.example at 2026-09-21T',
      'it does not prove',
    ]) {
      expect(out).toContain(words);
    }
    expect(out).not.toContain('not checked');
  });

  it('says that nobody was asked where no witnesses are given, and takes verifier keys and standard input', () => {
    const { code, out } = receipt(['verify', '-', '--keys', vkeys, '--json'], gzipSync(JSON.stringify(world.permit)));
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({
      ok: true,
      version: 2,
      leaf: { kind: 'permit' },
      opened: ['caseReference', 'justification', 'reference', 'user'],
      tree: { origin: logOrigin, index: 1_047_999, cosigners: [] },
      notChecked: [expect.stringContaining('no witnesses were given')],
    });
    // What is opened stands in the receipt; a report may go elsewhere.
    expect(out).not.toContain('900000041');
  });

  it('checks a first receipt, and says what only the final one tells', () => {
    const { code, out } = receipt(['verify', given('b.json', world.early), '--keys', jwks]);
    expect(code).toBe(0);
    expect(out).toContain('the gateway signed this entry');
    expect(out).toContain('not checked: that there is one log');
  });

  it.each([
    ['changed', { ...world.final, leaf: world.final.leaf.replace('numbers.bsn', 'numbers.skn') }, jwks, 'misplaced'],
    ['of another log', new ReceiptWorld().final, jwks, 'unknown-key'],
    ['signed by a log whose key stands under another name', new ReceiptWorld().final, vkeys, 'unknown-key'],
    ['a checkpoint by a key for flushes and answers', world.final, file('flushes.json'), 'unknown-key'],
    ['a flush by a key for checkpoints and answers', world.early, file('notes.json'), 'unknown-key'],
    ['of no version', { v: 7 }, jwks, 'malformed'],
    ['a text', 'hello', jwks, 'malformed'],
  ])('ends with 1 for one that is %s', (_, value, keys, problem) => {
    const { code, out, err } = receipt(['verify', given('c.json', value), '--keys', keys, '--json']);
    expect([code, err]).toEqual([1, '']);
    expect(JSON.parse(out)).toMatchObject({ ok: false, problem });
  });

  it('refuses one that too few of the given witnesses cosigned', () => {
    const proof = world.final.proof.replace(/— ap\.example .*\n/, '');
    const args = ['verify', given('d.json', { ...world.final, proof }), '--keys', jwks, '--witnesses', witnesses];
    const { code, out } = receipt(args);
    expect(code).toBe(1);
    expect(out).toContain('fewer of the given witnesses');
  });

  it.each([
    ['is not there', () => [file('none.json'), '--keys', jwks], 'no such file'],
    ['is no JSON', () => [vkeys, '--keys', jwks], 'is not JSON'],
    ['is broken', () => [broken(), '--keys', jwks], 'broken gzip'],
    ['names a member twice', () => [twice(), '--keys', jwks], 'names a member twice'],
    ['comes without keys', () => [file('a.json')], '--keys'],
    ['comes with keys that are none', () => [file('a.json'), '--keys', file('a.json')], 'is not a JWK set'],
    ['comes with a line that is no key', () => [file('a.json'), '--keys', witnesses], 'witnesses.yaml:1'],
    [
      'comes with keys for answers alone',
      () => [file('a.json'), '--keys', file('answers.json')],
      'no Ed25519 key to check',
    ],
    ['comes with keys that are for nothing', () => [file('a.json'), '--keys', file('no-use.json')], 'fetch it again'],
    ['comes with a private key', () => [file('a.json'), '--keys', secret()], 'holds a private key'],
  ])('ends with 2 when a file %s, and prints no stack', (_, args, words) => {
    const { code, err, out } = receipt(['verify', ...args()]);
    expect(code).toBe(2);
    expect(err).toContain(words);
    expect(`${err}${out}`).not.toMatch(/\n\s+at /);
  });

  function broken(): string {
    writeFileSync(file('broken.gz'), gzipSync(JSON.stringify(world.final)).subarray(0, 500));
    return file('broken.gz');
  }

  function twice(): string {
    writeFileSync(file('twice.json'), JSON.stringify(world.final).replace('{', '{"v":1,'));
    return file('twice.json');
  }

  function secret(): string {
    return given('secret.json', { keys: [{ kty: 'OKP', crv: 'Ed25519', x: 'A'.repeat(43), d: 'A'.repeat(43) }] });
  }
});

describe('sluis receipt page', () => {
  it('writes the page with the given keys and witnesses, without a database', () => {
    const args = ['page', '--out', file('page.html'), '--keys', jwks, '--witnesses', witnesses, '--json'];
    const { code, out } = receipt(args);
    expect(code).toBe(0);
    expect(JSON.parse(out)).toEqual({ out: file('page.html'), keys: 2, witnesses: 3 });
    const page = readFileSync(file('page.html'), 'utf8');
    expect(page).toContain(world.log.signer.publicKey.toString('base64url'));
    expect(page).toContain("default-src 'none'");
    expect(page).not.toMatch(/<(link|img|iframe)|https?:\/\/(?!www\.w3\.org)/);
  });
});
