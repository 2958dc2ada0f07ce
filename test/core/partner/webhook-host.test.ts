import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { hostOf, isAtListedHost, webhookHost, webhookUrl } from '../../../src/core/partner/webhook-host.ts';

const isHost = (text: string) => webhookHost.safeParse(text).success;
const isUrl = (text: string) => webhookUrl.safeParse(text).success;

describe('a host that a partners file lists', () => {
  test.each(['partner.example', 'localhost:8443', 'a-b.c9.example', 'xn--bcher-kva.example', 'p.example:1'])(
    'may be %s',
    (text) => expect(isHost(text)).toBe(true),
  );

  test.each([
    ...['', '127.0.0.1', '127.1', '2130706433', '0x7f.1', '0x7f000001', '1.2.3.0x4', '[::1]', '::1', '[::1]:443'],
    ...['Partner.example', 'partner.example.', '.example', 'a..b', '-a.example', 'a-.example', 'a_b.example'],
    ...[
      'partner.example:0',
      'partner.example:65536',
      'partner.example:',
      'partner.example:443:443',
      'partner.example:08',
    ],
    ...['https://partner.example', 'partner.example/path', 'me@partner.example', '*.example', 'bücher.example'],
    `${'a'.repeat(64)}.example`,
    `${'a.'.repeat(120)}example`,
  ])('may not be %j', (text) => expect(isHost(text)).toBe(false));
});

describe('an address for events', () => {
  test.each(['https://partner.example/', 'https://localhost:8443/a/b', 'https://partner.example/a%20b'])(
    'may be %s',
    (text) => expect(isUrl(text)).toBe(true),
  );

  test.each([
    ...['', 'partner.example', 'http://partner.example/', 'ftp://partner.example/', 'HTTPS://partner.example/'],
    ...['https://127.0.0.1/', 'https://127.1/', 'https://0x7f000001/', 'https://2130706433/', 'https://[::1]/'],
    ...['https://me:secret@partner.example/', 'https://me@partner.example/', 'https://partner.example/?q=1'],
    ...['https://partner.example/?', 'https://partner.example/#', 'https://partner.example/#f'],
    ...[
      'https://partner.example',
      'https://partner.example:443/',
      'https://PARTNER.example/',
      'https://partner.example./',
    ],
    ...['https://partner.example/a/../b', 'https://partner.example\\@evil.example/', 'https://partner.example/\n'],
    ...[' https://partner.example/', 'https:partner.example/', 'https://partner。example/', 'https://①②⑦.0.0.1/'],
    `https://partner.example/${'a'.repeat(500)}`,
  ])('may not be %j', (text) => expect(isUrl(text)).toBe(false));

  test('is at a listed host by name and port, and at nothing that only looks like it', () => {
    const listed = ['partner.example', 'other.example:8443'];
    const at = (url: string) => isAtListedHost(url, listed);
    expect(at('https://partner.example/x')).toBe(true);
    expect(at('https://other.example:8443/')).toBe(true);
    expect(at('https://partner.example:8443/')).toBe(false);
    expect(at('https://other.example/')).toBe(false);
    expect(at('https://partner.example.evil.example/')).toBe(false);
    expect(at('https://evil-partner.example/')).toBe(false);
    expect(isAtListedHost('https://partner.example/', [])).toBe(false);
  });

  test('that is taken leads to the host that is compared, whatever is sent', () => {
    fc.assert(
      fc.property(fc.webUrl({ withQueryParameters: true, withFragments: true }), (url) => {
        if (!isUrl(url)) return;
        const { hostname, port } = new URL(url);
        expect(hostOf(url)).toBe(`${hostname}:${port || '443'}`);
        expect(isHost(hostOf(url))).toBe(true);
      }),
    );
  });
});
