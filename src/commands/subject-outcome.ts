import type { Result } from '../core/result.ts';
import type { JoiningConflict, SubjectChangeOutcome, SubjectChangeRefusal } from '../core/subject/change-ports.ts';
import { exitCodes, printJson, printLines } from './terminal.ts';

/** Says what a change did or would do, or why it was refused; the exit code with it. */
export function tellSubjectChange(
  outcome: Result<SubjectChangeOutcome, SubjectChangeRefusal>,
  { json, dryRun }: { readonly json: boolean; readonly dryRun: boolean },
): void {
  if (!outcome.ok) {
    for (const line of refusalLines(outcome.refusal)) process.stderr.write(`sluis: ${line}\n`);
    if (json) printJson({ done: false, ...outcome.refusal });
    process.exitCode = exitCodes.wrong;
    return;
  }
  const { id, moves, numbers, stops, tells } = outcome.value;
  if (json) {
    printJson({ done: !dryRun, ...outcome.value });
    return;
  }
  const counted = Object.entries(moves).filter(([, count]) => count > 0);
  printLines([
    dryRun ? 'nothing was changed; this would happen:' : `done: ${id}`,
    `moves: ${counted.length === 0 ? 'nothing' : counted.map(([what, count]) => `${what} ${count}`).join(', ')}`,
    `numbers that move: ${numbers.moved.join(', ') || 'none'}; that are withdrawn: ${numbers.withdrawn.join(', ') || 'none'}`,
    `undelivered requests that stop: ${stops}; units that are told: ${tells}`,
  ]);
}

function refusalLines(refusal: SubjectChangeRefusal): readonly string[] {
  switch (refusal.kind) {
    case 'unknown-person':
      return [`standard input, line ${refusal.which === 'first' ? 1 : 2}: the gateway knows no such person`];
    case 'number-taken':
      return [
        `this ${refusal.scheme} is another person's: if the two are one, use \`sluis subject merge --withdraw ${refusal.scheme}\``,
      ];
    case 'no-number-to-withdraw':
      return [`the record that goes up in the other has no ${refusal.scheme} to withdraw`];
    case 'conflicts':
      return refusal.conflicts.map(conflictLine);
    case 'not-theirs':
      return refusal.rows.map((row) => `${row}: is not of this person`);
    default:
      return [words[refusal.kind]];
  }
}

function conflictLine(conflict: JoiningConflict): string {
  switch (conflict.conflict) {
    case 'two-numbers':
      return `both records have a ${conflict.scheme}: --withdraw ${conflict.scheme} withdraws that of the record that goes`;
    case 'exclusive-facts':
      return `facts ${conflict.facts.join(' and ')} exclude each other: whoever attested one must end or correct it first`;
    case 'consents':
      return `consents ${conflict.consents.join(' and ')} are of the same two units and purpose, and one is open or in force: settle one first`;
  }
}

const words = {
  'same-person': 'both lines name the same person',
  'same-number': 'the person has this number already',
  'nothing-named': 'the file names nothing that goes',
  'no-such-joining': 'no merge has this id',
  'taken-back-already': 'this merge was taken back already',
  'joined-since': 'the record that stayed has itself gone up in another since: take that merge back first',
  'opening-gone': 'the number that this merge withdrew was erased: use --file to say what goes',
} as const;
