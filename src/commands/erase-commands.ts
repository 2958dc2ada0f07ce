import type { Command } from 'commander';

const people = `
The person is named on standard input, on one line, and never as an argument:
  bsn NUMBER | skn NUMBER | pseudonym UNIT UUID | case UNIT REFERENCE
Who asks and why go on record: do not name the person in them.
Exit codes: 0 done, 1 refused and nothing changed, 2 not understood or not possible, 3 on record and not done yet: the
gateway finishes it by itself.`;

const load = () => import('./erase.ts');

/** `sluis erase …`: what must be forgotten, on record. */
export function eraseCommands(erase: Command): void {
  onRecord(erase.command('subject'))
    .description('everything about a person (line 1): openings, key, and every row; the entries keep their hashes')
    .option('--dry-run', 'erase nothing; say in numbers what would go', false)
    .option('--json', 'the outcome as JSON', false)
    .addHelpText('after', people)
    .action(async (options) => (await load()).eraseSubjectCommand(options));
  onRecord(erase.command('value'))
    .description('one personal value of one entry')
    .requiredOption('--entry <id>', 'the entry')
    .requiredOption('--name <name>', 'of its value: justification, ground, …')
    .option('--dry-run', 'erase nothing; say whether it would go', false)
    .option('--json', 'the outcome as JSON', false)
    .action(async (options) => (await load()).eraseValueCommand(options));
  erase
    .command('list')
    .description('what was erased, and what is ordered and not done yet')
    .option('--json', 'as JSON, to be kept beside the backups for `reapply`', false)
    .action(async (options) => (await load()).eraseList(options));
  onRecord(erase.command('reapply'))
    .description('after a restored backup: erase again whatever was erased before and is there again')
    .option('--file <file>', 'what `erase list --json` printed, later than the backup')
    .option('--json', 'the outcome as JSON', false)
    .action(async (options) => (await load()).eraseReapply(options));
}

/** `sluis legal-hold …`: what must stay, whatever its period. */
export function legalHoldCommands(hold: Command): void {
  const loadHolds = () => import('./legal-hold.ts');
  onRecord(hold.command('place'))
    .description('keep everything about a person (line 1), whatever its period and whoever asks to erase it')
    .option('--json', 'the outcome as JSON', false)
    .addHelpText('after', people)
    .action(async (options) => (await loadHolds()).legalHoldPlace(options));
  onRecord(hold.command('lift'))
    .description('let periods and requests to erase count again')
    .requiredOption('--hold <id>', 'as `legal-hold place` printed it')
    .option('--json', 'the outcome as JSON', false)
    .action(async (options) => (await loadHolds()).legalHoldLift(options));
  hold
    .command('list')
    .description('every hold: who placed it, why and when; never on whom')
    .option('--json', 'as JSON', false)
    .action(async (options) => (await loadHolds()).legalHoldList(options));
}

function onRecord(command: Command): Command {
  return command
    .requiredOption('--by <name>', 'who asks for it; goes on record')
    .requiredOption('--ground <text>', 'why; goes on record');
}
