#!/usr/bin/env node
import './node-version.mjs';
import { Command, Option } from 'commander';
import type { PeriodOptions } from './commands/decision-source.ts';
import { eraseCommands, legalHoldCommands } from './commands/erase-commands.ts';
import { fail } from './commands/fail.ts';
import { keyCommands } from './commands/key-commands.ts';
import { ledgerCommands } from './commands/ledger-commands.ts';
import { partnerCommands } from './commands/partner-commands.ts';
import type { ExplainOptions } from './commands/policy-explain.ts';
import type { ImpactOptions } from './commands/policy-impact.ts';
import type { MatrixOptions, WhoOptions } from './commands/policy-matrix.ts';
import { policySetCommands } from './commands/policy-set-commands.ts';
import { receiptCommands } from './commands/receipt-commands.ts';
import { sourceCommands } from './commands/source-commands.ts';
import { subjectCommands } from './commands/subject-commands.ts';
import { witnessCommands } from './commands/witness-commands.ts';

// Each command is loaded when it is asked for, so that `--help` and errors do not wait for the whole house.
// Whoever reads our output may stop reading, as `head` does.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));

const program = new Command('sluis')
  .description('Privacy-aware data-sharing gateway for the Dutch justice and care chain')
  .helpCommand(true)
  .showHelpAfterError('(sluis --help lists the commands)')
  .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2));

program
  .command('serve')
  .description('run a gateway; settings come from the environment, see docs/configuration.md')
  .action(async () => {
    const { readConfig } = await import('./config.ts');
    const config = readConfig(process.env);
    const { serve } = await import('./commands/serve.ts');
    const { startGateway } = await import('./wire.ts');
    await serve(startGateway, config);
  });

program
  .command('demo')
  .description('play the Zwolle story with real processes on loopback, and stay up')
  .option('--once', 'end after the story; exit code 0 only if every step turned out as told', false)
  .action(async (options: { once: boolean }) => {
    const { runDemo } = await import('./demo/run-demo.ts');
    await runDemo(options);
  });

program
  .command('migrate')
  .description('prepare the database: schema, logins, privileges')
  .action(async () => {
    const { withDatabase } = await import('./commands/with-database.ts');
    await withDatabase('owner', async () => undefined);
    process.stdout.write('the database is ready\n');
  });

const language = () => new Option('--language <tag>').choices(['nl', 'en']).default('nl');
const policy = program.command('policy').description('for authors of policies');
policy
  .command('check')
  .description('load every policy, look for what its text shows to be wrong, and list what a jurist must settle')
  .argument('[dir]', 'folder with the policies', 'policies')
  .option('--json', 'the report as JSON', false)
  .action(async (dir: string, options: { json: boolean }) =>
    (await import('./commands/policy-check.ts')).policyCheck(dir, options),
  );
policy
  .command('test')
  .description('play every case, and say which rules, conditions and reasons no case shows')
  .argument('[dir]', 'folder with the policies', 'policies')
  .option('--json', 'the report as JSON', false)
  .action(async (dir: string, options: { json: boolean }) =>
    (await import('./commands/policy-test.ts')).policyTest(dir, options),
  );

policy
  .command('mutate')
  .description('make every small mistake of the list in docs/mutation.md, and say which of them nothing would notice')
  .argument('[dir]', 'folder with the policies', 'policies')
  .option('--json', 'the report as JSON', false)
  .action(async (dir: string, options: { json: boolean }) =>
    (await import('./commands/policy-mutate.ts')).policyMutate(dir, options),
  );
policy
  .command('diff')
  .description('whether NEW grants anything that OLD does not; exit code 0 if not, 1 if so')
  .argument('<old>', 'folder with policies')
  .argument('<new>', 'folder with policies')
  .option('--json', 'the report as JSON', false)
  .action(async (before: string, after: string, options: { json: boolean }) =>
    (await import('./commands/policy-diff.ts')).policyDiff(before, after, options),
  );
policy
  .command('impact')
  .description('what NEW would permit and refuse otherwise than OLD; exit code 0 if nothing more is permitted, 1 if so')
  .argument('<old>', 'folder with policies')
  .argument('<new>', 'folder with policies')
  .option('--history [file]', 'replay the decisions on record, or those of a file by `policy history export`')
  .option('--from <time>', 'decisions from then on, with an offset')
  .option('--to <time>', 'decisions before then')
  .option('--json', 'the report as JSON', false)
  .action(async (before: string, after: string, options: ImpactOptions) =>
    (await import('./commands/policy-impact.ts')).policyImpact(before, after, options),
  );
policy
  .command('history')
  .description('the decisions on record, for replaying')
  .command('export')
  .argument('<file>', 'a new file, for its owner alone')
  .option('--from <time>', 'decisions from then on, with an offset')
  .option('--to <time>', 'decisions before then')
  .action(async (file: string, options: PeriodOptions) =>
    (await import('./commands/policy-history.ts')).policyHistoryExport(file, options),
  );
policy
  .command('explain')
  .description('decide a request from a file, and tell it to the partner, the officer and the person')
  .argument('<file>', 'a request, or with --case a file of cases; YAML or JSON')
  .option('--case <name>', 'the case to explain')
  .addOption(new Option('--for <reader>', 'one reader only').choices(['partner', 'officer', 'detainee']))
  .addOption(language())
  .option('--policies <dir>', 'folder with the policies', 'policies')
  .option('--json', 'the texts as JSON', false)
  .action(async (file: string, options: ExplainOptions) =>
    (await import('./commands/policy-explain.ts')).policyExplain(file, options),
  );
policy
  .command('matrix')
  .description('everything the policies permit, by purpose and kinds of partners')
  .option('--field <field>')
  .option('--kind <kind>', 'as source or as recipient')
  .option('--purpose <purpose>')
  .addOption(new Option('--format <format>').choices(['text', 'json', 'html']).default('text'))
  .option('--json', 'the same as --format json', false)
  .addOption(language())
  .option('--policies <dir>', 'folder with the policies', 'policies')
  .action(async ({ json, ...options }: MatrixOptions & { readonly json: boolean }) =>
    (await import('./commands/policy-matrix.ts')).policyMatrix(json ? { ...options, format: 'json' } : options),
  );
policy
  .command('who-can-see')
  .description('every kind of partner that may get a field, from whom, why, and on which conditions')
  .argument('<field>')
  .addOption(language())
  .option('--policies <dir>', 'folder with the policies', 'policies')
  .option('--json', 'as JSON', false)
  .action(async (field: string, options: WhoOptions) =>
    (await import('./commands/policy-matrix.ts')).policyWhoCanSee(field, options),
  );

policySetCommands(policy);
keyCommands(program);

ledgerCommands(program.command('ledger').description('the record of every decision and disclosure'));

partnerCommands(program.command('partner').description('organisations and their units, and who let them in'));

sourceCommands(program.command('source').description('the systems of partners, and whether they can be asked'));

subjectCommands(program.command('subject').description('who somebody is, where that turned out otherwise'));

eraseCommands(program.command('erase').description('what must be forgotten, on record'));
legalHoldCommands(program.command('legal-hold').description('what must stay, whatever its period'));

receiptCommands(program.command('receipt').description('check a receipt without the gateway; see docs/receipts.md'));
witnessCommands(program);

const code = program.command('login-code').description('a code for the pages, valid for a day');
code
  .command('officer')
  .description('register a privacy officer and print a code')
  .requiredOption('--name <name>')
  .option('--unit <unit>', 'the unit whose officer it is; without it, an officer of the gateway')
  .option('--sees-users', 'may see who at a partner asked or approved, and each look is on record', false)
  .action(async (options: { name: string; unit?: string; seesUsers: boolean }) =>
    (await import('./commands/login-code.ts')).officerCode(options.name, options.unit, options.seesUsers),
  );
code
  .command('staff')
  .description('register somebody who decides for a unit at the pages and print a code')
  .requiredOption('--unit <unit>', 'the unit, whose partners file says staff: true')
  .requiredOption('--number <number>', 'by which the unit knows them, as in the tokens of its systems')
  .requiredOption('--role <role>', 'as the tokens of its systems say it; a policy that names roles takes no other')
  .requiredOption('--name <name>')
  .action(async (options: { unit: string; number: string; role: string; name: string }) =>
    (await import('./commands/login-code.ts')).staffCode(options),
  );
code
  .command('subject')
  .description('print a code for the person whose BSN comes on standard input')
  .action(async () => (await import('./commands/login-code.ts')).subjectCode());

code
  .command('representative')
  .description('a code for who decides for the person whose BSN comes on standard input; it goes on record')
  .requiredOption('--name <name>', 'who represents the person')
  .requiredOption('--ground <ground>', 'on which ground: a decision of the court, parental authority')
  .action(async (options: { name: string; ground: string }) =>
    (await import('./commands/representative-code.ts')).representativeCode(options),
  );

program
  .command('openapi')
  .description('print the API description, or write it to openapi/')
  .option('--write', 'write openapi/sluis.openapi.json', false)
  .action(async (options: { write: boolean }) => (await import('./commands/openapi.ts')).openapi(options));

try {
  await program.parseAsync();
} catch (error) {
  fail(error);
}
