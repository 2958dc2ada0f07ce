import { ConfigError, readDatabaseConfig } from '../config.ts';
import { createKeyFiles, isOwnFile, newKey } from '../crypto/key-files.ts';
import type { WrittenKey } from '../crypto/key-ring-text.ts';
import { isSigningUse, type KeyUse, keyUses } from '../crypto/key-uses.ts';
import { openToken, type Token } from '../crypto/pkcs11.ts';
import { exitCodes, printJson } from './terminal.ts';

/** `sluis keys generate`: exit code 1 where there are keys already, which stay as they are. */
export function keysGenerate({ inToken, json }: { readonly inToken: boolean; readonly json: boolean }): void {
  const { keys } = readDatabaseConfig(process.env);
  const token = inToken ? tokenOf(keys.token) : null;
  const made = createKeyFiles(keys, (use) => (token === null ? newKey(use) : keyInToken(token, use)));
  const uses = made ? keyUses.filter((use) => isOwnFile(keys, use)) : [];
  if (json) printJson({ ok: made, directory: keys.directory, made: uses });
  else if (made) process.stdout.write(`${keys.directory}: made ${uses.length} keys: ${uses.join(', ')}\n`);
  else process.stdout.write(`${keys.directory}: holds keys already; nothing was made\n`);
  if (!made) process.exitCode = exitCodes.wrong;
}

/** The token of the settings. Throws `ConfigError` without one. */
export function tokenOf(settings: Parameters<typeof openToken>[0] | null | undefined): Token {
  if (settings === null || settings === undefined) {
    throw new ConfigError(['SLUIS_PKCS11_MODULE, SLUIS_PKCS11_TOKEN and SLUIS_PKCS11_PIN_FILE name the token']);
  }
  return openToken(settings);
}

/** A new key that never leaves the token. What is about nobody known has its key in a file, for ever. */
export function keyInToken(token: Token, use: KeyUse): WrittenKey {
  if (use === 'unknown') return newKey(use);
  const label = `sluis-${use}-${new Date().toISOString().replaceAll(/[-:]|\.\d+Z/g, '')}`;
  token.generate(isSigningUse(use) ? 'ed25519' : use === 'lookup' ? 'hmac' : 'aes', label);
  return { form: 'token', text: label };
}
