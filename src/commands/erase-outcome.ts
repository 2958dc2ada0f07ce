import type { ErasureOutcome, ErasureRefusal } from '../core/erasure/ports.ts';
import type { Result } from '../core/result.ts';
import { exitCodes, printJson, printLines } from './terminal.ts';

/** Says what was erased or would be, or why not and until when; the exit code with it. Never a value. */
export function tellErasure(
  outcome: Result<ErasureOutcome, ErasureRefusal>,
  { json, dryRun }: { readonly json: boolean; readonly dryRun: boolean },
  carriedOut = true,
): void {
  if (!outcome.ok) {
    for (const line of refusalLines(outcome.refusal)) process.stderr.write(`sluis: ${line}\n`);
    if (json) printJson({ done: false, ...outcome.refusal });
    process.exitCode = exitCodes.wrong;
    return;
  }
  const { id, openings, entries, unreadable } = outcome.value;
  if (!carriedOut) {
    process.stderr.write(
      'sluis: it is on record and cannot be taken back, but not done: a database is away. The gateway finishes it by itself,\n' +
        'sluis: within a minute after it is back; `sluis erase list` shows when it is done, `sluis erase reapply` does it at once\n',
    );
    process.exitCode = exitCodes.underWay;
  }
  if (unreadable.length > 0) {
    process.stderr.write(
      `sluis: ${unreadable.length} opening${unreadable.length === 1 ? '' : 's'} about nobody could not be read, and may name this person; of the entries:\n` +
        `${unreadable.map((entry) => `  ${entry}\n`).join('')}` +
        'sluis: `sluis erase value --entry ID --name reference` erases one once no act keeps it\n',
    );
  }
  if (json) {
    printJson({ done: !dryRun && carriedOut, ...outcome.value });
    return;
  }
  printLines([
    dryRun ? 'nothing was erased; this would go:' : `${carriedOut ? 'erased' : 'ordered, not done yet'}: ${id}`,
    `personal values: ${openings}, of ${entries} entries, which stay with their hashes`,
  ]);
}

export function refusalLines(refusal: ErasureRefusal): readonly string[] {
  switch (refusal.kind) {
    case 'unknown-person':
      return ['standard input, line 1: the gateway knows no such person'];
    case 'unknown-opening':
      return ['no entry on record has this id and keeps a value of this name'];
    case 'erased-already':
      return ['this value was erased already'];
    case 'being-erased':
      return ['this person is being erased already: `sluis erase reapply` carries out what is ordered'];
    case 'held':
      return [`a legal hold keeps it: ${refusal.holds.join(', ')}; \`sluis legal-hold lift\` ends it`];
    case 'kept-by-law':
      return [
        refusal.earliest === null
          ? 'the policy set in force does not say how long every entry is kept, so that nothing may go'
          : `an act keeps entries of this person or value: at the earliest it may go on ${refusal.earliest.slice(0, 10)}`,
        ...refusal.kept.map(({ kind, entries, until, law }) => {
          const act = law === null ? 'not in the policy set' : `${law.act} ${law.article}`;
          return `  ${kind}: ${entries}, until ${until?.slice(0, 10) ?? 'nobody can say'} (${act})`;
        }),
      ];
  }
}
