import { spawn, spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Fault } from '../../src/core/fault.ts';
import { createKeyFiles, KeyFileError, newKey } from '../../src/crypto/key-files.ts';
import type { WrittenKey } from '../../src/crypto/key-ring-text.ts';
import { isSigningUse, type KeyUse } from '../../src/crypto/key-uses.ts';
import { type GatewayKeys, type KeySettings, openKeys } from '../../src/crypto/keys.ts';
import { openToken, type Token } from '../../src/crypto/pkcs11.ts';
import { keyPromises } from '../crypto/key-promises.ts';
import { temporaryDirectory } from '../crypto/peers.ts';
import { main } from '../scenarios/chain/running-chain.ts';
import { freshDatabase } from '../world/database.ts';
import { gatewaySettings } from '../world/gateway-settings.ts';
import { describeWith } from './proxies/debian-program.ts';

const library = '/usr/lib/softhsm/libsofthsm2.so';
const pin = '87654321';

describeWith('softhsm2-util', 'keys in a PKCS#11 token', (program) => {
  const temporary = temporaryDirectory();
  const tokens = join(temporary.path, 'tokens');
  const configuration = join(temporary.path, 'softhsm2.conf');
  const pinFile = join(temporary.path, 'pin');
  const token = { module: library, label: 'sluis-test', pinFile };
  let open: Token;
  let made = 0;

  // Before any file is asked for: the library reads where its tokens are once, when it is loaded.
  mkdirSync(tokens);
  writeFileSync(configuration, `directories.tokendir = ${tokens}\nobjectstore.backend = file\nlog.level = ERROR\n`);
  writeFileSync(pinFile, `${pin}\n`, { mode: 0o600 });
  process.env.SOFTHSM2_CONF = configuration;
  const initialised = spawnSync(program, [
    '--init-token',
    '--free',
    '--label',
    token.label,
    '--so-pin',
    '12345678',
    '--pin',
    pin,
  ]);
  if (initialised.status !== 0) throw new Error('softhsm2-util could not make a token');

  beforeAll(() => {
    open = openToken(token);
  });
  afterAll(() => temporary.remove());

  const generated = (use: KeyUse): WrittenKey => {
    if (use === 'unknown') return newKey(use);
    const label = `${use}-${made}`;
    open.generate(isSigningUse(use) ? 'ed25519' : use === 'lookup' ? 'hmac' : 'aes', label);
    return { form: 'token', text: label };
  };
  function freshSettings(): KeySettings {
    made += 1;
    const settings = { directory: join(temporary.path, `keys-${made}`), token };
    createKeyFiles(settings, generated);
    return settings;
  }
  const fresh = (): Promise<GatewayKeys> => openKeys({ ...freshSettings(), create: false });

  keyPromises('promise what keys in files promise', fresh, fresh);

  it('have nothing but their names in the files', () => {
    const { directory } = freshSettings();
    for (const name of readdirSync(directory)) {
      const text = readFileSync(join(directory, name), 'utf8');
      if (name !== 'unknown-person.key') expect(text).toMatch(/^pkcs11:[a-z]+-\d+\n$/);
    }
  });

  it('can be used and not be read out', async () => {
    const pkcs11 = createRequire(import.meta.url)('pkcs11js') as typeof import('pkcs11js');
    const native = new pkcs11.PKCS11();
    native.load(library);
    const [slot] = native
      .C_GetSlotList(true)
      .filter((each) => native.C_GetTokenInfo(each).label.trim() === token.label);
    if (slot === undefined) throw new Error('the token is gone');
    await fresh();
    const session = native.C_OpenSession(slot, pkcs11.CKF_SERIAL_SESSION);
    native.C_FindObjectsInit(session, [{ type: pkcs11.CKA_CLASS, value: pkcs11.CKO_SECRET_KEY }]);
    const [secret] = native.C_FindObjects(session, 1);
    native.C_FindObjectsFinal(session);
    if (secret === undefined) throw new Error('the token has no secret key');
    expect(() => native.C_GetAttributeValue(session, secret, [{ type: pkcs11.CKA_VALUE }])).toThrow(
      /CKR_ATTRIBUTE_SENSITIVE/,
    );
    native.C_CloseSession(session);
  });

  it('have the id of the same key in a file, so that a key that is brought into a token is known', async () => {
    const { identifiers } = await fresh();
    expect(identifiers.lookupKey).toMatch(/^[0-9a-f]{16}$/);
    expect(identifiers.encrypt('x', 'c').subarray(1, 9).toString('hex')).toMatch(/^[0-9a-f]{16}$/);
  });

  it('open what a key in a file sealed, and the other way about, while one replaces the other', async () => {
    made += 1;
    const directory = join(temporary.path, `keys-${made}`);
    const inFiles = await openKeys({ directory, token, create: true });
    const sealed = inFiles.identifiers.encrypt('900000041', 'c');
    const found = inFiles.identifiers.lookup('bsn', '900000041');
    const wrapped = inFiles.subjects.newKey();
    for (const use of ['data', 'lookup', 'wrapping'] as const) {
      const file = join(
        directory,
        { data: 'data.key', lookup: 'identifier-lookup.key', wrapping: 'subject-wrapping.key' }[use],
      );
      const key = generated(use);
      writeFileSync(file, `pkcs11:${key.text}\n${readFileSync(file, 'utf8')}`);
    }
    inFiles.adopt(inFiles.read());
    expect(inFiles.identifiers.decrypt(sealed, 'c')).toBe('900000041');
    expect(inFiles.identifiers.lookup('bsn', '900000041')).not.toEqual(found);
    expect(inFiles.identifiers.lookups('bsn', '900000041')).toContainEqual(found);
    const anew = inFiles.subjects.rewrap(wrapped);
    expect(inFiles.subjects.decrypt(anew, inFiles.subjects.encrypt(wrapped, Buffer.from('x'), 'e'), 'e')).toEqual(
      Buffer.from('x'),
    );
  });

  it('work again after the token lost every session', async () => {
    const keys = await fresh();
    const before = keys.identifiers.lookup('bsn', '900000041');
    closeSessions();
    expect(keys.identifiers.lookup('bsn', '900000041')).toEqual(before);
    closeSessions();
    expect(keys.ledger.sign(Buffer.from('head'))).toHaveLength(64);
    closeSessions();
    expect(keys.identifiers.decrypt(keys.identifiers.encrypt('x', 'c'), 'c')).toBe('x');
  });

  it('deny while the PIN is not there, and work again when it is', async () => {
    const keys = await fresh();
    renameSync(pinFile, `${pinFile}.away`);
    closeSessions();
    for (const use of [
      () => keys.identifiers.lookup('bsn', 'x'),
      () => keys.ledger.sign(Buffer.from('x')),
      () => keys.identifiers.encrypt('x', 'c'),
    ]) {
      expect(use).toThrow(Fault);
      expect(use).toThrow(expect.objectContaining({ code: 'keys-unavailable' }));
    }
    renameSync(`${pinFile}.away`, pinFile);
    expect(keys.ledger.sign(Buffer.from('x'))).toHaveLength(64);
  });

  it('deny when the token lost a key', async () => {
    const settings = freshSettings();
    const keys = await openKeys({ ...settings, create: false });
    open.destroy(`ledger-${made}`);
    closeSessions();
    expect(() => keys.ledger.sign(Buffer.from('x'))).toThrow(expect.objectContaining({ code: 'keys-unavailable' }));
    await expect(openKeys({ ...settings, create: false })).rejects.toThrow(
      /pkcs11:ledger-\d+: the token has no such key/,
    );
  });

  function closeSessions(): void {
    const pkcs11 = createRequire(import.meta.url)('pkcs11js') as typeof import('pkcs11js');
    const native = new pkcs11.PKCS11();
    native.load(library);
    for (const slot of native.C_GetSlotList(true)) native.C_CloseAllSessions(slot);
  }

  describe('are refused with words that say what to do', () => {
    const opening = (changes: Partial<typeof token>) => () => {
      closeSessions();
      return openToken({ ...token, ...changes });
    };
    it('for a library that is none', () => {
      expect(opening({ module: pinFile })).toThrow(`${pinFile}: cannot be loaded as a PKCS#11 library`);
    });
    it('for a token that is not there', () => {
      expect(opening({ label: 'elsewhere' })).toThrow(/no token has the label elsewhere/);
    });
    it('for a PIN that is not its own, once, without telling it', () => {
      const wrong = join(temporary.path, 'wrong-pin');
      writeFileSync(wrong, 'geheime-pin-999', { mode: 0o600 });
      expect(opening({ pinFile: wrong })).toThrow(`${wrong}: does not hold the PIN of the token sluis-test`);
      expect(opening({ pinFile: wrong })).not.toThrow(/geheime/);
      chmodSync(wrong, 0o644);
      expect(opening({ pinFile: wrong })).toThrow(/wrong-pin: can be read by others/);
    });
    it('for a key of another kind, and for a label that is taken', () => {
      made += 1;
      open.generate('hmac', `other-${made}`);
      expect(() => open.signer(`other-${made}`)).toThrow(KeyFileError);
      expect(() => open.generate('hmac', `other-${made}`)).toThrow(/the token has such a key/);
    });
    it('for a key that is named where no token is', async () => {
      const { directory } = freshSettings();
      await expect(openKeys({ directory, create: false })).rejects.toThrow(/SLUIS_PKCS11_MODULE: is missing/);
    });
  });

  it('are made by the command, serve a gateway, and are replaced in the token while it runs', {
    timeout: 240_000,
  }, async () => {
    const database = await freshDatabase();
    const folder = join(temporary.path, 'gateway');
    mkdirSync(folder);
    const { settings } = await gatewaySettings(folder);
    const env = {
      PATH: process.env.PATH ?? '',
      ...settings,
      DATABASE_URL: database.urls.owner,
      DATABASE_URL_SERVE: database.urls.serve,
      DATABASE_URL_SEQUENCER: database.urls.sequencer,
      DATABASE_URL_ERASER: database.urls.eraser,
      SOFTHSM2_CONF: configuration,
      SLUIS_PKCS11_MODULE: library,
      SLUIS_PKCS11_TOKEN: token.label,
      SLUIS_PKCS11_PIN_FILE: pinFile,
    };
    const command = (...args: string[]) =>
      spawnSync(process.execPath, [main, 'keys', ...args], { env, encoding: 'utf8' });
    const gateway = spawnGateway(env);
    try {
      expect(command('generate', '--in-token')).toMatchObject({ status: 0 });
      await gateway.start();
      expect(command('test')).toMatchObject({ status: 0 });
      for (const use of ['ledger', 'data', 'lookup', 'wrapping']) {
        const rotated = await gateway.command('rotate', use, '--in-token', '--json');
        expect(rotated, use).toMatchObject({ code: 0 });
        expect(JSON.parse(rotated.out)).toMatchObject({ use, step: 'done' });
      }
      expect(existsSync(join(settings.SLUIS_DATA_DIR ?? '', 'keys', 'data.key'))).toBe(true);
      expect(readFileSync(join(settings.SLUIS_DATA_DIR ?? '', 'keys', 'data.key'), 'utf8')).toMatch(
        /^pkcs11:sluis-data-\w+\npkcs11:sluis-data-\w+\n$/,
      );
      expect(gateway.log()).not.toContain(pin);
    } finally {
      await gateway.end();
      await database.drop();
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

/** A gateway of its own process, and commands beside it. */
function spawnGateway(env: NodeJS.ProcessEnv) {
  let log = '';
  let child: ReturnType<typeof spawn> | null = null;
  const collect = (args: readonly string[]) => {
    const running = spawn(process.execPath, [main, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] });
    return running;
  };
  return {
    log: () => log,
    start: () =>
      new Promise<void>((resolve, reject) => {
        const running = collect(['serve']);
        child = running;
        const read = (chunk: Buffer): void => {
          log += chunk.toString();
          if (log.includes('partners on')) resolve();
        };
        running.stderr.on('data', read);
        running.stdout.on('data', read);
        running.once('exit', (code) => reject(new Error(`the gateway ended with ${code}: ${log}`)));
      }),
    command: (...args: readonly string[]) =>
      new Promise<{ code: number | null; out: string; err: string }>((resolve) => {
        const running = collect(['keys', ...args]);
        const said = { out: '', err: '' };
        running.stdout.on('data', (chunk: Buffer) => {
          said.out += chunk.toString();
        });
        running.stderr.on('data', (chunk: Buffer) => {
          said.err += chunk.toString();
        });
        running.once('close', (code) => resolve({ code, ...said }));
      }),
    end: () =>
      new Promise<void>((resolve) => {
        if (child === null || child.exitCode !== null) return resolve();
        child.once('exit', () => resolve());
        child.kill('SIGTERM');
      }),
  };
}
