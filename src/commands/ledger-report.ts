import type { Checked } from '../core/ledger/verify/findings.ts';
import type { LedgerReport } from '../core/ledger/verify/verify-ledger.ts';
import type { Colours } from './terminal.ts';

/** What a count in a report counts. */
const checkedWords: Readonly<Partial<Record<keyof Checked, string>>> = {
  flushSignatures: 'signatures of flushes',
  tiles: 'tiles of the tree',
  openings: 'openings, by their digests',
  links: 'links between entries',
  heartbeats: 'heartbeats',
  voids: 'numbers that were signed and not written',
  erasedLeaves: 'leaves that are gone, against what says that they were erased',
  erasedOpenings: 'openings that are gone, against what says that they were erased',
  marks: 'high-water marks',
  receipts: 'receipts',
  cosignatures: 'cosignatures of witnesses',
  timestamps: 'timestamps',
  policySets: 'policy sets, by the digest of their files',
  keys: 'keys',
};

/** The report for people: what was checked and what was not, what is wrong and where, and the verdict last. */
export function reportLines(report: LedgerReport, { strong, faint, good, bad, warn }: Colours): readonly string[] {
  const { checked, notChecked, problems, notes, problemCount, noteCount } = report;
  const counted = Object.entries(checked).filter(([what, count]) => count > 0 && Object.hasOwn(checkedWords, what));
  return [
    strong('Checked'),
    `  ${report.entries} entries in ${report.flushes} flushes of ${report.instances} instances`,
    `  ${report.treeSize} leaves in the tree, ${report.pending} entries waiting for it`,
    `  ${report.checkpoints} checkpoints, the largest good one over ${report.checkpointSize ?? 0} leaves`,
    ...(report.witnessedSize === null ? [] : [`  enough witnesses saw the first ${report.witnessedSize} leaves`]),
    ...counted.map(([what, count]) => `  ${count} ${checkedWords[what as keyof Checked]}`),
    ...(notChecked.length === 0 ? [] : [strong('Not checked')]),
    ...notChecked.map(({ what, why }) => `  ${what}: ${faint(why)}`),
    ...problems.map(({ code, where }) => `${bad('WRONG')} ${code} at ${where}`),
    ...rest(problemCount, problems.length),
    ...notes.map(({ code, where }) => `${warn('note')} ${code} at ${where}`),
    ...rest(noteCount, notes.length),
    problemCount === 0 ? good('the ledger is whole') : bad(`the ledger is NOT whole: ${problemCount} problems`),
  ];
}

function rest(count: number, shown: number): readonly string[] {
  return count > shown ? [`… and ${count - shown} more`] : [];
}
