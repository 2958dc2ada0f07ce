import { writeFileSync } from 'node:fs';
import { readLedgerSettings } from '../config.ts';
import { instant, type UnitId } from '../core/brand.ts';
import type { Unit } from '../core/partner/partner.ts';
import { lawWords } from '../pages/law-words.ts';
import { pageKeys, pageNames, pageNoteKeys, pageWitnesses } from '../receipt-page/page-data.ts';
import { receiptPage } from '../receipt-page/receipt-page.ts';
import { jwksFor, type PublicKey, publicKeys } from '../store/keys.ts';
import { readRegistry } from '../store/registry.ts';
import { readWitnessFile } from '../witness-files.ts';
import { loadPolicies } from './load-policies.ts';
import { encodedKey, type ReceiptKeys, readReceiptKeys, receiptJwks } from './receipt-keys.ts';
import { printJson, printLines } from './terminal.ts';
import { withDatabase } from './with-database.ts';

export interface ReceiptPageOptions {
  readonly out: string;
  readonly keys: readonly string[];
  readonly witnesses?: string;
  /** Folder with the policies, for what purposes and fields are called. */
  readonly policies: string;
  readonly json: boolean;
}

/** `sluis receipt page`: one file that checks receipts anywhere. Without files with keys it asks the database. */
export async function receiptPageFile(options: ReceiptPageOptions): Promise<void> {
  const set = loadPolicies(options.policies, options.json, process.stderr);
  if (set === null) return;
  const { origin, witnesses: configured } = readLedgerSettings(process.env);
  const witnessFile = options.witnesses ?? configured;
  const witnesses = witnessFile === null ? null : pageWitnesses(readWitnessFile(witnessFile));
  const { keys, units } = options.keys.length > 0 ? given(options.keys) : await onRecord();
  const page = receiptPage({
    trust: {
      // Keys from a file may be of another gateway than this one's settings are for.
      origin: options.keys.length > 0 ? null : origin,
      keys: pageKeys(keys.flushJwks),
      noteKeys: pageNoteKeys(keys.noteJwks),
      logKeys: keys.logKeys.map((key) => ({ name: key.name, key: encodedKey(key) })),
      witnesses,
    },
    names: pageNames(set, { units }, lawWords),
    madeAt: instant(new Date()),
  });
  if (options.out === '-') {
    process.stdout.write(page);
    return;
  }
  writeFileSync(options.out, page);
  const told = {
    out: options.out,
    keys: keys.flushJwks.length + keys.noteJwks.length + keys.logKeys.length,
    witnesses: witnesses?.keys.length ?? 0,
  };
  if (options.json) printJson(told);
  else printLines([`${told.out} checks receipts against ${told.keys} keys and ${told.witnesses} witnesses`]);
}

type Known = { readonly keys: ReceiptKeys; readonly units: ReadonlyMap<UnitId, Unit> };

function given(files: readonly string[]): Known {
  return { keys: readReceiptKeys(files), units: new Map() };
}

function onRecord(): Promise<Known> {
  return withDatabase('serve', async (pool) => ({
    keys: keysOnRecord(await publicKeys(pool)),
    units: (await readRegistry(pool)).registry.units,
  }));
}

function keysOnRecord(keys: readonly PublicKey[]): ReceiptKeys {
  return {
    flushJwks: receiptJwks(jwksFor('ledger', keys)),
    noteJwks: receiptJwks(jwksFor('checkpoint', keys)),
    logKeys: [],
  };
}
