import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { ConfigError } from '../config.ts';
import type { EntryId } from '../core/brand.ts';
import { eraseSubject } from '../core/erasure/erase-subject.ts';
import { eraseValue } from '../core/erasure/erase-value.ts';
import { Fault } from '../core/fault.ts';
import {
  destroyKeysThereAgain,
  erasureOnRecord,
  erasuresOnRecord,
  peopleThereAgain,
} from '../store/erasure/erasures-on-record.ts';
import { refusalLines, tellErasure } from './erase-outcome.ts';
import { withErasing } from './erase-session.ts';
import { readPersonLines } from './subject-lines.ts';
import { readAsked } from './subject-session.ts';
import { exitCodes, printJson, printLines, textTable } from './terminal.ts';
import { withDatabase } from './with-database.ts';

export interface EraseOptions {
  readonly by: string;
  readonly ground: string;
  readonly dryRun: boolean;
  readonly json: boolean;
}

/** `sluis erase subject`: everything about the person of line 1. Exit code 1: refused, nothing changed. */
export async function eraseSubjectCommand(options: EraseOptions): Promise<void> {
  const asked = readAsked(options);
  const [person] = readPersonLines('the person');
  if (person === undefined) throw new RangeError('one line was read');
  await withErasing(async ({ ports, carryOut }) => {
    const outcome = await eraseSubject(ports, person.named, asked, options.dryRun);
    tellErasure(outcome, options, !outcome.ok || options.dryRun || (await isCarriedOut(carryOut)));
  });
}

/** `sluis erase value`: one personal value of one entry. */
export async function eraseValueCommand(options: EraseOptions & { readonly entry: string; readonly name: string }) {
  const asked = readAsked(options);
  if (!z.uuid().safeParse(options.entry).success) throw new ConfigError(['--entry must be the id of an entry: a UUID']);
  const opening = { entry: options.entry.toLowerCase() as EntryId, name: options.name };
  await withErasing(async ({ ports, carryOut }) => {
    const outcome = await eraseValue(ports, opening, asked, options.dryRun);
    tellErasure(outcome, options, !outcome.ok || options.dryRun || (await isCarriedOut(carryOut)));
  });
}

/** Whether what is on record was done; not while a database is away: then the gateway finishes it. */
async function isCarriedOut(carryOut: () => Promise<void>): Promise<boolean> {
  try {
    await carryOut();
    return true;
  } catch (error) {
    if (error instanceof Fault && error.code === 'database-unavailable') return false;
    throw error;
  }
}

/** `sluis erase list`: what is on record; with `--json` as `reapply --file` reads it. */
export async function eraseList({ json }: Pick<EraseOptions, 'json'>): Promise<void> {
  const erasures = await withDatabase('serve', (pool) => erasuresOnRecord(pool));
  if (json) {
    printJson(erasures);
    return;
  }
  const rows = erasures.map(({ id, scope, at, done }) => [id, scope, at.slice(0, 19), done?.slice(0, 19) ?? 'not yet']);
  printLines(rows.length === 0 ? ['nothing was erased'] : textTable(['erasure', 'scope', 'ordered', 'done'], rows));
}

/**
 * `sluis erase reapply`: after a backup of the ledger's database or of the vault was restored, or a gateway was killed in
 * the middle. Exit code 1: something that was erased is there again and may not go.
 */
export async function eraseReapply(
  options: Pick<EraseOptions, 'by' | 'ground' | 'json'> & { readonly file?: string },
): Promise<void> {
  const asked = readAsked(options);
  const kept = options.file === undefined ? [] : readKept(options.file);
  await withErasing(async ({ pool, ports, erasers, carryOut }) => {
    const all = [...(await erasuresOnRecord(pool)), ...kept];
    const marks = [...new Set(all.flatMap((erasure) => erasure.marks))];
    await carryOut();
    const keys = await destroyKeysThereAgain({ pool, eraser: erasers.vault }, marks);
    const outcomes = [];
    for (const id of await peopleThereAgain(pool, marks)) {
      outcomes.push(await eraseSubject(ports, { by: 'id', id }, asked, false));
    }
    for (const { entry, name } of all.flatMap(({ opening }) => opening ?? [])) {
      outcomes.push(await eraseValue(ports, { entry: entry as EntryId, name }, asked, false));
    }
    await carryOut();
    const again = outcomes.filter(({ ok }) => ok).length;
    // Gone, or never part of this backup: as it should be.
    const refused = outcomes
      .flatMap((outcome) => (outcome.ok ? [] : [outcome.refusal]))
      .filter(({ kind }) => !settled.has(kind));
    if (options.json) printJson({ keys, again, refused });
    else printLines([`erased again: ${again}; keys that were there again and are destroyed: ${keys}`]);
    for (const line of refused.flatMap(refusalLines)) process.stderr.write(`sluis: ${line}\n`);
    if (refused.length > 0) process.exitCode = exitCodes.wrong;
  });
}

const settled: ReadonlySet<string> = new Set(['unknown-person', 'unknown-opening', 'erased-already']);

function readKept(file: string) {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new ConfigError([`${file}: is not JSON: give what \`sluis erase list --json\` printed`]);
  }
  const parsed = z.array(erasureOnRecord).safeParse(value);
  if (parsed.success) return parsed.data;
  throw new ConfigError(parsed.error.issues.map((issue) => `${file}: ${issue.path.join('.')} ${issue.message}`));
}
