import { readFileSync } from 'node:fs';
import { type Config, ConfigError } from '../config.ts';
import { randomBytes } from '../crypto/entropy.ts';
import type { TimestampAuthority } from '../crypto/fetch-timestamp.ts';
import { DerError } from '../crypto/path/der.ts';
import type { ParsedCertificate } from '../crypto/path/parse-certificate.ts';
import { PemError } from '../crypto/path/pem-blocks.ts';
import { timestampAnchors } from '../crypto/timestamp.ts';
import { noteVerifiers } from '../store/journal/key-ring.ts';
import { readWitnessFile, type WitnessSettings } from '../witness-files.ts';
import type { AppWorld } from './apps.ts';
import { followCheckpoints } from './checkpoint-duties.ts';
import { timestampsOf } from './timestamps.ts';
import { witnessesOf } from './witnesses.ts';

/** Who elsewhere sees and dates checkpoints. */
export interface WitnessingSettings {
  /** null: there are none. */
  readonly witnesses: WitnessSettings | null;
  /** null: there is none. */
  readonly timestamps: (TimestampAuthority & { readonly everySeconds: number }) | null;
}

const tsaTimeoutMs = 10_000;
const withoutWitnessesMs = 5_000;

/** Throws `ConfigError` for a file that is wrong in any part: a gateway does not start with fewer witnesses than was meant. */
export function readWitnessing({ ledger }: Pick<Config, 'ledger'>): WitnessingSettings {
  const { witnesses, timestamps } = ledger;
  return {
    witnesses: witnesses === null ? null : readWitnessFile(witnesses),
    timestamps:
      timestamps === null
        ? null
        : {
            url: timestamps.url,
            anchors: anchorsIn(timestamps.ca),
            timeoutMs: tsaTimeoutMs,
            random: randomBytes,
            everySeconds: timestamps.everySeconds,
          },
  };
}

/** Starts what shows checkpoints to witnesses and has them dated. */
export function startWitnessing(
  { witnesses, timestamps }: WitnessingSettings,
  { record, alerts, log, metrics }: Pick<AppWorld, 'record' | 'alerts' | 'log' | 'metrics'>,
): { stop(): Promise<void> } {
  const { duties, keys, origin } = record;
  const logKeys = () => {
    const signers = [keys.checkpoint, ...keys.checkpointCosigners()].map(({ publicKey }) => publicKey);
    return noteVerifiers(origin, [...signers, ...keys.formerCheckpointKeys()]);
  };
  const shared = { duties, log, now: Date.now };
  return followCheckpoints({
    duties,
    log,
    everyMs: witnesses?.everyMs ?? withoutWitnessesMs,
    witnesses:
      witnesses === null ? null : witnessesOf({ ...shared, settings: witnesses, origin, logKeys, alerts, metrics }),
    timestamps:
      timestamps === null
        ? null
        : timestampsOf({ ...shared, authority: timestamps, everySeconds: timestamps.everySeconds }),
  });
}

function anchorsIn(file: string): readonly ParsedCertificate[] {
  try {
    const anchors = timestampAnchors(readFileSync(file));
    if (anchors.length > 0) return anchors;
  } catch (error) {
    if (!(error instanceof DerError || error instanceof PemError)) throw error;
    throw new ConfigError([`SLUIS_TSA_CA ${file}: ${error.message}`]);
  }
  throw new ConfigError([`SLUIS_TSA_CA ${file}: holds no certificate`]);
}
