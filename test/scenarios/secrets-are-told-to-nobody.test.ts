import { type ChildProcess, spawn } from 'node:child_process';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { keyFileNames, secretUses } from '../../src/crypto/key-uses.ts';
import { type FreshDatabase, freshDatabase } from '../world/database.ts';
import { gatewaySettings } from '../world/gateway-settings.ts';
import { main } from './chain/running-chain.ts';

let directory: string;
let database: FreshDatabase;
let env: Readonly<Record<string, string>>;
/** Every secret that was put somewhere: none of them may be found anywhere else. */
const secrets = new Map<string, string>();

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'sluis-secrets-test-'));
  chmodSync(directory, 0o711);
  database = await freshDatabase();
  const { settings } = await gatewaySettings(directory);
  mkdirSync(join(directory, 'mounted'), { mode: 0o700 });
  const urls = {
    DATABASE_URL: database.urls.owner,
    DATABASE_URL_SERVE: database.urls.serve,
    DATABASE_URL_SEQUENCER: database.urls.sequencer,
    DATABASE_URL_ERASER: database.urls.eraser,
  };
  const files = Object.entries(urls).map(([name, url]) => {
    secrets.set(name, decodeURIComponent(new URL(url).password));
    return [`${name}_FILE`, mounted(name, `${url}\n`)];
  });
  env = { PATH: process.env.PATH ?? '', ...settings, ...Object.fromEntries(files) };
  secrets.set('TLS key', readFileSync(settings.SLUIS_TLS_KEY ?? '', 'utf8').split('\n')[1] ?? '');
});
afterAll(async () => {
  await database?.drop();
  rmSync(directory, { recursive: true, force: true });
});

function mounted(name: string, content: string): string {
  const file = join(directory, 'mounted', name);
  writeFileSync(file, content, { mode: 0o600 });
  return file;
}

interface Process {
  readonly child: ChildProcess;
  said(): string;
  /** Resolves when it serves, or with its exit code. */
  readonly settled: Promise<number | null>;
  end(): Promise<void>;
}

function sluis(args: readonly string[], changes: Readonly<Record<string, string>> = {}): Process {
  const given = Object.entries({ ...env, ...changes }).filter(([, value]) => value !== '');
  const child = spawn(process.execPath, [main, ...args], {
    env: Object.fromEntries(given),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let text = '';
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  const serving = new Promise<null>((resolve) => {
    const read = (chunk: Buffer): void => {
      text += chunk.toString();
      if (text.includes('partners on')) resolve(null);
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
  });
  return {
    child,
    said: () => text,
    settled: Promise.race([ended, serving]),
    end: async () => {
      child.kill('SIGTERM');
      await ended;
    },
  };
}

/** What any user of the machine (arguments) or of the same account (environment) can read of a process and its children. */
function processList(root: number): string {
  const parents = new Map<number, number>();
  for (const name of readdirSync('/proc').filter((entry) => /^\d+$/.test(entry))) {
    const parent = /^PPid:\s*(\d+)$/m.exec(readable(`/proc/${name}/status`))?.[1];
    parents.set(Number(name), Number(parent));
  }
  const isOurs = (pid: number | undefined): boolean => pid !== undefined && (pid === root || isOurs(parents.get(pid)));
  const ours = [...parents.keys()].filter((pid) => isOurs(pid));
  expect(ours).toContain(root);
  return ours.map((pid) => readable(`/proc/${pid}/cmdline`) + readable(`/proc/${pid}/environ`)).join('\n');
}

function readable(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    // It ended since it was listed.
    return '';
  }
}

const leaksIn = (text: string): readonly string[] =>
  [...secrets].filter(([, secret]) => text.includes(secret)).map(([name]) => name);

describe('secrets', () => {
  it('would be found if they were there', () => {
    for (const [name, secret] of secrets) {
      expect(secret.length, name).toBeGreaterThan(3);
      expect(leaksIn(`a line with ${secret} in it`)).toContain(name);
    }
  });

  it('of a gateway that serves are in no line, argument or environment, and a URL in the environment would be', {
    timeout: 240_000,
  }, async () => {
    const gateway = sluis(['serve']);
    try {
      expect(await gateway.settled, gateway.said()).toBeNull();
      const keys = join(env.SLUIS_DATA_DIR ?? '', 'keys');
      for (const use of secretUses) secrets.set(use, readFileSync(join(keys, keyFileNames[use]), 'utf8').trim());
      for (const name of ['ledger', 'checkpoint', 'answers'] as const) {
        secrets.set(name, readFileSync(join(keys, keyFileNames[name]), 'utf8').split('\n')[1] ?? '');
      }
      for (const command of [['list', '--json'], ['list', '--retired'], ['test'], ['rotate', 'users'], ['generate']]) {
        const ran = sluis(['keys', ...command]);
        expect(processListOf(ran)).toEqual([]);
        await ran.settled;
        expect(leaksIn(ran.said()), command.join(' ')).toEqual([]);
      }
      expect(leaksIn(gateway.said())).toEqual([]);
      expect(processListOf(gateway)).toEqual([]);
    } finally {
      await gateway.end();
    }
    const url = database.urls.owner;
    const exposed = sluis(['serve'], { DATABASE_URL_FILE: '', DATABASE_URL: url });
    try {
      await exposed.settled;
      expect(processListOf(exposed)).toContain('DATABASE_URL');
    } finally {
      await exposed.end();
    }
  });

  function processListOf({ child }: Process): readonly string[] {
    return leaksIn(processList(child.pid ?? 0));
  }

  const keyFile = (name: string): string => join(env.SLUIS_DATA_DIR ?? '', 'keys', name);
  async function spoiled(file: string, spoil: () => void): Promise<string> {
    const kept = `${file}.kept`;
    renameSync(file, kept);
    try {
      spoil();
      const gateway = sluis(['serve']);
      expect(await gateway.settled, gateway.said()).toBe(2);
      return gateway.said();
    } finally {
      rmSync(file, { force: true });
      renameSync(kept, file);
    }
  }

  it.each<[string, string, number, RegExp]>([
    ['of others to read', '', 0o644, /can be read by others/],
    ['and something else in it', 'geheim-woord-in-bestand', 0o600, /does not hold 32 bytes/],
    ['and half of it gone', 'half', 0o600, /does not hold 32 bytes/],
  ])('in a key file %s are not repeated in the refusal', async (_, content, mode, words) => {
    secrets.set('the word in the file', 'geheim-woord-in-bestand');
    const file = keyFile('data.key');
    const good = readFileSync(file, 'utf8');
    const text = content === '' ? good : content === 'half' ? good.slice(0, 20) : content;
    secrets.set('half of the key', good.slice(0, 20));
    const said = await spoiled(file, () => writeFileSync(file, text, { mode }));
    expect(said).toMatch(words);
    expect(leaksIn(said)).toEqual([]);
  });

  it('of a signing key that does not parse are not repeated, also where the library would', async () => {
    const file = keyFile('ledger-signing.pem');
    const good = readFileSync(file, 'utf8');
    const said = await spoiled(file, () => writeFileSync(file, good.replace(/MC4CAQ/, 'MC4CAX'), { mode: 0o600 }));
    expect(said).toMatch(/ledger-signing\.pem: is not a private key in PEM/);
    expect(leaksIn(said)).toEqual([]);
  });

  it.each<[string, (url: URL) => void]>([
    [
      'a wrong password',
      (url) => {
        url.password = 'verkeerd-wachtwoord-1';
      },
    ],
    [
      'a database that is not there',
      (url) => {
        url.pathname = '/nergens';
      },
    ],
    [
      'a server that is not there',
      (url) => {
        url.port = '1';
      },
    ],
  ])('in a database URL with %s are not repeated', async (_, change) => {
    secrets.set('the wrong password', 'verkeerd-wachtwoord-1');
    const url = new URL(database.urls.owner);
    change(url);
    const gateway = sluis(['serve'], { DATABASE_URL_FILE: mounted('other-url', url.href) });
    const code = await gateway.settled;
    if (code === null) {
      // A server that trusts whoever comes from this machine asks for no password.
      await gateway.end();
    } else expect(code).toBe(2);
    expect(leaksIn(gateway.said())).toEqual([]);
  });

  it('in a file that names no URL, is open to others, or is given twice are refused without being told', async () => {
    secrets.set('the other text', 'mysql-geheim-7');
    const other = sluis(['serve'], { DATABASE_URL_FILE: mounted('not-a-url', 'mysql-geheim-7') });
    expect(await other.settled).toBe(2);
    expect(other.said()).toContain('DATABASE_URL must be a postgres:// URL');
    const open = mounted('open', `${database.urls.owner}\n`);
    chmodSync(open, 0o644);
    const refused = sluis(['serve'], { DATABASE_URL_FILE: open });
    expect(await refused.settled).toBe(2);
    expect(refused.said()).toMatch(/mounted\/open: can be read by others/);
    const twice = sluis(['serve'], { DATABASE_URL: database.urls.owner });
    expect(await twice.settled).toBe(2);
    expect(twice.said()).toContain('DATABASE_URL and DATABASE_URL_FILE are both given: leave out one');
    for (const { said } of [other, refused, twice]) expect(leaksIn(said())).toEqual([]);
  });

  it('of a token that is half configured, or has no library, are refused with what to do', async () => {
    const pin = mounted('pin', 'pin-9876-geheim');
    secrets.set('PIN', 'pin-9876-geheim');
    const half = sluis(['serve'], { SLUIS_PKCS11_PIN_FILE: pin });
    expect(await half.settled).toBe(2);
    expect(half.said()).toContain('SLUIS_PKCS11_MODULE is missing beside the others of the token');
    const token = { SLUIS_PKCS11_MODULE: pin, SLUIS_PKCS11_TOKEN: 'x', SLUIS_PKCS11_PIN_FILE: pin };
    const none = sluis(['serve'], { ...token, SLUIS_KEY_DATA_FILE: 'pkcs11:data' });
    expect(await none.settled).toBe(2);
    for (const { said } of [half, none]) expect(leaksIn(said())).toEqual([]);
  });
});
