import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { ConfigError } from './config.ts';
import { readVerifierKey, signatureTypes, type VerifierKey } from './core/ledger/verifier-key.ts';
import type { Witness, WitnessPolicy } from './core/ledger/witnessed.ts';
import { checkerOf } from './crypto/raw-key.ts';
import { parseYaml, type YamlFile } from './policy-files/yaml-file.ts';
import type { WitnessedLog } from './witness/judge-checkpoint.ts';

/** A witness with the address where it takes checkpoints. */
export interface AddressedWitness extends Witness {
  /** Prefix of `/add-checkpoint`, without a slash at its end. */
  readonly url: string;
}

export interface WitnessSettings extends WitnessPolicy {
  readonly witnesses: readonly AddressedWitness[];
  /** Officers are told when nothing new was witnessed for so long. */
  readonly alarmAfterMs: number;
  /** How often a checkpoint is shown to the witnesses. */
  readonly everyMs: number;
}

const cosigning: readonly number[] = [signatureTypes.ed25519Cosignature, signatureTypes.mlDsa44Cosignature];
const signing: readonly number[] = [signatureTypes.ed25519, signatureTypes.mlDsa44Cosignature];

const verifierKey = (types: readonly number[]) =>
  z.string().transform((text, context): VerifierKey => {
    const key = readVerifierKey(text);
    if (key !== null && types.includes(key.type)) return key;
    context.addIssue({ code: 'custom', message: 'must be a verifier key: name+id+key, whole and in one spelling' });
    return z.NEVER;
  });

const loopback = ['127.0.0.1', '[::1]', 'localhost'];
const address = z
  .url({ protocol: /^https?$/, error: 'must be an https URL' })
  .refine((url) => new URL(url).protocol === 'https:' || loopback.includes(new URL(url).hostname), {
    message: 'must be an https URL; http is for loopback alone',
  })
  .refine((url) => ['search', 'hash', 'username', 'password'].every((part) => new URL(url)[part as 'search'] === ''), {
    message: 'must be an address alone, without a query or a password',
  })
  .transform((url) => url.replace(/\/$/, ''));

/** Of days, hours, minutes and seconds; months are no length. */
const duration = (leastMs: number, mostMs: number, words: string) =>
  z.string().transform((text, context): number => {
    const [matched, days, hours, minutes, seconds] =
      /^P(?=.)(?:([0-9]{1,3})D)?(?:T(?=.)(?:([0-9]{1,4})H)?(?:([0-9]{1,5})M)?(?:([0-9]{1,6})S)?)?$/.exec(text) ?? [];
    const parts = [days, hours, minutes, seconds].map((part) => Number(part ?? 0));
    const [d = 0, h = 0, m = 0, s = 0] = parts;
    const ms = (((d * 24 + h) * 60 + m) * 60 + s) * 1_000;
    if (matched !== undefined && ms >= leastMs && ms <= mostMs) return ms;
    context.addIssue({ code: 'custom', message: `must be a duration from ${words}` });
    return z.NEVER;
  });

const witnessFile = z.strictObject({
  witnesses: z
    .array(z.strictObject({ name: z.string().min(1), url: address, key: verifierKey(cosigning) }))
    .min(1, 'must name a witness; without witnesses leave SLUIS_WITNESSES out')
    .max(32),
  quorum: z.int().min(1, 'must be at least 1'),
  'alarm-after': duration(10_000, 7 * 86_400_000, 'PT10S to P7D').default(600_000),
  every: duration(1_000, 3_600_000, 'PT1S to PT1H').default(5_000),
});

const logsFile = z.strictObject({
  logs: z
    .array(z.strictObject({ origin: z.string().min(1), keys: z.array(verifierKey(signing)).min(1).max(16) }))
    .min(1)
    .max(1_000),
});

/** The witnesses of a ledger and their quorum. Throws `ConfigError` with the place of each problem. */
export function readWitnessFile(file: string): WitnessSettings {
  const yaml = yamlIn(file);
  const { witnesses, quorum, ...timing } = parseWith(witnessFile, yaml);
  const problems = witnesses.flatMap(({ name, key }, index) => {
    const others = witnesses.slice(0, index);
    const at = (member: string, message: string) => [lineOf(yaml, ['witnesses', index, member], message)];
    if (key.name !== name) return at('name', 'is not the name in its key');
    if (others.some((other) => other.name === name)) return at('name', 'stands here twice');
    if (others.some((other) => other.key.publicKey.equals(key.publicKey))) return at('key', 'is that of another one');
    return [];
  });
  if (quorum > witnesses.length)
    problems.push(lineOf(yaml, ['quorum'], `is more than the ${witnesses.length} witnesses`));
  if (problems.length > 0) throw new ConfigError(problems);
  return {
    witnesses: witnesses.map(({ name, url, key: { publicKey } }) => ({
      name,
      url,
      publicKey,
      check: checkerOf(publicKey),
    })),
    quorum,
    alarmAfterMs: timing['alarm-after'],
    everyMs: timing.every,
  };
}

/** The logs that a witness knows, by their origin. Throws `ConfigError` with the place of each problem. */
export function readWitnessedLogs(file: string): ReadonlyMap<string, WitnessedLog> {
  const yaml = yamlIn(file);
  const { logs } = parseWith(logsFile, yaml);
  const problems = logs.flatMap(({ origin, keys }, index) => {
    const at = (member: string, message: string) => [lineOf(yaml, ['logs', index, member], message)];
    if (logs.slice(0, index).some((other) => other.origin === origin)) return at('origin', 'stands here twice');
    if (keys.some(({ name }) => name !== origin)) return at('keys', 'has a key of another name than the origin');
    if (keys.every(({ type }) => type !== signatureTypes.ed25519)) return at('keys', 'has no Ed25519 key');
    return [];
  });
  if (problems.length > 0) throw new ConfigError(problems);
  const checked = ({ name, publicKey }: VerifierKey) => ({ name, publicKey, check: checkerOf(publicKey) });
  return new Map(logs.map(({ origin, keys }) => [origin, { origin, keys: keys.map(checked) }]));
}

function yamlIn(file: string): YamlFile {
  const parsed = parseYaml(file, readFileSync(file));
  if (parsed.ok) return parsed.yaml;
  throw new ConfigError(parsed.errors.map(({ line, column, message }) => `${file}:${line}:${column} ${message}`));
}

function parseWith<T extends z.ZodType>(schema: T, yaml: YamlFile): z.output<T> {
  const result = schema.safeParse(yaml.content);
  if (result.success) return result.data;
  throw new ConfigError(
    result.error.issues.map((issue) => {
      const path = issue.path.filter((part) => typeof part !== 'symbol');
      const unknown = issue.code === 'unrecognized_keys' ? [...path, issue.keys[0] ?? ''] : path;
      return lineOf(yaml, unknown, issue.message);
    }),
  );
}

function lineOf(yaml: YamlFile, path: readonly (string | number)[], message: string): string {
  const { file, line, column } = yaml.errorAt(path, 'value', message);
  return `${file}:${line}:${column} ${path.join('.')}: ${message}`;
}
