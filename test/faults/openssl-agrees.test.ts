import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { toPem } from '../../src/crypto/path/pem-blocks.ts';
import type { Scene } from '../world/pki/scene.ts';
import { goodNeighbours, vectors } from '../world/pki/vectors/all.ts';
import { describeWith } from './proxies/debian-program.ts';

/**
 * The same certificates before OpenSSL's own verifier, a program apart. It may refuse nothing that we let in, and each
 * certificate that it lets in and we refuse says why, so that every difference is known and in the stricter direction.
 */
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'sluis-openssl-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** OpenSSL's anchors are what signed itself; the rest it may use on the way. */
function accepts(openssl: string, { leaf, chain, cas, lists, policies }: Scene): boolean {
  const write = (name: string, label: string, ders: readonly Buffer[]): string => {
    const path = join(folder, name);
    writeFileSync(path, ders.map((der) => toPem(der, label)).join(''));
    return path;
  };
  if (cas.length === 0) return false;
  const args = ['verify', '-x509_strict', '-purpose', 'sslclient', '-crl_check_all', '-no-CApath', '-no-CAstore'];
  args.push('-CAfile', write('ca.pem', 'CERTIFICATE', cas));
  if (chain.length > 0) args.push('-untrusted', write('chain.pem', 'CERTIFICATE', chain));
  if (lists.length > 0) args.push('-CRLfile', write('crl.pem', 'X509 CRL', lists));
  if (policies.length > 0) args.push('-explicit_policy', ...policies.flatMap((policy) => ['-policy', policy]));
  return spawnSync(openssl, [...args, write('leaf.pem', 'CERTIFICATE', [leaf])], { stdio: 'ignore' }).status === 0;
}

describeWith('openssl', 'OpenSSL refuses too, or it is written why not', (openssl) => {
  test.each(vectors)('$name', ({ make, stricter }) => {
    expect(accepts(openssl, make())).toBe(stricter !== undefined);
  });
});

describeWith('openssl', 'OpenSSL lets in what we let in', (openssl) => {
  test.each(goodNeighbours)('$name', ({ make }) => {
    expect(accepts(openssl, make())).toBe(true);
  });
});
