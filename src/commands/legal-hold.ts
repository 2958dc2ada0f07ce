import { type HoldRefusal, liftLegalHold, placeLegalHold } from '../core/erasure/legal-hold.ts';
import type { Result } from '../core/result.ts';
import { legalHolds } from '../store/erasure/legal-holds.ts';
import { withErasing } from './erase-session.ts';
import { readPersonLines } from './subject-lines.ts';
import { readAsked } from './subject-session.ts';
import { exitCodes, printJson, printLines, textTable } from './terminal.ts';
import { withLedger } from './with-ledger.ts';

interface HoldOptions {
  readonly by: string;
  readonly ground: string;
  readonly json: boolean;
}

/** `sluis legal-hold place`: on the person of line 1. */
export async function legalHoldPlace(options: HoldOptions): Promise<void> {
  const asked = readAsked(options);
  const [person] = readPersonLines('the person');
  if (person === undefined) throw new RangeError('one line was read');
  tell(await withErasing(({ ports }) => placeLegalHold(ports, person.named, asked)), 'placed', options);
}

/** `sluis legal-hold lift`. */
export async function legalHoldLift(options: HoldOptions & { readonly hold: string }): Promise<void> {
  const asked = readAsked(options);
  tell(await withErasing(({ ports }) => liftLegalHold(ports, options.hold.toLowerCase(), asked)), 'lifted', options);
}

/** `sluis legal-hold list`. */
export async function legalHoldList({ json }: Pick<HoldOptions, 'json'>): Promise<void> {
  const holds = await withLedger(({ pool, keys }) => legalHolds(pool, keys.identifiers));
  if (json) {
    printJson(holds);
    return;
  }
  const rows = holds.map(({ id, placedAt, liftedAt, by, ground }) => [
    id,
    placedAt.slice(0, 10),
    liftedAt?.slice(0, 10) ?? '',
    by,
    ground,
  ]);
  printLines(
    rows.length === 0 ? ['there is no legal hold'] : textTable(['hold', 'placed', 'lifted', 'by', 'ground'], rows),
  );
}

/** Whoever relies on a hold must know what it does not reach. */
const notHeld = [
  'not kept by it: entries from before the gateway knew this person, in which a partner named them in vain;',
  'they go when their period ends (`sluis ledger export` keeps a copy)',
];

function tell(
  outcome: Result<string, HoldRefusal>,
  done: 'placed' | 'lifted',
  { json }: Pick<HoldOptions, 'json'>,
): void {
  if (outcome.ok) {
    if (json) printJson({ done: true, hold: outcome.value });
    else printLines([`${done}: ${outcome.value}`, ...(done === 'placed' ? notHeld : [])]);
    return;
  }
  process.stderr.write(`sluis: ${words[outcome.refusal.kind]}\n`);
  if (json) printJson({ done: false, ...outcome.refusal });
  process.exitCode = exitCodes.wrong;
}

const words: Readonly<Record<HoldRefusal['kind'], string>> = {
  'unknown-person': 'standard input, line 1: the gateway knows no such person',
  'being-erased': 'this person is being erased: there is nothing left to keep',
  'no-such-hold': 'no hold has this id, or it was lifted already: `sluis legal-hold list` names them',
};
