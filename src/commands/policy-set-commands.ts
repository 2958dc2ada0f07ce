import type { Command } from 'commander';

const collect = (value: string, before: readonly string[]): readonly string[] => [...before, value];
const approvals = '--approval <file>';
const approvalsText = 'an approval by `policy sign`; two are needed, of different people';

/** `sluis policy sign|activate|rollback|accept|approver`: which policies are in force, and for whom. */
export function policySetCommands(policy: Command): void {
  policy
    .command('sign')
    .description('approve a set of policies, offline; prints the approval')
    .argument('<set>', 'folder with the policies, or the digest of a set')
    .requiredOption('--key <file>', 'your private key (JWK)')
    .requiredOption('--as <approver>', 'your name, as it is registered')
    .option('--from <time>', 'start, with an offset; at once if left out')
    .option('--previous <digest>', 'the set in force that it replaces; left out for the first')
    .option('--rollback', 'approve going back to this set instead', false)
    .option('--json', 'errors of the set as JSON; the approval always is', false)
    .action(async (set: string, options) => (await import('./policy-sign.ts')).policySign(set, options));
  policy
    .command('activate')
    .description('bring a set of policies into force; every running gateway follows')
    .argument('<dir>')
    .option(approvals, approvalsText, collect, [])
    .option('--from <time>', 'start, as it was signed')
    .option('--json', 'the outcome as JSON', false)
    .action(async (dir: string, options) => (await import('./policy-change.ts')).policyActivate(dir, options));
  policy
    .command('rollback')
    .description('withdraw the set in force; the one before it is in force again')
    .option(approvals, approvalsText, collect, [])
    .option('--planned', 'withdraw what is planned, and leave what is in force', false)
    .option('--json', 'the outcome as JSON', false)
    .action(async (options) => (await import('./policy-change.ts')).policyRollback(options));
  policy
    .command('accept')
    .description('record that a source accepts a set: it discloses under it once it is in force')
    .argument('<unit>')
    .requiredOption('--set <set>', 'digest, or the folder with the policies')
    .option('--key <file>', "the unit's private signing key (JWK)")
    .option('--signature <jws>', 'detached JWS that the unit made itself')
    .action(async (unit: string, options) => (await import('./policy-accept.ts')).policyAccept(unit, options));
  policy
    .command('decisions')
    .description('the Authorization Decision Log of a period, made from the ledger: one JSON record a line')
    .requiredOption('--from <time>', 'with an offset: 2026-11-01T00:00:00+01:00')
    .requiredOption('--to <time>', 'the first moment that is not in it')
    .action(async (options: { from: string; to: string }) =>
      (await import('./policy-decisions.ts')).policyDecisions(options),
    );
  approverCommands(policy.command('approver').description('who may approve policies'));
}

function approverCommands(approver: Command): void {
  approver
    .command('add')
    .argument('<name>')
    .requiredOption('--key <file>', 'public key (JWK)')
    .action(async (name: string, options: { key: string }) =>
      (await import('./policy-approver.ts')).approverAdd(name, options.key),
    );
  approver
    .command('revoke')
    .argument('<name>')
    .action(async (name: string) => (await import('./policy-approver.ts')).approverRevoke(name));
}
