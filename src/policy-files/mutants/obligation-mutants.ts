import { at, isRecord, listAt, type Maker, type Path, textAt } from './mutant.ts';

const seals = ['transport', 'recipient', 'end-to-end'];
const approvals = ['none', 'source-human', 'two-persons'];

/** Each obligation asks one step less. */
export function weakenedObligations(maker: Maker, path: Path): void {
  const seal = [...path, 'seal'];
  const lighter = seals[seals.indexOf(textAt(maker.content, seal) ?? '') - 1];
  if (lighter !== undefined) maker.put('seal', seal, lighter, `seal becomes "${lighter}"`);
  if (textAt(maker.content, [...path, 'destruction']) === 'confirm') {
    maker.put('destruction', [...path, 'destruction'], undefined, 'destruction need not be confirmed');
  }
  const inform = [...path, 'inform-subject'];
  if (textAt(maker.content, inform) === 'at-disclosure') {
    maker.put('inform', inform, { delayed: 'P30D', ground: 'none' }, 'the subject is told after 30 days');
  } else {
    maker.period('inform', [...inform, 'delayed']);
    maker.put('inform', inform, 'at-disclosure', 'the subject is told at once');
  }
}

/** One person less approves, or one whose role does not matter. */
export function approvalMutants(maker: Maker, path: Path): void {
  const approval = at(maker.content, path);
  if (approval === undefined) return;
  const by = isRecord(approval) ? [...path, 'by'] : path;
  const lighter = approvals[approvals.indexOf(textAt(maker.content, by) ?? '') - 1];
  if (lighter === 'none') maker.put('approval', path, lighter, 'nobody approves');
  else if (lighter !== undefined) maker.put('approval', by, lighter, `approval becomes "${lighter}"`);
  if (!isRecord(approval)) return;
  const roles = listAt(maker.content, [...path, 'roles']);
  if (roles.length === 1)
    maker.put('approval', path, approval.by, `anybody approves, not only ${JSON.stringify(roles[0])}`);
  else
    for (const index of roles.keys())
      maker.put('approval', [...path, 'roles', index], undefined, `drop approver ${JSON.stringify(roles[index])}`);
}

/** Kept from another start, longer, shorter, or without end. */
export function retentionMutants(maker: Maker, path: Path, starts: readonly string[]): void {
  maker.change('retain', [...path, 'until'], starts);
  for (const member of ['plus', 'atLeast']) {
    if (at(maker.content, [...path, member]) === undefined) continue;
    maker.period('retain', [...path, member]);
    maker.put('retain', [...path, member], undefined, `drop "${member}"`);
  }
}
