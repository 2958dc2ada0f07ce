import type { Command } from 'commander';

const collect = (value: string, before: readonly string[]): readonly string[] => [...before, value];

const quietly = `
Arguments show in process lists. Left out, who and why are read from standard input, a line each: first who, then why.`;

/** `sluis partner add|suspend|resume|rotate|cancel|sign|list|show`: who may come in, and by which certificates and keys. */
export function partnerCommands(partner: Command): void {
  approved(partner.command('add'))
    .description('register or change the organisations and units in a file (YAML or JSON); needs two approvals')
    .argument('<file>')
    .action(async (file: string, options) => (await import('./partner-change.ts')).partnerAdd(file, options));
  approved(partner.command('rotate'))
    .description('let certificates and keys of a unit come and go; needs two approvals')
    .argument('<unit>')
    .argument('<file>', 'YAML or JSON: thumbprints, signingKeys and encryptionKeys, each with add or drop')
    .action(async (unit: string, file: string, options) =>
      (await import('./partner-change.ts')).partnerRotate(unit, file, options),
    );
  approved(partner.command('resume'))
    .description('let a unit in that was suspended, or registered as suspended; needs two approvals')
    .argument('<unit>')
    .action(async (unit: string, options) => (await import('./partner-change.ts')).partnerResume(unit, options));
  partner
    .command('suspend')
    .description('close the door of a unit at once; needs nobody else')
    .argument('<unit>')
    .option('--by <name>', 'who closes it; goes on record')
    .option('--ground <text>', 'why; goes on record')
    .option('--json', 'the outcome as JSON', false)
    .addHelpText('after', quietly)
    .action(async (unit: string, options) => (await import('./partner-change.ts')).partnerSuspend(unit, options));
  partner
    .command('cancel')
    .description('do not carry out a planned change after all; needs nobody else')
    .argument('<change>', 'its id, as `partner list` tells it')
    .option('--by <name>', 'who cancels it; goes on record')
    .option('--ground <text>', 'why; goes on record')
    .option('--json', 'the outcome as JSON', false)
    .addHelpText('after', quietly)
    .action(async (id: string, options) => (await import('./partner-cancel.ts')).partnerCancel(id, options));
  partner
    .command('sign')
    .description('approve a proposal, offline; says what it does, and prints the approval')
    .argument('<proposal>', 'file by --propose')
    .requiredOption('--key <file>', 'your private key (JWK)')
    .requiredOption('--as <approver>', 'your name, as it is registered (`policy approver add`)')
    .option('--json', 'errors of the proposal as JSON; the approval always is', false)
    .action(async (file: string, options) => (await import('./partner-sign.ts')).partnerSign(file, options));
  partner
    .command('list')
    .description('every unit, with its state, and the changes that are planned')
    .option('--json', 'as JSON', false)
    .action(async (options: { json: boolean }) => (await import('./partner-list.ts')).partnerList(options));
  partner
    .command('show')
    .description('what is on record of a unit')
    .argument('<unit>')
    .option('--json', 'as JSON', false)
    .action(async (unit: string, options: { json: boolean }) =>
      (await import('./partner-list.ts')).partnerShow(unit, options),
    );
}

function approved(command: Command): Command {
  return command
    .option('--approval <file>', 'an approval by `partner sign`; two are needed, of different people', collect, [])
    .option('--from <time>', 'start, with an offset, as it was signed; at once if left out')
    .option('--propose <file>', 'change nothing: write what approvers read and sign')
    .option('--json', 'the outcome as JSON', false);
}
