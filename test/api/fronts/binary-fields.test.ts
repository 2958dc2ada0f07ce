import { describe, expect, it } from 'vitest';
import { parseBinaryItem, parseBinaryList } from '../../../src/api/fronts/binary-fields.ts';
import { readForwardedPath } from '../../../src/api/fronts/proxy-headers.ts';

/** A DER sequence of that many bytes of content; what is in it is for whoever checks certificates. */
function sequence(content: number): Buffer {
  const body = Buffer.alloc(content, 0x02);
  if (content < 0x80) return Buffer.concat([Buffer.from([0x30, content]), body]);
  if (content < 0x1_00) return Buffer.concat([Buffer.from([0x30, 0x81, content]), body]);
  return Buffer.concat([Buffer.from([0x30, 0x82, content >> 8, content & 0xff]), body]);
}

const der = sequence(700);
const encoded = der.toString('base64');
const good = `:${encoded}:`;
/** One byte over a multiple of three: its base64 ends with padding. */
const padded = sequence(726).toString('base64');

describe('a certificate in a header', () => {
  it.each([1, 2, 3, 0x7f, 0x80, 0xff, 0x1_00, 700, 8_188])('of %i bytes of content is read as it was', (content) => {
    const bytes = sequence(content);
    expect(parseBinaryItem(`:${bytes.toString('base64')}:`)?.equals(bytes)).toBe(true);
  });

  const refused: Readonly<Record<string, string>> = {
    'empty text': '',
    'two colons with nothing between them': '::',
    'no colons': encoded,
    'no colon at the end': `:${encoded}`,
    'no colon at the start': `${encoded}:`,
    'a parameter': `${good};a=1`,
    'an sf-string': `"${encoded}"`,
    'a space within': `:${encoded.slice(0, 8)} ${encoded.slice(8)}:`,
    'a line break within, as PEM has': `:${encoded.slice(0, 64)}\n${encoded.slice(64)}:`,
    'PEM, percent-encoded': encodeURIComponent(`-----BEGIN CERTIFICATE-----\n${encoded}\n-----END CERTIFICATE-----\n`),
    'a PEM label within the colons': `:-----BEGIN CERTIFICATE-----${encoded}:`,
    'the other alphabet (base64url)': `:${Buffer.concat([Buffer.from([0x30, 0x03]), Buffer.from([0xff, 0xef, 0xfe])]).toString('base64url')}:`,
    'padding left out': `:${padded.replaceAll('=', '')}:`,
    'padding too much': `:${encoded}====:`,
    'bits that stand for nothing': `:${padded.replace(/(.)(=+)$/, (_, last: string, end: string) => `${String.fromCharCode(last.charCodeAt(0) + 1)}${end}`)}:`,
    'bytes after the certificate': `:${Buffer.concat([der, Buffer.from([0])]).toString('base64')}:`,
    'a certificate cut short': `:${der.subarray(0, 500).toString('base64')}:`,
    'something else than a sequence': `:${Buffer.concat([Buffer.from([0x31]), der.subarray(1)]).toString('base64')}:`,
    'a length in more digits than it needs': `:${Buffer.concat([Buffer.from([0x30, 0x82, 0x00, 0x05]), Buffer.alloc(5)]).toString('base64')}:`,
    'an indefinite length': `:${Buffer.from([0x30, 0x80, 0x02, 0x01, 0x01, 0x00, 0x00]).toString('base64')}:`,
    'more than 8 KiB': `:${sequence(8_300).toString('base64')}:`,
    'a list of two': `${good}, ${good}`,
  };
  it.each(Object.entries(refused))('that is %s is refused', (_, text) => {
    expect(parseBinaryItem(text)).toBeNull();
  });
});

describe('a list of certificates in a header', () => {
  it.each([1, 2, 8])('of %i is read in its order', (count) => {
    const all = Array.from({ length: count }, (_, index) => sequence(200 + index));
    const text = all.map((one) => `:${one.toString('base64')}:`);
    for (const separator of [',', ', ', ' ,\t']) {
      expect(parseBinaryList(text.join(separator))?.map((one) => one.length)).toEqual(all.map((one) => one.length));
    }
  });

  it.each([
    ['empty', ''],
    ['with an empty member', `${good},,${good}`],
    ['with a comma at the end', `${good},`],
    ['with an inner list', `(${good} ${good})`],
    ['with a parameter on one member', `${good};x, ${good}`],
    ['with spaces instead of commas', `${good} ${good}`],
    ['with one member that is none', `${good}, :AAAA:`],
    ['of nine', Array.from({ length: 9 }, () => good).join(', ')],
  ])('that is %s is refused', (_, text) => {
    expect(parseBinaryList(text)).toBeNull();
  });
});

describe('the two headers of a proxy', () => {
  const read = (headers: Readonly<Record<string, readonly string[]>>) =>
    readForwardedPath(new Map(Object.entries(headers)));

  it('give certificate and chain', () => {
    const both = read({ 'client-cert': [good], 'client-cert-chain': [`${good}, ${good}`] });
    expect(both.ok && both.value.chain.length).toBe(2);
    const alone = read({ 'client-cert': [good] });
    expect(alone.ok && alone.value.chain.length).toBe(0);
  });

  it('that are not there mean that nobody presented a certificate', () => {
    expect(read({})).toEqual({ ok: false, refusal: 'no-certificate' });
  });

  it.each([
    ['Client-Cert twice', { 'client-cert': [good, good] }],
    ['Client-Cert-Chain twice', { 'client-cert': [good], 'client-cert-chain': [good, good] }],
    ['a chain without a certificate', { 'client-cert-chain': [good] }],
    ['Client_Cert alone', { client_cert: [good] }],
    ['Client_Cert beside Client-Cert', { 'client-cert': [good], client_cert: [good] }],
    ['Client-Cert_Chain beside Client-Cert', { 'client-cert': [good], 'client-cert_chain': [good] }],
    ['an empty Client-Cert', { 'client-cert': [''] }],
    ['an empty Client-Cert-Chain', { 'client-cert': [good], 'client-cert-chain': [''] }],
  ])('with %s are refused', (_, headers) => {
    expect(read(headers)).toEqual({ ok: false, refusal: 'proxy-header-malformed' });
  });
});
