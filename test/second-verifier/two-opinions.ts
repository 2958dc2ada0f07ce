import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { ExportFault } from '../../src/archive/export-fault.ts';
import { readExport } from '../../src/archive/read-export.ts';
import type { KeyRow } from '../../src/core/ledger/ledger-rows.ts';
import { type LedgerTrust, verifyLedger } from '../../src/core/ledger/verify/verify-ledger.ts';

const script = path.join(import.meta.dirname, 'verify.mjs');

/** What a verifier says of an export: the codes of its problems in order, or that it cannot be read. */
export type Opinion = readonly string[] | 'unreadable';

/** What both have beside the export. */
export interface Brought {
  readonly trust: LedgerTrust;
  /** The public keys of that trust. */
  readonly keys: readonly KeyRow[];
}

/** Both verifiers on one export; what is brought along is written to files beside it. */
export async function twoOpinions(
  folder: string,
  brought: Brought,
): Promise<{ readonly first: Opinion; readonly second: Opinion }> {
  const [first, second] = await Promise.all([firstOpinion(folder, brought.trust), secondOpinion(folder, brought)]);
  return { first, second };
}

async function firstOpinion(folder: string, trust: LedgerTrust): Promise<Opinion> {
  try {
    return codesOf((await verifyLedger(await readExport(folder), trust)).problems);
  } catch (error) {
    if (error instanceof ExportFault) return 'unreadable';
    throw error;
  }
}

async function secondOpinion(folder: string, { trust, keys }: Brought): Promise<Opinion> {
  const beside = `${folder}-brought`;
  await mkdir(beside, { recursive: true });
  const file = async (name: string, content: string): Promise<string> => {
    await writeFile(path.join(beside, name), content);
    return path.join(beside, name);
  };
  const args = ['--keys', await file('keys.json', JSON.stringify({ keys }))];
  for (const [n, { note }] of trust.notes.entries()) args.push('--checkpoint', await file(`note-${n}`, note));
  for (const [n, { text }] of (trust.marks ?? []).entries()) args.push('--mark', await file(`mark-${n}`, text));
  return runScript([folder, ...args]);
}

/** The second verifier, in a process of its own. */
export async function runScript(args: readonly string[]): Promise<Opinion> {
  const { code, out } = await new Promise<{ code: unknown; out: string }>((done) => {
    execFile(process.execPath, [script, ...args], { timeout: 30_000 }, (error, stdout) =>
      done({ code: error === null ? 0 : error.code, out: stdout }),
    );
  });
  if (code === 2) return 'unreadable';
  const { ok, problems } = JSON.parse(out) as { ok: boolean; problems: readonly { code: string }[] };
  if (ok !== (code === 0) || ok !== (problems.length === 0)) throw new Error('its exit code says something else');
  return codesOf(problems);
}

function codesOf(problems: readonly { readonly code: string }[]): readonly string[] {
  return [...new Set(problems.map(({ code }) => code))].sort();
}
