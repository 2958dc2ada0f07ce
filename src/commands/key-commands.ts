import { Argument, type Command } from 'commander';
import { keyUses } from '../crypto/key-uses.ts';

const use = () => new Argument('<use>', 'what the key is for').choices(keyUses);

/** `sluis keys generate|list|rotate|rewrite|retire|test`: the gateway's own keys. None of them prints a key. */
export function keyCommands(program: Command): void {
  const keys = program.command('keys').description("the gateway's own keys; none of these commands prints one");
  keys
    .command('generate')
    .description('make the keys of a gateway that has none; needs no database')
    .option('--in-token', 'in the PKCS#11 token of the settings, where they can be used and not be read', false)
    .option('--json', 'the outcome as JSON', false)
    .action(async (options) => (await import('./keys-generate.ts')).keysGenerate(options));
  keys
    .command('list')
    .description('which keys there are: for what, since when, current, coming or in overlap')
    .option('--retired', 'those that are retired too', false)
    .option('--json', 'as JSON', false)
    .action(async (options) => (await import('./keys-list.ts')).keysList(options));
  keys
    .command('rotate')
    .description('put a new key in the place of the current one, which stays in overlap; no gateway stops for it')
    .addArgument(use())
    .option('--in-token', 'make the new key in the PKCS#11 token of the settings', false)
    .option('--json', 'the outcome as JSON', false)
    .action(async (name, options) => (await import('./keys-rotate.ts')).keysRotate(name, options));
  keys
    .command('rewrite')
    .description('write what is stored under older keys under the current one; exit code 1 if something remains')
    .addArgument(use())
    .option('--json', 'the outcome as JSON', false)
    .action(async (name, options) => (await import('./keys-rewrite.ts')).keysRewrite(name, options));
  keys
    .command('retire')
    .description('end the overlap: older keys are not used any more; exit code 1 while something rests on them')
    .addArgument(use())
    .option('--json', 'the outcome as JSON', false)
    .action(async (name, options) => (await import('./keys-retire.ts')).keysRetire(name, options));
  keys
    .command('test')
    .description('use every key once: sign, encrypt, look up, and check against what is published')
    .option('--json', 'the outcome as JSON', false)
    .action(async (options) => (await import('./keys-test.ts')).keysTest(options));
}
