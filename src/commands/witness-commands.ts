import type { Command } from 'commander';

const state = ['--state <dir>', 'folder with its key and what it cosigned last', 'witness'] as const;

/** `sluis witness keygen|serve|show|log`: a witness of ledgers, for whoever runs one elsewhere; only `log` is of a gateway. */
export function witnessCommands(program: Command): void {
  const witness = program
    .command('witness')
    .description('see to it from elsewhere that a ledger only grows; see docs/witness.md');
  witness
    .command('keygen')
    .description('make the key of a witness; prints what a gateway must know of it')
    .requiredOption('--name <name>', 'as it stands on cosignatures, such as witness.example.nl/w1')
    .option(...state)
    .option('--json', 'the outcome as JSON', false)
    .action(async (options) => (await import('./witness-keygen.ts')).witnessKeygen(options));
  witness
    .command('serve')
    .description('cosign what continues the ledgers of a file, and refuse forks')
    .requiredOption('--logs <file>', 'YAML with the origin and the verifier keys of each ledger')
    .option(...state)
    .option('--host <host>', 'address to listen on', '127.0.0.1')
    .option('--port <port>', 'port to listen on; 0: any that is free', '8555')
    .option('--cert <file>', 'PEM certificate; without it on loopback alone')
    .option('--key <file>', 'PEM key of the certificate')
    .option('--json', 'what happens as lines of JSON on standard output', false)
    .action(async (options) => (await import('./witness-serve.ts')).witnessServe(options));
  witness
    .command('show')
    .description('the key of a witness, what it cosigned last and what it refused')
    .option(...state)
    .option('--json', 'as JSON', false)
    .action(async (options) => (await import('./witness-show.ts')).witnessShow(options));
  witness
    .command('log')
    .description('what a witness must know of the ledger of this gateway; of the settings of a gateway')
    .option('--json', 'as JSON', false)
    .action(async (options) => (await import('./witness-log.ts')).witnessLog(options));
}
