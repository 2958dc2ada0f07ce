import type { Command } from 'commander';

const keyFiles = `
FILE with keys: a JWK set as /.well-known/jwks.json has it, keys.json of an export, or lines
with verifier keys (name+id+key).
FILE with witnesses: as SLUIS_WITNESSES names it, see docs/receipts.md.`;

/** `sluis receipt verify|page`: what somebody holds in hand, checked without the gateway. */
export function receiptCommands(receipt: Command): void {
  receipt
    .command('verify')
    .description('check a receipt offline, with public keys alone; exit code 1 if it proves nothing')
    .argument('<file>', 'a receipt of version 1 or 2, also compressed with gzip; - for standard input')
    .requiredOption('--keys <file>', 'public keys of the gateway; may be given more than once', collected)
    .option('--witnesses <file>', 'who must have cosigned, and how many of them')
    .option('--json', 'the outcome as JSON', false)
    .addHelpText(
      'after',
      `${keyFiles}\nExit codes: 0 it proves the entry, 1 it proves nothing, 2 not understood or not possible.`,
    )
    .action(async (file, options) => (await import('./receipt-verify.ts')).receiptVerify(file, options));
  receipt
    .command('page')
    .description('write the page on which anybody can check a receipt without a network')
    .requiredOption('--out <file>', 'where to write it; - for standard output')
    .option(
      '--keys <file>',
      'public keys; may be given more than once; without it those of the database',
      collected,
      [],
    )
    .option('--policies <dir>', 'folder with the policies, for what purposes and fields are called', 'policies')
    .option('--witnesses <file>', 'without it those of SLUIS_WITNESSES, where there are any')
    .option('--json', 'the outcome as JSON', false)
    .addHelpText('after', keyFiles)
    .action(async (options) => (await import('./receipt-page.ts')).receiptPageFile(options));
}

function collected(file: string, before: readonly string[] = []): readonly string[] {
  return [...before, file];
}
