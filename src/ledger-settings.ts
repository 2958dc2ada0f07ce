import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { z } from 'zod';
import { wholeNumber } from './whole-number.ts';

const file = z
  .string()
  .min(1)
  .transform((path) => resolve(path))
  .refine((path) => existsSync(path), 'names a file that does not exist');
const databaseUrl = z.string().regex(/^postgres(ql)?:\/\//, 'must be a postgres:// URL');

/** How the ledger is written, signed, witnessed and kept outside its own database. */
export const ledgerSettings = z.object({
  SLUIS_LEDGER_ORIGIN: z
    .string()
    .regex(/^[a-z0-9.-]+(\/[a-z0-9.-]+)*$/)
    .default('sluis.example/ledger'),
  SLUIS_SEQUENCER_INTERVAL_MS: wholeNumber(1, 600_000).default(100),
  SLUIS_HEARTBEAT_SECONDS: wholeNumber(1, 3_600).default(60),
  SLUIS_CHECKPOINT_DATABASE_URL: databaseUrl.optional(),
  SLUIS_WITNESSES: file.optional(),
  SLUIS_KEY_CHECKPOINT_ML_DSA_FILE: file.optional(),
  SLUIS_TSA_URL: z.url({ protocol: /^https?$/ }).optional(),
  SLUIS_TSA_CA: file.optional(),
  SLUIS_TSA_EVERY_SECONDS: wholeNumber(1, 86_400).default(3_600),
});

export interface LedgerSettings {
  /** Name of the log in its checkpoints. */
  readonly origin: string;
  readonly intervalMs: number;
  /** An instance that has nothing to write says so at least this often. */
  readonly heartbeatSeconds: number;
  /** Another database with the last signed checkpoint, for gateways on several hosts; null: a file, for one host. */
  readonly checkpointDatabase: string | null;
  /** File with the witnesses and how many of them must have cosigned; null: there are none. */
  readonly witnesses: string | null;
  /** File with an ML-DSA-44 key that signs checkpoints too; null: there is none. */
  readonly mlDsaKey: string | null;
  /** RFC 3161 authority that dates checkpoints; null: there is none. */
  readonly timestamps: { readonly url: string; readonly ca: string; readonly everySeconds: number } | null;
}

type LedgerEnvironment = z.infer<typeof ledgerSettings>;

export function ledgerSettingsOf(values: LedgerEnvironment): LedgerSettings | { readonly problems: readonly string[] } {
  const { SLUIS_TSA_URL: url, SLUIS_TSA_CA: ca } = values;
  if ((url === undefined) !== (ca === undefined)) {
    return { problems: ['SLUIS_TSA_URL and SLUIS_TSA_CA go together: give both or neither'] };
  }
  return {
    origin: values.SLUIS_LEDGER_ORIGIN,
    intervalMs: values.SLUIS_SEQUENCER_INTERVAL_MS,
    heartbeatSeconds: values.SLUIS_HEARTBEAT_SECONDS,
    checkpointDatabase: values.SLUIS_CHECKPOINT_DATABASE_URL ?? null,
    witnesses: values.SLUIS_WITNESSES ?? null,
    mlDsaKey: values.SLUIS_KEY_CHECKPOINT_ML_DSA_FILE ?? null,
    timestamps:
      url === undefined || ca === undefined ? null : { url, ca, everySeconds: values.SLUIS_TSA_EVERY_SECONDS },
  };
}
