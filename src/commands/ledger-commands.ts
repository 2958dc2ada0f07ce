import type { Command } from 'commander';

const verifyHelp = `
Without DIR, or with --live, the ledger is read from the database of the settings. FILE with keys: a JWK set as
/.well-known/jwks.json has it, lines with verifier keys (name+id+key), or keys.json of an export that you trust.
What was checked, and what was not, is said each time; docs/ledger.md says what each code means.
Exit codes: 0 the ledger is whole, 1 there are problems, 2 not understood or not readable.`;

/** `sluis ledger export|verify`: the record of every decision and disclosure, for whoever checks it. */
export function ledgerCommands(ledger: Command): void {
  ledger
    .command('export')
    .description('write what anybody needs to verify the ledger, without personal data; run again to add what is new')
    .argument('<dir>', 'a new or empty folder, or an earlier export')
    .option('--since <checkpoint>', 'only entries that a checkpoint (file) or size does not cover')
    .option('--json', 'the outcome as JSON', false)
    .action(async (dir, options) => (await import('./ledger-export.ts')).ledgerExport(dir, options));
  ledger
    .command('verify')
    .description('recompute everything and say what was checked; exit code 1 if anything is wrong')
    .argument('[dir]', 'an export; without it the database')
    .option('--live', 'the database of the settings', false)
    .option('--since <checkpoint>', 'only what a checkpoint (file) or size does not cover, and that it continues it')
    .option('--keys <file>', 'public keys to trust; may be given more than once', collected, [])
    .option(
      '--checkpoint <file>',
      'a checkpoint that was published earlier; may be given more than once',
      collected,
      [],
    )
    .option(
      '--receipt <file>',
      'a receipt that must stand in this ledger, compressed or not, or a folder of them; may be given more than once',
      collected,
      [],
    )
    .option('--mark <file>', 'a high-water mark, or a folder of them; may be given more than once', collected, [])
    .option('--witnesses <file>', 'who must have cosigned, and how many of them')
    .option('--tsa-ca <file>', 'PEM certificates of authorities that may date checkpoints')
    .option('--no-signatures', 'leave out the signatures of flushes; those of checkpoints are always checked')
    .option('--json', 'the report as JSON', false)
    .addHelpText('after', verifyHelp)
    .action(async (dir, options) => (await import('./ledger-verify.ts')).ledgerVerify(dir ?? null, options));
}

function collected(file: string, before: readonly string[]): readonly string[] {
  return [...before, file];
}
