import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { type BrokeringSettings, brokeringSettings, brokeringSettingsOf } from './brokering-settings.ts';
import type { KeySettings } from './crypto/keys.ts';
import { type Fronts, frontSettings, frontsOf } from './front-settings.ts';
import { type LedgerSettings, ledgerSettings, ledgerSettingsOf } from './ledger-settings.ts';
import { keySettingsOf, keySettingsShape, withSecretFiles } from './secret-settings.ts';
import { type TrustSettings, trustFrom, trustSettings } from './trust-settings.ts';

/** What is wrong with the configuration, one line per value; never the value itself. */
export class ConfigError extends Error {
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(problems.join('\n'));
    this.name = 'ConfigError';
    this.problems = problems;
  }
}

function wholeNumber(least: number, most: number) {
  return z
    .string()
    .regex(/^[0-9]{1,9}$/, `must be a whole number from ${least} to ${most}`)
    .transform(Number)
    .refine((value) => value >= least && value <= most, `must be a whole number from ${least} to ${most}`);
}

const file = z
  .string()
  .min(1)
  .transform((path) => resolve(path))
  .refine((path) => existsSync(path), 'names a file that does not exist');
const folder = z
  .string()
  .min(1)
  .transform((path) => resolve(path));
const port = wholeNumber(0, 65_535);
const milliseconds = wholeNumber(1, 600_000);
const databaseUrl = z.string().regex(/^postgres(ql)?:\/\//, 'must be a postgres:// URL');

/**
 * Every setting of the gateway. Listeners are on loopback until told otherwise; certificates have no
 * default, because a gateway that made up its own would be trusted by nobody, or worse, by somebody.
 */
const environment = z.object({
  ...brokeringSettings.shape,
  ...frontSettings.shape,
  ...ledgerSettings.shape,
  ...trustSettings.shape,
  SLUIS_ENVIRONMENT: z.enum(['production', 'demo']).default('production'),
  SLUIS_DATA_DIR: folder.default(resolve('.sluis')),
  SLUIS_POLICIES: folder.default(resolve(import.meta.dirname, '..', 'policies')),
  SLUIS_POLICY_SIGNATURES: z.enum(['required', 'off']).default('required'),

  DATABASE_URL: databaseUrl.optional(),
  DATABASE_URL_SERVE: databaseUrl.optional(),
  DATABASE_URL_SEQUENCER: databaseUrl.optional(),
  DATABASE_URL_ERASER: databaseUrl.optional(),
  DATABASE_URL_VAULT: databaseUrl.optional(),
  DATABASE_URL_VAULT_SERVE: databaseUrl.optional(),
  DATABASE_URL_VAULT_ERASER: databaseUrl.optional(),
  SLUIS_DATABASE_POOL: wholeNumber(1, 100).default(8),
  ...keySettingsShape,

  SLUIS_PARTNER_HOST: z.string().min(1).default('127.0.0.1'),
  SLUIS_PARTNER_PORT: port.default(8443),
  SLUIS_PUBLIC_HOST: z.string().min(1).default('127.0.0.1'),
  SLUIS_PUBLIC_PORT: port.default(8444),
  SLUIS_PUBLIC_URL: z.url({ protocol: /^https$/ }).optional(),
  SLUIS_METRICS_HOST: z.string().min(1).default('127.0.0.1'),
  SLUIS_METRICS_PORT: port.optional(),

  SLUIS_TLS_CERT: file,
  SLUIS_TLS_KEY: file,
  SLUIS_SOURCE_CERT: file,
  SLUIS_SOURCE_KEY: file,
  SLUIS_SOURCE_TIMEOUT_MS: milliseconds.default(2_000),

  SLUIS_LIMITS: file.optional(),
  SLUIS_STEADY_ANSWER_MS: wholeNumber(0, 1_000).default(25),
  SLUIS_KEY_MAX_AGE_DAYS: wholeNumber(1, 3_650).default(365),

  SLUIS_OIN: z.string().regex(/^[0-9A-Z]{20}$/, 'must be an OIN of 20 positions'),
  SLUIS_CONTACT_NAME: z.string().min(1).max(120).default('Beheer Sluis'),
  SLUIS_CONTACT_EMAIL: z.email().default('beheer@sluis.example'),
  SLUIS_CONTACT_URL: z.url().default('https://sluis.example'),
  SLUIS_LOG_LEVEL: z.enum(['silent', 'fatal', 'error', 'warn', 'info', 'debug']).default('info'),
});

const databaseSettings = environment
  .pick({
    SLUIS_DATA_DIR: true,
    DATABASE_URL: true,
    DATABASE_URL_SERVE: true,
    DATABASE_URL_SEQUENCER: true,
    DATABASE_URL_ERASER: true,
    DATABASE_URL_VAULT: true,
    DATABASE_URL_VAULT_SERVE: true,
    DATABASE_URL_VAULT_ERASER: true,
    SLUIS_DATABASE_POOL: true,
    SLUIS_POLICIES: true,
  })
  .extend(keySettingsShape);

export interface DatabaseConfig {
  readonly dataDir: string;
  /** null: the gateway starts its own PostgreSQL in the data directory. */
  readonly urls: {
    readonly owner: string;
    readonly serve: string | null;
    readonly sequencer: string | null;
    readonly eraser: string | null;
  } | null;
  /** Where the keys of subjects stand; null: in a second database beside that one. */
  readonly vault: {
    readonly owner: string;
    readonly logins: { readonly serve: string; readonly eraser: string } | null;
  } | null;
  readonly pool: number;
  /** The keys that stand beside the database, and never in it. */
  readonly keys: KeySettings;
}

export interface Config {
  readonly demo: boolean;
  readonly policies: string;
  /** Whether policies come into force without two approvers: in the demo alone. */
  readonly unsignedPolicies: boolean;
  readonly database: DatabaseConfig;
  readonly partnerListener: { readonly host: string; readonly port: number };
  readonly publicListener: { readonly host: string; readonly port: number; readonly url: string | null };
  /** null: there is none. */
  readonly metricsListener: { readonly host: string; readonly port: number } | null;
  readonly trust: TrustSettings;
  readonly tls: { readonly cert: string; readonly key: string };
  readonly sourceTls: { readonly cert: string; readonly key: string };
  readonly sourceTimeoutMs: number;
  /** File of limits; null: the defaults. */
  readonly limits: string | null;
  /** How long after its arrival an answer that depends on a person leaves; 0: at once. */
  readonly steadyAnswerMs: number;
  /** Officers are told of a key of the gateway that is used for longer. */
  readonly keyMaxAgeDays: number;
  /** What may stand before the gateway and say who calls. */
  readonly fronts: Fronts;
  readonly oin: string;
  readonly ledger: LedgerSettings;
  readonly brokering: BrokeringSettings;
  /** Whom a partner's technician turns to; shown in the API description. */
  readonly contact: { readonly name: string; readonly email: string; readonly url: string };
  readonly logLevel: string;
}

/** Reads all settings at once. Throws `ConfigError` with one line per missing or wrong one. */
export function readConfig(env: NodeJS.ProcessEnv): Config {
  const values = parse(environment, env);
  const loopback = (host: string): boolean => host === '127.0.0.1' || host === '::1' || host === 'localhost';
  const demo = values.SLUIS_ENVIRONMENT === 'demo';
  const hosts = [
    values.SLUIS_PARTNER_HOST,
    values.SLUIS_PUBLIC_HOST,
    values.SLUIS_METRICS_HOST,
    values.SLUIS_PROXY_HOST,
  ];
  if (demo && !hosts.every(loopback)) {
    throw new ConfigError([
      'SLUIS_ENVIRONMENT=demo listens on loopback only: change SLUIS_PARTNER_HOST, SLUIS_PUBLIC_HOST, SLUIS_METRICS_HOST, SLUIS_PROXY_HOST',
    ]);
  }
  const fronts = frontsOf(values);
  if ('problems' in fronts) throw new ConfigError(fronts.problems);
  const ledger = ledgerSettingsOf(values);
  if ('problems' in ledger) throw new ConfigError(ledger.problems);
  return Object.freeze({
    demo,
    policies: values.SLUIS_POLICIES,
    unsignedPolicies: unsignedPoliciesOf(values),
    database: databaseOf(values),
    partnerListener: { host: values.SLUIS_PARTNER_HOST, port: values.SLUIS_PARTNER_PORT },
    publicListener: {
      host: values.SLUIS_PUBLIC_HOST,
      port: values.SLUIS_PUBLIC_PORT,
      url: values.SLUIS_PUBLIC_URL ?? null,
    },
    metricsListener:
      values.SLUIS_METRICS_PORT === undefined
        ? null
        : { host: values.SLUIS_METRICS_HOST, port: values.SLUIS_METRICS_PORT },
    trust: trustFrom(values),
    tls: {
      cert: values.SLUIS_TLS_CERT,
      key: values.SLUIS_TLS_KEY,
    },
    sourceTls: {
      cert: values.SLUIS_SOURCE_CERT,
      key: values.SLUIS_SOURCE_KEY,
    },
    sourceTimeoutMs: values.SLUIS_SOURCE_TIMEOUT_MS,
    limits: values.SLUIS_LIMITS ?? null,
    steadyAnswerMs: values.SLUIS_STEADY_ANSWER_MS,
    keyMaxAgeDays: values.SLUIS_KEY_MAX_AGE_DAYS,
    fronts,
    oin: values.SLUIS_OIN,
    ledger,
    brokering: brokeringSettingsOf(values),
    contact: {
      name: values.SLUIS_CONTACT_NAME,
      email: values.SLUIS_CONTACT_EMAIL,
      url: values.SLUIS_CONTACT_URL,
    },
    logLevel: values.SLUIS_LOG_LEVEL,
  });
}

/** The settings of commands that need the database and no certificates: migrate, ledger, partner, login-code. */
export function readDatabaseConfig(env: NodeJS.ProcessEnv): DatabaseConfig {
  return databaseOf(parse(databaseSettings, env));
}

/** Whether policies come into force without two approvers. Throws `ConfigError` where only the demo may say so. */
export function readUnsignedPolicies(env: NodeJS.ProcessEnv): boolean {
  return unsignedPoliciesOf(parse(environment.pick({ SLUIS_ENVIRONMENT: true, SLUIS_POLICY_SIGNATURES: true }), env));
}

function unsignedPoliciesOf(values: {
  readonly SLUIS_ENVIRONMENT: string;
  readonly SLUIS_POLICY_SIGNATURES: string;
}): boolean {
  if (values.SLUIS_POLICY_SIGNATURES === 'required') return false;
  if (values.SLUIS_ENVIRONMENT === 'demo') return true;
  throw new ConfigError(['SLUIS_POLICY_SIGNATURES may be off in the demo only']);
}

/** The settings of commands that read or write the ledger. Throws `ConfigError`. */
export function readLedgerSettings(env: NodeJS.ProcessEnv): LedgerSettings {
  const ledger = ledgerSettingsOf(parse(ledgerSettings, env));
  if ('problems' in ledger) throw new ConfigError(ledger.problems);
  return ledger;
}

function databaseOf(values: z.infer<typeof databaseSettings>): DatabaseConfig {
  const logins = [
    values.DATABASE_URL_SERVE,
    values.DATABASE_URL_SEQUENCER,
    values.DATABASE_URL_ERASER,
    values.DATABASE_URL_VAULT,
  ];
  if (values.DATABASE_URL === undefined && logins.some((url) => url !== undefined)) {
    throw new ConfigError(['DATABASE_URL is missing beside the URLs of its other logins']);
  }
  const keys = keySettingsOf(values, join(values.SLUIS_DATA_DIR, 'keys'));
  if ('problems' in keys) throw new ConfigError(keys.problems);
  return {
    dataDir: values.SLUIS_DATA_DIR,
    urls:
      values.DATABASE_URL === undefined
        ? null
        : {
            owner: values.DATABASE_URL,
            serve: values.DATABASE_URL_SERVE ?? null,
            sequencer: values.DATABASE_URL_SEQUENCER ?? null,
            eraser: values.DATABASE_URL_ERASER ?? null,
          },
    vault: vaultOf(values),
    pool: values.SLUIS_DATABASE_POOL,
    keys,
  };
}

function vaultOf(values: z.infer<typeof databaseSettings>): DatabaseConfig['vault'] {
  const { DATABASE_URL_VAULT: owner, DATABASE_URL_VAULT_SERVE: serve, DATABASE_URL_VAULT_ERASER: eraser } = values;
  if ((serve === undefined) !== (eraser === undefined)) {
    const missing = serve === undefined ? 'SERVE' : 'ERASER';
    throw new ConfigError([`DATABASE_URL_VAULT_${missing} is missing beside the other login of the vault`]);
  }
  if (owner !== undefined) {
    return { owner, logins: serve === undefined || eraser === undefined ? null : { serve, eraser } };
  }
  if (serve !== undefined) throw new ConfigError(['DATABASE_URL_VAULT is missing beside the URLs of its logins']);
  return null;
}

/** An empty variable is a missing one. */
function parse<T extends z.ZodObject>(schema: T, environment: NodeJS.ProcessEnv): z.infer<T> {
  const { env, problems } =
    'DATABASE_URL' in schema.shape ? withSecretFiles(environment) : { env: environment, problems: [] };
  if (problems.length > 0) throw new ConfigError(problems);
  const given = Object.fromEntries(Object.keys(schema.shape).flatMap((name) => (env[name] ? [[name, env[name]]] : [])));
  const result = schema.safeParse(given);
  if (result.success) return result.data;
  throw new ConfigError(
    result.error.issues.map((issue) => {
      const name = String(issue.path[0] ?? 'environment');
      return name in given ? `${name} ${issue.message}` : `${name} is missing`;
    }),
  );
}
