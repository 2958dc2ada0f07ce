import { spawnSync } from 'node:child_process';
import { createHash, generateKeyPairSync, randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fetchTimestamp } from '../../src/crypto/fetch-timestamp.ts';
import { type ParsedCertificate, parseCertificate } from '../../src/crypto/path/parse-certificate.ts';
import { derInFile } from '../../src/crypto/path/pem-blocks.ts';
import { timestampAnchors, verifyTimestamp } from '../../src/crypto/timestamp.ts';
import { readTimestampResponse, timestampRequest } from '../../src/crypto/timestamp-request.ts';
import { attribute, type ForgedSigner, type Forgery, forgeTimestamp } from '../world/forge-timestamp.ts';
import { context, element, octets, oid, sequence, truth, whole } from '../world/pki/der-write.ts';
import { type TimestampAuthority, timestampAuthority } from '../world/timestamp-authority.ts';

const text = 'sluis.example/ledger\n12\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n';
const digest = createHash('sha256').update(text).digest();

let tsa: TimestampAuthority;
let anchors: readonly ParsedCertificate[];
let request: ReturnType<typeof timestampRequest>;
let token: Buffer;

beforeAll(async () => {
  tsa = await timestampAuthority();
  anchors = timestampAnchors(readFileSync(tsa.ca));
  request = timestampRequest(digest, randomBytes);
  token = await tokenBy();
}, 60_000);
afterAll(() => tsa.close());

async function tokenBy(signer?: string, section?: string, of = request.der): Promise<Buffer> {
  const answer = readTimestampResponse(await tsa.reply(of, signer, section));
  if (answer.token === null) throw new Error('openssl gave no token');
  return answer.token;
}

function signerOf(name: string): ForgedSigner {
  const [certificate = Buffer.alloc(0)] = derInFile(readFileSync(join(tsa.folder, `${name}.pem`)), ['CERTIFICATE']);
  const { issuer, serial } = parseCertificate(certificate);
  const key = readFileSync(join(tsa.folder, `${name}.key`), 'utf8');
  return { key, certificate, issuer: Buffer.from(issuer.key, 'hex'), serial };
}

function isThere(bytes: Buffer | undefined): bytes is Buffer {
  return bytes !== undefined;
}

/** The first place where these bytes stand, replaced by others of the same length. */
function replaced(bytes: Buffer, from: Buffer, to: Buffer): Buffer {
  const at = bytes.indexOf(from);
  expect([at >= 0, to.length]).toEqual([true, from.length]);
  return Buffer.concat([bytes.subarray(0, at), to, bytes.subarray(at + from.length)]);
}

function refusalOf(bytes: Buffer, question?: { readonly nonce: string }): string | null {
  const result = verifyTimestamp(bytes, digest, anchors, question);
  return result.ok ? null : result.refusal;
}

describe('a timestamp of a real authority', () => {
  test('gives its time, its policy and its number', () => {
    const before = Date.now();
    const result = verifyTimestamp(token, digest, anchors, request);
    expect(result).toMatchObject({ ok: true, value: { policy: '1.2.3.4.1' } });
    if (result.ok) expect(Math.abs(result.value.time.getTime() - before)).toBeLessThan(60_000);
  });

  test('is one that openssl verifies too, and each is refused by both under another CA', () => {
    const file = join(tsa.folder, 'kept.tsr');
    const data = join(tsa.folder, 'data');
    writeFileSync(file, token);
    writeFileSync(data, text);
    tsa.certify('other-ca', 'ca', { issuer: null });
    const opensslSays = (ca: string) =>
      spawnSync('openssl', ['ts', '-verify', '-data', data, '-in', file, '-token_in', '-CAfile', ca]).status;
    expect(opensslSays(tsa.ca)).toBe(0);
    const other = join(tsa.folder, 'other-ca.pem');
    expect(opensslSays(other)).not.toBe(0);
    expect(verifyTimestamp(token, digest, timestampAnchors(readFileSync(other)))).toEqual({
      ok: false,
      refusal: 'unknown-authority',
    });
  });

  test('may be signed with RSA, where CMS leaves the hash to the digest', async () => {
    tsa.certify('rsa', 'tsa', { key: ['rsa:2048'] });
    expect(refusalOf(await tokenBy('rsa'))).toBeNull();
  });

  test('comes from its address, and is kept as it came', async () => {
    const authority = { url: tsa.url, anchors, timeoutMs: 10_000, random: randomBytes };
    const fetched = await fetchTimestamp(digest, authority, new AbortController().signal);
    expect(fetched.ok && refusalOf(fetched.value.token)).toBeNull();
  });
});

describe('a timestamp is refused', () => {
  test('for something else, or as the answer to another question', () => {
    expect(verifyTimestamp(token, createHash('sha256').update('y').digest(), anchors)).toMatchObject({
      refusal: 'other-imprint',
    });
    expect(refusalOf(token, { nonce: 'aa' })).toBe('other-nonce');
    expect(refusalOf(token, request)).toBeNull();
  });

  test.each([
    ['for other things', 'client'],
    ['in words that nobody must heed', 'uncritical'],
    ['for more than this', 'several'],
  ])('when its signer is certified %s', (_, section) => {
    tsa.certify(section, section);
    expect(refusalOf(forgeTimestamp(digest, signerOf('tsa')))).toBeNull();
    expect(refusalOf(forgeTimestamp(digest, signerOf(section)))).toBe('wrong-purpose');
  });

  test.each<[string, Forgery, string]>([
    ['of another version', { version: 1 }, 'malformed'],
    ['whose content is of another type', { contentType: '1.2.840.113549.1.7.1' }, 'malformed'],
    ['signed as content of another type', { attributeType: '1.2.840.113549.1.7.1' }, 'other-content'],
    ['of another version inside', { infoVersion: 2 }, 'malformed'],
    ['of a time without seconds', { genTime: '202601010000Z' }, 'malformed'],
    ['of a time in another zone', { genTime: '20260101000000+0100' }, 'malformed'],
    ['of a fraction that ends in a zero', { genTime: '20260101000000.50Z' }, 'malformed'],
    ['of a day that is not in the calendar', { genTime: '20260230000000Z' }, 'malformed'],
    ['of a time before its certificate', { genTime: '20200101000000Z' }, 'not-yet-valid'],
    ['of a time after its certificate', { genTime: '20990101000000Z' }, 'expired'],
    ['of something else', { imprintHash: Buffer.alloc(32) }, 'other-imprint'],
    ['signed over another content', { messageDigest: Buffer.alloc(32) }, 'other-content'],
    ['that names another certificate', { certificateHash: Buffer.alloc(32) }, 'other-certificate'],
    ['that names no certificate', { attributes: (usual) => usual.slice(0, 2) }, 'malformed'],
    [
      'without a digest of its content',
      { attributes: ([type, , named]) => [type, named].filter(isThere) },
      'malformed',
    ],
    ['with an attribute that stands twice', { attributes: (usual) => [...usual, ...usual.slice(0, 1)] }, 'malformed'],
    [
      'with an attribute of two values',
      { attributes: ([, ...rest]) => [...rest, attribute('1.2.840.113549.1.9.3', oid('1.2.3'), oid('1.2.4'))] },
      'malformed',
    ],
    ['of two signers', { signers: (usual) => [usual, usual] }, 'malformed'],
    ['of no signer', { signers: () => [] }, 'malformed'],
    ['without its certificate', { certificates: [] }, 'other-certificate'],
    ['that does not list its digest', { digests: [] }, 'malformed'],
    [
      'by an algorithm that is not its own',
      { signatureAlgorithm: sequence(oid('1.2.840.10045.4.3.3')) },
      'weak-algorithm',
    ],
    ['by SHA-1', { signatureAlgorithm: sequence(oid('1.2.840.10045.4.1')) }, 'weak-algorithm'],
    [
      'with an extension that must be known',
      { infoExtras: [context(1, true, sequence(oid('1.2.3'), truth(true), octets(Buffer.of(0))))] },
      'malformed',
    ],
    ['by another name', { infoExtras: [context(0, true, context(2, false, Buffer.from('x')))] }, 'other-certificate'],
    ['with members in another order', { infoExtras: [whole(3), truth(false)] }, 'malformed'],
  ])('%s, though it is signed', (_, forgery, refusal) => {
    expect(refusalOf(forgeTimestamp(digest, signerOf('tsa'), forgery))).toBe(refusal);
  });

  test('signed with a key that is not the certificate\u2019s', () => {
    const other = { ...signerOf('tsa'), key: generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey };
    const key = other.key.export({ format: 'pem', type: 'pkcs8' }).toString();
    expect(refusalOf(forgeTimestamp(digest, { ...other, key }))).toBe('bad-signature');
  });

  test('when its signer is not certified by anybody who is trusted for it', () => {
    expect(verifyTimestamp(token, digest, [])).toMatchObject({ refusal: 'unknown-authority' });
  });

  test('when the certificate had expired at the time in the token', async () => {
    tsa.certify('expired', 'tsa', { days: 0 });
    expect(refusalOf(await tokenBy('expired'))).toBe('expired');
  });

  test('when it names its certificate by SHA-1, or not at all', async () => {
    expect(refusalOf(await tokenBy('tsa', 'old_config'))).toBe('malformed');
  });

  test('when it is signed with SHA-1', async () => {
    expect(refusalOf(await tokenBy('tsa', 'weak_config'))).toBe('malformed');
  });

  test('when it carries no certificate', async () => {
    const bare = Buffer.from(request.der);
    // certReq is the last member: without it the query is three bytes shorter
    const without = Buffer.concat([Buffer.of(0x30, bare.length - 5), bare.subarray(2, -3)]);
    expect(refusalOf(await tokenBy('tsa', 'tsa_config', without))).toBe('other-certificate');
  });

  test('with another time, number or policy in it', () => {
    const info = verifyTimestamp(token, digest, anchors);
    if (!info.ok) throw new Error(info.refusal);
    const stamp = info.value.time.toISOString().replaceAll(/[-:T]|\.000/g, '');
    const earlier = `2001${stamp.slice(4)}`;
    expect(refusalOf(replaced(token, Buffer.from(stamp), Buffer.from(earlier)))).toBe('other-content');
    expect(refusalOf(replaced(token, oid('1.2.3.4.1'), oid('1.2.3.4.2')))).toBe('other-content');
    expect(refusalOf(replaced(token, Buffer.from(request.nonce, 'hex'), Buffer.alloc(16, 0x41)))).toBe('other-content');
  });

  test('with bytes after its end, cut off, in the longer forms of BER, or as something else', () => {
    expect(refusalOf(Buffer.concat([token, Buffer.of(0)]))).toBe('malformed');
    expect(refusalOf(token.subarray(0, -1))).toBe('malformed');
    const long = Buffer.concat([Buffer.of(0x30, 0x83, 0), token.subarray(2)]);
    expect(refusalOf(long)).toBe('malformed');
    const endless = Buffer.concat([Buffer.of(0x30, 0x80), token.subarray(4), Buffer.of(0, 0)]);
    expect(refusalOf(endless)).toBe('malformed');
    expect(refusalOf(sequence(oid('1.2.840.113549.1.7.1')))).toBe('malformed');
    expect(refusalOf(Buffer.alloc(0))).toBe('malformed');
    expect(refusalOf(Buffer.concat([token, Buffer.alloc(70_000)]))).toBe('malformed');
  });

  test('with any bit of any byte turned over', () => {
    const good: number[] = [];
    for (let at = 0; at < token.length; at += 1) {
      const changed = Buffer.from(token);
      changed[at] = (changed[at] ?? 0) ^ (1 << (at % 8));
      if (refusalOf(changed) === null) good.push(at);
    }
    expect(good).toEqual([]);
  });
});

describe('an authority gives nothing', () => {
  test.each<[string, (response: ServerResponse) => void, string]>([
    ['when it refuses', (r) => answer(r, sequence(sequence(element(0x02, Buffer.of(2))))), 'not-granted'],
    ['with bytes that are no response', (r) => answer(r, Buffer.from('hello')), 'not-an-answer'],
    ['under another type', (r) => r.writeHead(200, { 'content-type': 'text/html' }).end('<p>'), 'not-an-answer'],
    ['with an error', (r) => r.writeHead(500).end(), 'not-an-answer'],
    ['elsewhere', (r) => r.writeHead(302, { location: tsa.url }).end(), 'unreachable'],
    ['without end', (r) => answer(r, Buffer.alloc(200_000)), 'not-an-answer'],
    ['in time', () => undefined, 'unreachable'],
    ['but an old token', (r) => answer(r, response(token)), 'other-nonce'],
  ])('%s', async (_, answering, problem) => {
    const server = createServer((_request, outgoing) => answering(outgoing));
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    const authority = { url, anchors, timeoutMs: 1_000, random: randomBytes };
    const fetched = await fetchTimestamp(digest, authority, new AbortController().signal);
    server.closeAllConnections();
    await new Promise((closed) => server.close(closed));
    expect(fetched).toEqual({ ok: false, refusal: problem });
  });
});

function answer(outgoing: ServerResponse, body: Buffer): void {
  outgoing.writeHead(200, { 'content-type': 'application/timestamp-reply' }).end(body);
}

function response(token: Buffer): Buffer {
  return sequence(sequence(element(0x02, Buffer.of(0))), token);
}
