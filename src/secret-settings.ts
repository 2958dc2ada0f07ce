import { resolve } from 'node:path';
import { z } from 'zod';
import { readPrivate } from './crypto/key-files.ts';
import { tokenLabel } from './crypto/key-ring-text.ts';
import { type KeyUse, keyUses } from './crypto/key-uses.ts';
import type { KeySettings } from './crypto/keys.ts';

/** Settings that are secret themselves: `NAME_FILE` names a file with the value, which the environment then never holds. */
const secretNames = [
  'DATABASE_URL',
  'DATABASE_URL_SERVE',
  'DATABASE_URL_SEQUENCER',
  'DATABASE_URL_ERASER',
  'DATABASE_URL_VAULT',
  'DATABASE_URL_VAULT_SERVE',
  'DATABASE_URL_VAULT_ERASER',
] as const;

/**
 * The environment with the contents of those files in place of their names. `problems`: one line per
 * setting that is given twice. Throws `KeyFileError`: missing, or open to others.
 */
export function withSecretFiles(env: NodeJS.ProcessEnv): {
  readonly env: NodeJS.ProcessEnv;
  readonly problems: readonly string[];
} {
  const filled = { ...env };
  const problems: string[] = [];
  for (const name of secretNames) {
    const file = env[`${name}_FILE`];
    if (!file) continue;
    if (env[name]) problems.push(`${name} and ${name}_FILE are both given: leave out one`);
    else filled[name] = readPrivate(resolve(file)).trim();
  }
  return { env: filled, problems };
}

const place = z
  .string()
  .refine((text) => !text.startsWith('pkcs11:') || tokenLabel(text) !== null, 'must be a file or pkcs11:LABEL')
  .transform((text) => (tokenLabel(text) === null ? resolve(text) : text));

const path = z
  .string()
  .min(1)
  .transform((text) => resolve(text));

/** Where keys stand that do not stand in the data directory, and the token that may keep some. */
export const keySettingsShape = {
  SLUIS_KEY_LEDGER_FILE: place.optional(),
  SLUIS_KEY_CHECKPOINT_FILE: place.optional(),
  SLUIS_KEY_ANSWERS_FILE: place.optional(),
  SLUIS_KEY_LOOKUP_FILE: place.optional(),
  SLUIS_KEY_DATA_FILE: place.optional(),
  SLUIS_KEY_WRAPPING_FILE: place.optional(),
  SLUIS_KEY_USERS_FILE: place.optional(),
  SLUIS_KEY_UNKNOWN_FILE: place.optional(),
  SLUIS_PKCS11_MODULE: path.optional(),
  SLUIS_PKCS11_TOKEN: z.string().min(1).max(32).optional(),
  SLUIS_PKCS11_PIN_FILE: path.optional(),
} as const;

type KeyEnvironment = z.infer<z.ZodObject<typeof keySettingsShape>>;
const settingOf = (use: KeyUse) => `SLUIS_KEY_${use.toUpperCase() as Uppercase<KeyUse>}_FILE` as const;

export function keySettingsOf(
  values: KeyEnvironment,
  directory: string,
): KeySettings | { readonly problems: readonly string[] } {
  const files = Object.fromEntries(
    keyUses.flatMap((use) => {
      const given = values[settingOf(use)];
      return given === undefined ? [] : [[use, given]];
    }),
  );
  const { SLUIS_PKCS11_MODULE: module, SLUIS_PKCS11_TOKEN: label, SLUIS_PKCS11_PIN_FILE: pinFile } = values;
  const token = { SLUIS_PKCS11_MODULE: module, SLUIS_PKCS11_TOKEN: label, SLUIS_PKCS11_PIN_FILE: pinFile };
  if (module !== undefined && label !== undefined && pinFile !== undefined) {
    return { directory, files, token: { module, label, pinFile } };
  }
  const missing = Object.entries(token).filter(([, value]) => value === undefined);
  if (missing.length < 3)
    return { problems: missing.map(([name]) => `${name} is missing beside the others of the token`) };
  return { directory, files, token: null };
}
