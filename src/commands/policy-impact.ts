import { ConfigError } from '../config.ts';
import { type Difference, diffSets } from '../core/policy/diff-sets.ts';
import type { PolicySet } from '../core/policy/policy-set.ts';
import { type Changed, Replay, type Replayed } from '../core/policy/replay.ts';
import { eachDecision, type PeriodOptions } from './decision-source.ts';
import { loadBothPolicies } from './load-policies.ts';
import { type Colours, coloursFor, exitCodes, printJson, printLines, progress, textTable } from './terminal.ts';

export interface ImpactOptions extends PeriodOptions {
  /** A history file; true: the ledger. Left out: no history, but every question that can be told apart. */
  readonly history?: string | true;
  readonly json: boolean;
}

/**
 * `policy impact OLD NEW [--history [FILE]]`: exit code 0 when nothing that was refused would be
 * permitted, 1 when something would, when that cannot be told, or when a set does not load, 2 when it
 * could not be done.
 */
export async function policyImpact(oldDir: string, newDir: string, options: ImpactOptions): Promise<void> {
  const { history } = options;
  if (history === undefined && (options.from !== undefined || options.to !== undefined))
    throw new ConfigError(['--from and --to are for --history']);
  const sets = loadBothPolicies(oldDir, newDir, options.json);
  if (sets === null) return;
  const [before, after] = sets;
  if (history === undefined) {
    showStatic(before, after, options.json);
    return;
  }
  const replay = new Replay(before, after);
  await eachDecision(history === true ? null : history, options, (items) => {
    for (const item of items) replay.add(item);
  });
  const report = replay.report();
  if (report.decisions === 0) throw new ConfigError([nothingReplayed(history, report)]);
  showReplayed(before, after, report, options.json);
}

interface Sum {
  readonly recipient: string;
  readonly field: string;
  /** Ways: purpose, kind of source and trigger. */
  readonly ways: number;
  readonly example: string;
}

function showStatic(before: PolicySet, after: PolicySet, json: boolean): void {
  const shown = progress('pairs of kinds');
  const { more, less, lighter, wider, words, uncompared } = diffSets(before, after, shown.tick);
  shown.done();
  const ok = more.length + words.length + uncompared.length === 0;
  process.exitCode = ok ? exitCodes.fine : exitCodes.wrong;
  const [permits, refusals] = [sums(more), sums(less)];
  if (json) {
    const others = { lighter: lighter.length, wider: wider.length, words: words.length, uncompared: uncompared.length };
    printJson({ ok, old: before.digest, new: after.digest, permits, refusals, ...others });
    return;
  }
  const colours = coloursFor(process.stdout);
  const rows = (some: readonly Sum[]) =>
    some.map(({ recipient, field, ways, example }) => [recipient, field, ways, example]);
  const header = ['recipient', 'field', 'ways', 'for example'];
  printLines([
    ...table(colours.bad('refused → permitted'), header, rows(permits)),
    ...table(colours.good('permitted → refused'), header, rows(refusals)),
    `${lighter.length} with lighter obligations, ${wider.length} with wider provenance, ${words.length} wider words of the catalogue: policy diff shows them`,
    ...(uncompared.length === 0 ? [] : [colours.bad(`${uncompared.length} have too many conditions to compare`)]),
    ok
      ? colours.good('nothing that was refused would be permitted')
      : colours.bad('more would be permitted, or it cannot be told'),
  ]);
}

function sums(differences: readonly Difference[]): readonly Sum[] {
  const groups = Map.groupBy(differences, ({ recipient, field }) => `${recipient} ${field}`);
  return [...groups.values()]
    .flatMap(([first, ...rest]) =>
      first === undefined
        ? []
        : [{ recipient: first.recipient, field: first.field, ways: rest.length + 1, example: first.example }],
    )
    .sort((a, b) => b.ways - a.ways);
}

/** Where nothing was replayed nothing was tried: that may not read as an answer. */
function nothingReplayed(history: string | true, { lost }: Replayed): string {
  const where = history === true ? 'the ledger' : history;
  const gone = lost.erased + lost.unit + lost.trigger;
  return gone === 0
    ? `${where}: holds no decision of this period, so nothing was replayed and nothing can be told`
    : `${where}: none of ${gone} decisions could be replayed, since they were erased or a unit or request is gone`;
}

function showReplayed(before: PolicySet, after: PolicySet, report: Replayed, json: boolean): void {
  const ok = report.toPermit + report.mayPermit === 0;
  process.exitCode = ok ? exitCodes.fine : exitCodes.wrong;
  if (json) {
    printJson({ ok, old: before.digest, new: after.digest, ...report });
    return;
  }
  const colours = coloursFor(process.stdout);
  const header = ['recipient', 'field', 'decisions', 'not recorded', 'for example'];
  const rows = (some: readonly Changed[]) =>
    some.map(({ recipient, field, decisions, unrecorded, example }) => [
      recipient,
      field,
      decisions,
      unrecorded,
      example,
    ]);
  const missed = report.unrecorded.map(({ condition, decisions, example }) => [condition, decisions, example]);
  printLines([
    ...table(colours.bad('refused → permitted'), header, rows(report.permits)),
    ...table(colours.bad('refused → perhaps permitted: what decides was not recorded'), header, rows(report.perhaps)),
    ...table(colours.good('permitted → refused'), header, rows(report.refusals)),
    ...table(colours.warn('not recorded, and so unknown'), ['condition', 'decisions', 'for example'], missed),
    ...totals(report, colours),
    ok
      ? colours.good('nothing that was refused would be permitted')
      : colours.bad('more would be permitted, or it cannot be told'),
  ]);
}

function totals(report: Replayed, colours: Colours): string[] {
  const { decisions, toPermit, mayPermit, toRefusal, unchanged, lost, underOtherSet, notReproduced } = report;
  return [
    `${decisions} decisions replayed: ${toPermit} with more permitted, ${mayPermit} perhaps, ${toRefusal} with less, ${unchanged} unchanged`,
    `${lost.erased} not replayed since they were erased, ${lost.unit} since a unit is gone, ${lost.trigger} since the request is gone`,
    ...(underOtherSet === 0
      ? []
      : [`${underOtherSet} were decided under another set than OLD: compared with what OLD would have said`]),
    ...(notReproduced === 0
      ? []
      : [colours.bad(`${notReproduced} were decided under OLD, but OLD does not say what is on record`)]),
  ];
}

function table(title: string, header: readonly string[], rows: readonly (readonly (string | number)[])[]): string[] {
  return rows.length === 0 ? [] : [title, ...textTable(header, rows), ''];
}
