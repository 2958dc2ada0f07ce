import { compilePolicyFolder, readPolicyFolder } from '../policy-files/load.ts';
import { type MutantResult, mutate } from '../policy-files/mutate.ts';
import {
  coloursFor,
  exitCodes,
  placeLine,
  printJson,
  printLines,
  printLoadErrors,
  progress,
  textTable,
} from './terminal.ts';

/** `policy mutate`: exit code 0 when every mistake is found, 1 when one survives or a case does not hold. */
export function policyMutate(dir: string, options: { readonly json: boolean }): void {
  const folder = readPolicyFolder(dir);
  const loaded = compilePolicyFolder(folder);
  if (!loaded.ok) {
    printLoadErrors(loaded.errors, options.json);
    return;
  }
  const shown = progress('mutants');
  const { results, errors } = mutate(loaded.set, folder, shown.tick);
  shown.done();
  const survivors = results.filter(({ outcome }) => outcome.by === 'nothing');
  const ok = survivors.length === 0 && errors.length === 0;
  process.exitCode = ok ? exitCodes.fine : exitCodes.wrong;
  if (options.json) {
    printJson({ ok, set: loaded.set.digest, mutants: results.length, counts: counts(results), errors, results });
    return;
  }
  const colours = coloursFor(process.stdout);
  printLines([
    ...survivors.map(({ operator, place, outcome }) => {
      const example = outcome.by === 'nothing' ? outcome.example : '';
      return `${placeLine(place, colours)} ${colours.faint(`[${operator}]`)} survives ${example}`;
    }),
    ...errors.map((error) => placeLine(error, colours)),
    ...textTable(
      ['operator', 'mutants', 'load', 'case', 'equivalent', 'survive'],
      counts(results).map((row) => [row.operator, row.mutants, row.load, row.case, row.equivalent, row.nothing]),
    ),
    '',
    ok
      ? colours.good(`fine: each of ${results.length} mistakes is found, or makes no difference`)
      : colours.bad(
          `${survivors.length} of ${results.length} mistakes would not be noticed, ${errors.length} cases do not hold`,
        ),
  ]);
}

/** By operator, in the order in which they first came, and all together. */
function counts(results: readonly MutantResult[]) {
  const row = (operator: string, some: readonly MutantResult[]) => {
    const by = (outcome: string): number => some.filter((one) => one.outcome.by === outcome).length;
    return {
      operator,
      mutants: some.length,
      load: by('load'),
      case: by('case'),
      equivalent: by('equivalent'),
      nothing: by('nothing'),
    };
  };
  const operators = [...Map.groupBy(results, ({ operator }) => operator)];
  return [...operators.map(([operator, some]) => row(operator, some)), row('all', results)];
}
