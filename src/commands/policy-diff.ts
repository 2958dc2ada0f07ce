import { type Difference, diffSets } from '../core/policy/diff-sets.ts';
import { loadBothPolicies } from './load-policies.ts';
import { coloursFor, exitCodes, printJson, printLines, progress } from './terminal.ts';

/** `policy diff OLD NEW`: exit code 0 when NEW grants nothing more, 1 when it does or one of them does not load. */
export function policyDiff(oldDir: string, newDir: string, options: { readonly json: boolean }): void {
  const sets = loadBothPolicies(oldDir, newDir, options.json);
  if (sets === null) return;
  const [before, after] = sets;
  const shown = progress('pairs of kinds');
  const diff = diffSets(before, after, shown.tick);
  shown.done();
  const { more, less, lighter, wider, words, uncompared } = diff;
  const isMore = more.length + lighter.length + wider.length + words.length + uncompared.length > 0;
  process.exitCode = isMore ? exitCodes.wrong : exitCodes.fine;
  if (options.json) {
    printJson({ ok: !isMore, old: before.digest, new: after.digest, ...diff });
    return;
  }
  const colours = coloursFor(process.stdout);
  printLines([
    ...more.flatMap((one) => differenceLines(colours.bad('+'), one)),
    ...less.flatMap((one) => differenceLines(colours.good('-'), one)),
    ...lighter.flatMap((one) => [
      ...differenceLines(colours.warn('~'), one),
      ...one.what.map((what) => `    lighter ${what}`),
    ]),
    ...wider.map(
      ({ purpose, source, recipient, rule, obtained }) =>
        `${colours.bad('+')} ${purpose} ${source} → ${recipient} (${rule}): data obtained for ${obtained.join(', ')}`,
    ),
    ...words.map(({ word, what }) => `${colours.bad('+')} ${word} ${what}`),
    ...uncompared.map(
      ({ purpose, source, recipient, fields }) =>
        `${colours.bad('?')} ${purpose} ${source} → ${recipient}: too many conditions to compare ${fields.join(', ')}`,
    ),
    `${more.length} more granted, ${less.length} no longer granted, ${lighter.length} with lighter obligations, ${wider.length} with wider provenance, ${words.length} wider words`,
    isMore ? colours.bad('NEW grants more than OLD') : colours.good('NEW grants nothing that OLD does not'),
  ]);
}

function differenceLines(sign: string, one: Difference): string[] {
  const { purpose, source, recipient, trigger, field, rules, example } = one;
  return [`${sign} ${purpose} ${trigger} ${source} → ${recipient} ${field} (${rules.join(', ')})`, `    ${example}`];
}
