import { resolve } from 'node:path';
import { writeVerifierKey } from '../core/ledger/verifier-key.ts';
import { readWitnessKey } from '../witness/witness-key.ts';
import { type WitnessRecord, witnessRecords } from '../witness/witness-records.ts';
import { coloursFor, exitCodes, printJson, printLines } from './terminal.ts';

export interface WitnessShowOptions {
  readonly state: string;
  readonly json: boolean;
}

/** `sluis witness show`: exit code 1 when something of it speaks of a fork, or cannot be read. */
export async function witnessShow({ state, json }: WitnessShowOptions): Promise<void> {
  const folder = resolve(state);
  const { key } = await readWitnessKey(folder);
  const records = await witnessRecords(folder);
  const ok = records.every(({ origin, evidence }) => origin !== null && evidence.length === 0);
  if (!ok) process.exitCode = exitCodes.wrong;
  if (json) return printJson({ ok, state: folder, key: writeVerifierKey(key), logs: records });
  const { good, bad, strong } = coloursFor(process.stdout);
  const lines = records.flatMap(({ origin, size, root, changed, evidence, folder: at }: WitnessRecord) => [
    '',
    origin === null ? bad(`${at}: the last note cannot be read`) : strong(origin),
    ...(origin === null ? [] : [`  size ${size}, root ${root}`, `  since ${changed.toISOString()}`]),
    evidence.length === 0
      ? good('  nothing that it signed was refused')
      : bad(`  ${evidence.length} refused that may be a fork:`),
    ...evidence.map((file) => `    ${file}`),
  ]);
  const none = records.length === 0 ? ['', 'nothing was cosigned yet'] : [];
  printLines([strong(key.name), writeVerifierKey(key), ...none, ...lines]);
}
