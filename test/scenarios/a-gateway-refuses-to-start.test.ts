import { spawn } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createAuthority } from '../../src/demo/authority.ts';
import { type RunningPostgres, startPostgres } from '../../src/store/postgres/start-postgres.ts';
import { type FreshDatabase, freshDatabase } from '../world/database.ts';
import { gatewaySettings } from '../world/gateway-settings.ts';
import { main } from './chain/running-chain.ts';

let directory: string;
let database: FreshDatabase;
let good: Readonly<Record<string, string>>;
beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'sluis-start-test-'));
  chmodSync(directory, 0o711);
  database = await freshDatabase();
  const { settings } = await gatewaySettings(directory);
  good = {
    ...settings,
    DATABASE_URL: database.urls.owner,
    DATABASE_URL_SERVE: database.urls.serve,
    DATABASE_URL_SEQUENCER: database.urls.sequencer,
    DATABASE_URL_ERASER: database.urls.eraser,
  };
}, 60_000);
afterAll(async () => {
  await database?.drop();
  rmSync(directory, { recursive: true, force: true });
});

interface Ended {
  /** null: it was still running when it was ended. */
  readonly code: number | null;
  readonly lines: readonly string[];
}

/** `sluis serve` with these settings and no others; ended once it says that it serves. */
function serve(settings: Readonly<Record<string, string>>): Promise<Ended> {
  const env = { PATH: process.env.PATH ?? '', TMPDIR: process.env.TMPDIR ?? tmpdir(), ...settings };
  const child = spawn(process.execPath, [main, 'serve'], { env, stdio: ['ignore', 'ignore', 'pipe'] });
  let text = '';
  let serves = false;
  child.stderr.on('data', (chunk: Buffer) => {
    text += chunk.toString();
    if (serves || !text.includes('partners on')) return;
    serves = true;
    child.kill('SIGTERM');
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code: serves ? null : code, lines: text.trim().split('\n') }));
  });
}

function without(name: string): Record<string, string> {
  return Object.fromEntries(Object.entries(good).filter(([key]) => key !== name));
}

/** One line, exit code 2, and the line is about this. */
function expectRefusal({ code, lines }: Ended, about: RegExp): void {
  expect({ code, lines }).toEqual({ code: 2, lines: [expect.stringMatching(about)] });
  expect(lines[0]).toMatch(/^sluis: /);
}

describe('a gateway', () => {
  it('starts with these settings, so that what follows is refused for its own reason', async () => {
    expect(await serve(good)).toMatchObject({ code: null });
  });

  it.each([
    'SLUIS_TLS_CERT',
    'SLUIS_TLS_KEY',
    'SLUIS_CLIENT_CA',
    'SLUIS_CLIENT_CRL',
    'SLUIS_SOURCE_CERT',
    'SLUIS_SOURCE_KEY',
    'SLUIS_SOURCE_CA',
    'SLUIS_SOURCE_CRL',
    'SLUIS_OIN',
  ])('is not started without %s', async (name) => {
    expectRefusal(await serve(without(name)), new RegExp(`^sluis: ${name} is missing$`));
  });

  it('names every missing setting, one line each', async () => {
    const { code, lines } = await serve({});
    expect(code).toBe(2);
    expect(lines).toHaveLength(9);
    expect(new Set(lines.map((line) => /^sluis: (SLUIS_[A-Z_]+) is missing$/.exec(line)?.[1])).size).toBe(9);
  });

  it.each([
    ['SLUIS_ENVIRONMENT', 'test'],
    ['DATABASE_URL', 'mysql://localhost/sluis'],
    ['DATABASE_URL_VAULT', 'mysql://localhost/vault'],
    ['SLUIS_PARTNER_PORT', '70000'],
    ['SLUIS_PUBLIC_PORT', 'https'],
    ['SLUIS_PUBLIC_URL', 'http://example.org'],
    ['SLUIS_SOURCE_TIMEOUT_MS', '0'],
    ['SLUIS_DATABASE_POOL', 'many'],
    ['SLUIS_WEBHOOK_NETWORKS', '10.0.0.0/8, everything'],
    ['SLUIS_OIN', '123'],
    ['SLUIS_LOG_LEVEL', 'loud'],
    ['SLUIS_LEDGER_ORIGIN', 'Not A Name'],
  ])('is not started with %s=%s, and does not repeat the value', async (name, value) => {
    const ended = await serve({ ...good, [name]: value });
    expectRefusal(ended, new RegExp(`^sluis: ${name} `));
    if (value.length > 4) expect(ended.lines[0]).not.toContain(value);
  });

  it('is not started with the URL of a login and none of the owner', async () => {
    expectRefusal(await serve(without('DATABASE_URL')), /DATABASE_URL is missing/);
    const { owner, serve: login, eraser } = database.urls;
    const noOwner = { ...good, DATABASE_URL_VAULT_SERVE: login, DATABASE_URL_VAULT_ERASER: eraser };
    expectRefusal(await serve(noOwner), /DATABASE_URL_VAULT is missing/);
    const half = { ...good, DATABASE_URL_VAULT: owner, DATABASE_URL_VAULT_SERVE: login };
    expectRefusal(await serve(half), /DATABASE_URL_VAULT_ERASER is missing/);
    const alone = {
      ...without('DATABASE_URL'),
      DATABASE_URL_SERVE: '',
      DATABASE_URL_SEQUENCER: '',
      DATABASE_URL_ERASER: '',
    };
    expectRefusal(await serve({ ...alone, DATABASE_URL_VAULT: owner }), /DATABASE_URL is missing/);
  });

  it.each(['SLUIS_TLS_CERT', 'SLUIS_CLIENT_CA', 'SLUIS_CLIENT_CRL', 'SLUIS_SOURCE_KEY'])(
    'is not started when the file of %s is not there, or is something else',
    async (name) => {
      const missing = await serve({ ...good, [name]: join(directory, 'nowhere.pem') });
      expectRefusal(missing, new RegExp(`^sluis: ${name} names a file that does not exist$`));
      const nonsense = join(directory, 'nonsense.pem');
      writeFileSync(nonsense, 'nonsense');
      expectRefusal(await serve({ ...good, [name]: nonsense }), /nonsense\.pem/);
    },
  );

  it('is not started with a folder of certificates for sources that is not there, or holds one that is no good', async () => {
    const nowhere = { ...good, SLUIS_SOURCE_CERTIFICATES: join(directory, 'nowhere') };
    expectRefusal(await serve(nowhere), /^sluis: SLUIS_SOURCE_CERTIFICATES names a folder that does not exist$/);
    const folder = join(directory, 'for-sources');
    mkdirSync(folder);
    cpSync(good.SLUIS_SOURCE_CERT ?? '', join(folder, 'bron.crt'));
    cpSync(good.SLUIS_TLS_KEY ?? '', join(folder, 'bron.key'));
    const others = await serve({ ...good, SLUIS_SOURCE_CERTIFICATES: folder });
    expectRefusal(others, /bron\.key: is not the key of .*bron\.crt$/);
  });

  it.each([
    ['SLUIS_CLIENT_CA', /the CA files hold none/],
    ['SLUIS_CLIENT_CRL', /no revocation list \(CRL\) for the CA/],
    ['SLUIS_SOURCE_CA', /the CA files hold none/],
    ['SLUIS_SOURCE_CRL', /no revocation list \(CRL\) for the CA/],
  ])('is not started when %s is a folder with nothing in it', async (name, about) => {
    const empty = join(directory, 'empty');
    mkdirSync(empty, { recursive: true });
    expectRefusal(await serve({ ...good, [name]: empty }), about);
  });

  it('is not started with proxies whose authority has no list: nobody could say that one was taken back', async () => {
    const proxies = await createAuthority(join(directory, 'proxies'), 'Proxies');
    const entrance = {
      SLUIS_PROXY_PORT: '0',
      SLUIS_PROXY_CA: proxies.caFile,
      SLUIS_PROXY_CERTIFICATES: '0'.repeat(64),
    };
    expectRefusal(await serve({ ...good, ...entrance }), /^sluis: SLUIS_PROXY_CRL is missing beside/);
    const others = { ...entrance, SLUIS_PROXY_CRL: good.SLUIS_CLIENT_CRL ?? '' };
    const { code, lines } = await serve({ ...good, ...others });
    expect(code).toBe(2);
    expect(lines.at(-1)).toMatch(/^sluis: no revocation list \(CRL\) for the CA "[^"]*Proxies/);
  });

  it('is not started with revocation lists that are no longer current', async () => {
    const old = await createAuthority(join(directory, 'old-lists'), 'Sluis old');
    await old.writeCrls({ thisUpdate: new Date('2026-01-01'), nextUpdate: new Date('2026-01-08') });
    const settings = { ...good, SLUIS_CLIENT_CA: old.caFile, SLUIS_CLIENT_CRL: old.crlFile };
    expectRefusal(await serve(settings), /list/);
  });
});

describe('outside the demo', () => {
  it.each([
    ['unset', undefined],
    ['empty', ''],
    ['production', 'production'],
  ])('the demo authority is refused (SLUIS_ENVIRONMENT %s)', async (_, value) => {
    const { SLUIS_ENVIRONMENT: _demo, ...settings } = good;
    expectRefusal(await serve(value === undefined ? settings : { ...settings, SLUIS_ENVIRONMENT: value }), /demo/);
  });

  it('the demo itself listens on loopback only', async () => {
    expectRefusal(await serve({ ...good, SLUIS_PARTNER_HOST: '0.0.0.0' }), /SLUIS_PARTNER_HOST/);
    expectRefusal(await serve({ ...good, SLUIS_PUBLIC_HOST: '::' }), /SLUIS_PUBLIC_HOST/);
  });
});

describe('a database', () => {
  it('that nobody can reach is one line, without its password', async () => {
    const ended = await serve({ ...good, DATABASE_URL: 'postgres://owner:geheim-woord@127.0.0.1:1/sluis' });
    expectRefusal(ended, /ECONNREFUSED|connect/);
    expect(ended.lines.join()).not.toContain('geheim-woord');
  });

  it('for the keys that nobody can reach, or that is the ledger’s own, is one line and the end of it', async () => {
    const away = { ...good, DATABASE_URL_VAULT: 'postgres://owner:geheim-woord@127.0.0.1:1/keys' };
    const ended = await serve(away);
    expectRefusal(ended, /ECONNREFUSED|connect/);
    expect(ended.lines.join()).not.toContain('geheim-woord');
    expectRefusal(await serve({ ...good, DATABASE_URL_VAULT: database.urls.owner }), /must be another one/);
  });

  it('with a newer schema than this version knows is left alone', async () => {
    const { owner } = database.pools;
    await owner.query(`INSERT INTO kysely_migration (name, timestamp) VALUES ('9999-from-the-future', now()::text)`);
    try {
      const began = performance.now();
      expectRefusal(await serve(good), /newer.*9999-from-the-future/);
      // It says so and goes, without a connection that keeps it for as long as a pool keeps idle ones.
      expect(performance.now() - began).toBeLessThan(9_000);
    } finally {
      await owner.query(`DELETE FROM kysely_migration WHERE name = '9999-from-the-future'`);
    }
  });

  it('that was written with keys which are gone gets no new ones', async () => {
    expect(await serve(good)).toMatchObject({ code: null });
    const copy = join(directory, 'data-without-keys');
    cpSync(good.SLUIS_DATA_DIR ?? '', copy, { recursive: true });
    const keys = join(copy, 'keys');
    rmSync(join(keys, 'data.key'));
    expectRefusal(await serve({ ...good, SLUIS_DATA_DIR: copy }), /data\.key/);
    rmSync(keys, { recursive: true });
    expectRefusal(await serve({ ...good, SLUIS_DATA_DIR: copy }), /keys/);
    expect(existsSync(keys)).toBe(false);
  });

  it('of its own, in the data directory, is not shared by two gateways', async () => {
    const dataDir = join(directory, 'shared');
    const first: RunningPostgres = await startPostgres({ dataDir: join(dataDir, 'postgres') });
    try {
      const own = Object.fromEntries(Object.entries(good).filter(([name]) => !name.startsWith('DATABASE_URL')));
      expectRefusal(await serve({ ...own, SLUIS_DATA_DIR: dataDir }), /in use by process \d+/);
    } finally {
      await first.stop();
    }
  });
});

describe('policies', () => {
  it('need no approval in the demo, and in the demo alone', async () => {
    expectRefusal(
      await serve({ ...good, SLUIS_ENVIRONMENT: 'production' }),
      /SLUIS_POLICY_SIGNATURES may be off in the demo/,
    );
  });

  it('that nobody approved are not put in force by a start, and so nothing is', async () => {
    const fresh = await freshDatabase();
    try {
      const { owner, serve: serveUrl, sequencer, eraser } = fresh.urls;
      const logins = { DATABASE_URL_SERVE: serveUrl, DATABASE_URL_SEQUENCER: sequencer, DATABASE_URL_ERASER: eraser };
      const settings = { ...good, DATABASE_URL: owner, ...logins, SLUIS_DATA_DIR: join(directory, 'unsigned') };
      expectRefusal(await serve({ ...settings, SLUIS_POLICY_SIGNATURES: 'required' }), /no policy set is in force/);
      const { rows } = await fresh.pools.owner.query('SELECT * FROM active_policy_set');
      expect(rows).toEqual([]);
      const broken = join(directory, 'broken-policies');
      cpSync(join(import.meta.dirname, '../../policies'), broken, { recursive: true });
      writeFileSync(join(broken, 'housing-placement.policy.yaml'), 'purpose: [\n');
      const refused = await serve({ ...settings, SLUIS_POLICIES: broken });
      expect(refused.code).toBe(2);
      expect(refused.lines.join('\n')).toMatch(/housing-placement\.policy\.yaml:\d+:\d+ /);
    } finally {
      await fresh.drop();
    }
  });

  it('in force are those on record: a folder that changed does nothing, and that is said', async () => {
    const first = await serve(good);
    const inForce = /policies in force: (sha256:[0-9a-f]{64})$/m.exec(first.lines.join('\n'))?.[1];
    expect(inForce).toBeDefined();
    const changed = join(directory, 'changed-policies');
    cpSync(join(import.meta.dirname, '../../policies'), changed, { recursive: true });
    writeFileSync(join(changed, 'housing-placement.policy.yaml'), 'purpose: [\n');
    const { code, lines } = await serve({ ...good, SLUIS_POLICIES: changed });
    expect(code).toBeNull();
    expect(lines.join('\n')).toMatch(
      new RegExp(`policies in force: ${inForce}; .*changed-policies holds another set, sha256:`),
    );
    const gone = await serve({ ...good, SLUIS_POLICIES: join(directory, 'nowhere') });
    expect(gone.lines.join('\n')).toContain(`policies in force: ${inForce} (there is no folder`);
  });
});
