import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it, test } from 'vitest';
import { ConfigError, readConfig } from '../../src/config.ts';

const directory = mkdtempSync(join(tmpdir(), 'sluis-settings-'));
const pem = join(directory, 'some.pem');
writeFileSync(pem, '');
afterAll(() => rmSync(directory, { recursive: true }));

const files = ['SLUIS_CLIENT_CA', 'SLUIS_CLIENT_CRL', 'SLUIS_SOURCE_CA', 'SLUIS_SOURCE_CRL'] as const;
const identities = ['SLUIS_TLS_CERT', 'SLUIS_TLS_KEY', 'SLUIS_SOURCE_CERT', 'SLUIS_SOURCE_KEY'] as const;
const good = {
  ...Object.fromEntries([...files, ...identities].map((name) => [name, pem])),
  SLUIS_OIN: '00000001000000001000',
};

/** What is said of these settings beside good ones, one line each. */
function problemsOf(settings: Readonly<Record<string, string>>): readonly string[] {
  try {
    readConfig({ ...good, ...settings });
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
}

const many = (count: number, one: string): string => Array.from({ length: count }, () => one).join(',');

describe('whom the gateway trusts', () => {
  it('is read from files and folders, addresses and policies, with commas between them', () => {
    const { trust } = readConfig({
      ...good,
      SLUIS_CLIENT_CA: `${pem} , ${directory}`,
      SLUIS_CLIENT_CRL: many(64, pem),
      SLUIS_CLIENT_CRL_URLS: 'http://crl.example.nl/a.crl,https://crl.example.nl/b.crl?c=1',
      SLUIS_CLIENT_CRL_EVERY_MS: '60000',
      SLUIS_CLIENT_POLICIES: '2.16.528.1.1003.1.2.8.6, 1.2.3',
      SLUIS_CRL_ALARM_PERCENT: '10',
    });
    expect(trust).toEqual({
      partners: {
        caFiles: [pem, directory],
        crlFiles: Array.from({ length: 64 }, () => pem),
        crlUrls: ['http://crl.example.nl/a.crl', 'https://crl.example.nl/b.crl?c=1'],
        crlEveryMs: 60_000,
        policies: ['2.16.528.1.1003.1.2.8.6', '1.2.3'],
      },
      sources: { caFiles: [pem], crlFiles: [pem] },
      alarmPercent: 10,
    });
  });

  it('fetches nothing and asks for no policy unless it is told to', () => {
    const { partners, alarmPercent } = readConfig(good).trust;
    expect([partners.crlUrls, partners.policies, partners.crlEveryMs, alarmPercent]).toEqual([[], [], 900_000, 25]);
  });

  const addresses = 'must be http or https addresses, with commas between them';
  const policies = 'must be object identifiers, with commas between them';
  const tooMany = 'must name at most 64, with commas between';
  const every = 'must be a whole number from 1000 to 86400000';
  const percent = 'must be a whole number from 1 to 100';
  const nowhere = 'names a file that does not exist';
  const refused: readonly (readonly [name: string, value: string, said: string])[] = [
    ...files.flatMap((name) => [
      [name, '/nowhere/geheim', nowhere] as const,
      [name, `${pem},/nowhere/geheim`, nowhere] as const,
      [name, `${pem},`, tooMany] as const,
      [name, `${pem},,${pem}`, tooMany] as const,
      [name, many(65, pem), tooMany] as const,
    ]),
    ['SLUIS_CLIENT_CRL_URLS', 'geheim', addresses],
    ['SLUIS_CLIENT_CRL_URLS', 'ftp://geheim.example.nl/a.crl', addresses],
    ['SLUIS_CLIENT_CRL_URLS', 'file:///geheim', addresses],
    ['SLUIS_CLIENT_CRL_URLS', 'ldap://geheim.example.nl/a', addresses],
    ['SLUIS_CLIENT_CRL_URLS', 'https://', addresses],
    ['SLUIS_CLIENT_CRL_URLS', 'https://geheim.example.nl/a.crl geheim', addresses],
    ['SLUIS_CLIENT_CRL_URLS', 'https://goed.example.nl/a.crl,geheim', addresses],
    ['SLUIS_CLIENT_CRL_URLS', 'https://goed.example.nl/a.crl,', tooMany],
    ['SLUIS_CLIENT_CRL_URLS', many(65, 'https://goed.example.nl/a.crl'), tooMany],
    ['SLUIS_CLIENT_CRL_EVERY_MS', '999', every],
    ['SLUIS_CLIENT_CRL_EVERY_MS', '86400001', every],
    ['SLUIS_CLIENT_CRL_EVERY_MS', '1e3', every],
    ['SLUIS_CLIENT_CRL_EVERY_MS', '-1000', every],
    ['SLUIS_CLIENT_POLICIES', 'geheim', policies],
    ['SLUIS_CLIENT_POLICIES', '2.16', policies],
    ['SLUIS_CLIENT_POLICIES', '3.1.2', policies],
    ['SLUIS_CLIENT_POLICIES', '1.02.3', policies],
    ['SLUIS_CLIENT_POLICIES', '1.2.3.', policies],
    ['SLUIS_CLIENT_POLICIES', '1.2.٣', policies],
    ['SLUIS_CLIENT_POLICIES', '1.2.3 1.2.4', policies],
    ['SLUIS_CLIENT_POLICIES', '1.2.3,,1.2.4', tooMany],
    ['SLUIS_CLIENT_POLICIES', many(65, '1.2.3'), tooMany],
    ['SLUIS_CRL_ALARM_PERCENT', '0', percent],
    ['SLUIS_CRL_ALARM_PERCENT', '101', percent],
    ['SLUIS_CRL_ALARM_PERCENT', '2.5', percent],
  ];
  test.each(refused)('is not read from %s=%s', (name, value, said) => {
    const problems = problemsOf({ [name]: value });
    expect(problems).toContain(`${name} ${said}`);
    expect(problems.every((line) => line.startsWith(`${name} `))).toBe(true);
    expect(problems.join('\n')).not.toContain('geheim');
  });
});

describe('the entrance for proxies', () => {
  const entrance = {
    SLUIS_PROXY_PORT: '0',
    SLUIS_PROXY_CA: pem,
    SLUIS_PROXY_CRL: pem,
    SLUIS_PROXY_CERTIFICATES: 'a'.repeat(64),
  };

  it('is set up as a whole', () => {
    const { listener } = readConfig({ ...good, ...entrance }).fronts.proxy;
    expect(listener).toMatchObject({ ca: pem, crl: pem, certificates: ['a'.repeat(64)] });
  });

  test.each(Object.keys(entrance))('is not set up without %s', (name) => {
    const problems = problemsOf({ ...entrance, [name]: '' });
    expect(problems).toEqual([`${name} is missing beside the settings that go with it`]);
  });
});
