import type { Command } from 'commander';

const person = `
The invented person comes on standard input, in one line and never as an argument:
  bsn NUMBER | skn NUMBER | case UNIT REFERENCE
A citizen service number must begin with 9, as those do that are kept for tests.
Exit codes: 0 nothing is wrong, 1 the source or its connector is, 2 not understood or not possible.`;

/** `sluis source list|check`: how the systems of partners are asked, and whether that works. */
export function sourceCommands(source: Command): void {
  source
    .command('list')
    .description('every source, how its connector asks it, and when it last fell silent')
    .option('--json', 'as JSON', false)
    .action(async (options: { json: boolean }) => (await import('./source-list.ts')).sourceList(options));
  source
    .command('check')
    .description('ask a source about an invented person, and say which fields map; shows no value')
    .argument('<unit>')
    .requiredOption('--by <name>', 'who tries it; goes on record')
    .requiredOption('--ground <text>', 'why; goes on record')
    .option('--json', 'as JSON', false)
    .addHelpText('after', person)
    .action(async (unit: string, options: { by: string; ground: string; json: boolean }) =>
      (await import('./source-check.ts')).sourceCheck(unit, options),
    );
}
