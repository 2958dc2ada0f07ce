import 'reflect-metadata';
import { X509Certificate } from 'node:crypto';
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PemConverter } from '@peculiar/x509';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadIdentity } from '../../src/crypto/tls.ts';
import { loadTrust, type Trust, TrustError } from '../../src/crypto/trust.ts';
import { createAuthority, type DemoAuthority } from '../../src/demo/authority.ts';
import { temporaryDirectory } from './peers.ts';

const dayMs = 86_400_000;
const daysAway = (days: number) => new Date(Date.now() + days * dayMs);
const demo = { environment: 'demo', now: new Date() } as const;
const directory = temporaryDirectory();
let authority: DemoAuthority;
let foreign: DemoAuthority;

beforeAll(async () => {
  authority = await createAuthority(join(directory.path, 'own'));
  foreign = await createAuthority(join(directory.path, 'foreign'), 'Elders');
});
afterAll(() => directory.remove());

function file(name: string, content: string | Uint8Array): string {
  const path = join(directory.path, name);
  writeFileSync(path, content);
  return path;
}

/** The two CAs' lists apart: issuing CA first, root second. */
function lists(): string[] {
  return PemConverter.decode(readFileSync(authority.crlFile, 'utf8')).map((raw) =>
    PemConverter.encode(raw, 'X509 CRL'),
  );
}

function trusting(crlFiles: readonly string[], options: Parameters<typeof loadTrust>[1] = demo): Trust {
  return loadTrust({ caFiles: [authority.caFile], crlFiles }, options);
}

describe('trust', () => {
  test('holds every CA and its list, from PEM and from DER', async () => {
    const [issuing = '', root = ''] = lists();
    const der = file('issuing.crl', new Uint8Array(PemConverter.decodeFirst(issuing)));
    const trust = trusting([der, file('root.pem', root)]);
    expect(trust.ca).toHaveLength(2);
    expect(trust.crl).toHaveLength(2);
    expect(trust.problems).toEqual([]);
  });

  test('takes the newest of several lists of one CA', async () => {
    const older = file('older.pem', await authority.writeCrls({ thisUpdate: daysAway(-3), nextUpdate: daysAway(30) }));
    await authority.writeCrls({ nextUpdate: daysAway(2) });
    const trust = trusting([older, authority.crlFile]);
    expect(trust.lists.size).toBe(2);
    await authority.writeCrls();
  });

  test.each<[string, () => unknown, RegExp]>([
    ['no list at all', () => trusting([]), /no revocation list/],
    ['no list for the root', () => trusting([file('half.pem', lists()[0] ?? '')]), /no revocation list .* root/],
    ['a list file that is not there', () => trusting(['/nowhere/crl.pem']), /\/nowhere\/crl\.pem: cannot be read/],
    ['a list that is damaged', () => trusting([file('damaged.pem', lists().join('').slice(0, 300))]), /damaged\.pem/],
    ['a list that is something else', () => trusting([authority.caFile]), /ca\.pem: cannot be read as revocation/],
    ['an expired list', () => trusting([authority.crlFile], { ...demo, now: daysAway(8) }), /has expired/],
    ['a list of tomorrow', () => trusting([authority.crlFile], { ...demo, now: daysAway(-0.5) }), /not valid yet/],
    ['only lists of others', () => trusting([foreign.crlFile]), /no revocation list/],
    [
      'CAs that have all expired',
      () => trusting([authority.crlFile], { ...demo, now: daysAway(400) }),
      /no trusted CA/,
    ],
  ])('is refused with %s', (_, load, message) => {
    expect(load).toThrow(TrustError);
    expect(load).toThrow(message);
  });

  test('is refused when a list bears the right name and the wrong signature', async () => {
    const twin = await createAuthority(join(directory.path, 'twin'));
    expect(() => trusting([twin.crlFile])).toThrow(/not signed by/);
  });

  test('does not take a certificate of no CA as anchor', async () => {
    const { certificateFile } = await authority.issueClient({ name: 'leaf', oin: '00000099000000001000' });
    const files = { caFiles: [certificateFile], crlFiles: [authority.crlFile] };
    expect(() => loadTrust(files, demo)).toThrow(/not a CA's/);
  });

  test('never rests on the demo authority outside the demo', () => {
    expect(() => trusting([authority.crlFile], { ...demo, environment: 'production' })).toThrow(/demo authority/);
  });
});

describe('the own certificate', () => {
  test('comes with the key that belongs to it', async () => {
    const files = await authority.issueServer({ name: 'server' });
    expect(new X509Certificate(loadIdentity(files, demo).cert).checkHost('localhost')).toBe('localhost');
    const other = await authority.issueServer({ name: 'other' });
    const mixed = { certificateFile: files.certificateFile, keyFile: other.keyFile };
    expect(() => loadIdentity(mixed, demo)).toThrow(/other\.key\.pem: is not the key of/);
  });

  test('is refused when it has expired, is unreadable or is the demo authority’s', async () => {
    const files = await authority.issueServer({ name: 'server2' });
    expect(() => loadIdentity(files, { ...demo, now: daysAway(40) })).toThrow(/not valid now/);
    expect(() => loadIdentity(files, { ...demo, environment: 'production' })).toThrow(/demo authority/);
    expect(() => loadIdentity({ ...files, certificateFile: '/nowhere' }, demo)).toThrow(/\/nowhere: cannot be read/);
    chmodSync(files.keyFile, 0o600);
    writeFileSync(files.keyFile, 'SECRET-KEY-TEXT');
    expect(() => loadIdentity(files, demo)).toThrow(/server2\.key\.pem: cannot be read as private key/);
    expect(() => loadIdentity(files, demo)).not.toThrow(/SECRET/);
  });
});
