import { resolve } from 'node:path';
import { writeVerifierKey } from '../core/ledger/verifier-key.ts';
import { makeWitnessKey } from '../witness/witness-key.ts';
import { printJson, printLines } from './terminal.ts';

export interface KeygenOptions {
  readonly name: string;
  readonly state: string;
  readonly json: boolean;
}

/** `sluis witness keygen`: never replaces a key. */
export async function witnessKeygen({ name, state, json }: KeygenOptions): Promise<void> {
  const folder = resolve(state);
  const key = writeVerifierKey(await makeWitnessKey(folder, name));
  if (json) return printJson({ ok: true, state: folder, name, key });
  printLines([
    `${folder}: made the key of ${name}`,
    'for the file of SLUIS_WITNESSES of the gateway, with the address where this witness will be:',
    `  - name: ${name}`,
    '    url: https://…',
    `    key: ${key}`,
  ]);
}
