import { type Command, Option } from 'commander';
import { numberSchemes } from '../core/subject/subject-change.ts';

const people = `
People are named on standard input, one a line and never as arguments:
  bsn NUMBER | skn NUMBER | pseudonym UNIT UUID | case UNIT REFERENCE
Exit codes: 0 done, 1 refused and nothing changed, 2 not understood or not possible.`;

const load = () => import('./subject-change.ts');

/** `sluis subject correct|merge|split|show`: who somebody is, where that turned out otherwise. */
export function subjectCommands(subject: Command): void {
  changing(subject.command('correct'))
    .description('give a person (line 1) the right number (line 2)')
    .action(async (options) => (await load()).subjectCorrect(options));
  changing(subject.command('merge'))
    .description('let the record of one person (line 1) go up in that of another (line 2): they are one')
    .addOption(
      new Option('--withdraw <scheme...>', 'numbers of line 1 that are wrong and find nobody any more')
        .choices([...numberSchemes])
        .default([]),
    )
    .action(async (options) => (await load()).subjectMerge(options));
  changing(subject.command('split'))
    .description('take apart what was one record (line 1): by a file, or taking a merge back (no lines)')
    .option(
      '--file <file>',
      'YAML or JSON: facts, consents, requests, notices, claims, pseudonyms, caseReferences, numbers',
    )
    .option('--take-back <id>', 'the id that `subject merge` printed')
    .action(async (options) => (await load()).subjectSplit(options));
  onRecord(subject.command('show'))
    .description('the ids of what hangs on a person (line 1), for the file of `split`, as JSON')
    .option('--json', 'JSON is what it prints anyway', false)
    .action(async (options) => (await load()).subjectShow(options));
}

function onRecord(command: Command): Command {
  return command
    .requiredOption('--by <name>', 'who asks for it; goes on record')
    .requiredOption('--ground <text>', 'why; goes on record')
    .addHelpText('after', people);
}

function changing(command: Command): Command {
  return onRecord(command)
    .option('--dry-run', 'change nothing; say in numbers what would', false)
    .option('--json', 'the outcome as JSON', false);
}
