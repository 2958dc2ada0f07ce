import { unitFile } from '../core/partner/unit-file.ts';
import type { ChangedUnit, PartnerChangeRefusal, PartnerEffect } from '../core/partner-change/apply-change.ts';
import type { PartnerChange } from '../core/partner-change/partner-change.ts';
import type { PartnerProposalRefusal } from '../core/partner-change/propose-change.ts';
import { approvalWords } from './approvals.ts';

/** What a change does, one line for each member that differs: what an approver reads before signing. */
export function effectLines({ organisations, units }: PartnerEffect): readonly string[] {
  return [
    ...organisations.map(({ oin, name }) => `organisation ${oin} is named ${JSON.stringify(name)}`),
    ...units.flatMap(unitLines),
  ];
}

function unitLines({ before, after, members }: ChangedUnit): readonly string[] {
  const { id, kind, organisation, state } = after;
  const now = unitFile(after);
  const then = before === null ? {} : unitFile(before);
  const head = `unit ${id} (${kind} of ${organisation.oin}), ${before === null ? 'new, ' : ''}${state}`;
  const lines = members
    .filter((member) => before !== null || !['id', 'kind', 'state'].includes(member))
    .map((member) => `  ${member}: ${shown(then[member])} -> ${shown(now[member])}`);
  return [head, ...lines];
}

function shown(value: unknown): string {
  return value === undefined ? 'nothing' : JSON.stringify(value);
}

export function refusalText(refusal: PartnerProposalRefusal): string {
  switch (refusal.kind) {
    case 'approval':
      return approvalWords(refusal.refusal);
    case 'change':
      return changeRefusalText(refusal.refusal);
    case 'too-large':
      return 'the change is larger than 48 KiB: split the file, so that approvers can read what they sign';
    case 'approval-used':
      return 'one of the approvals was used before: sign again';
  }
}

export function changeRefusalText({ problem, unit, member }: PartnerChangeRefusal): string {
  const about = [unit, member].filter((word) => word !== null).join(', ');
  return about === '' ? words[problem] : `${about}: ${words[problem]}`;
}

const words: Readonly<Record<PartnerChangeRefusal['problem'], string>> = {
  'unknown-unit': 'is not a registered unit; `partner list` names them',
  'moves-organisation': 'is registered under another organisation: a unit does not move, give it another id',
  'moves-kind': 'is registered as another kind of partner: a unit does not change kind, give it another id',
  'number-taken': 'is the number of another unit',
  'not-there': 'names what is not registered; `partner show` tells what is',
  'there-already': 'names what is registered already, or names it twice',
  'opens-to-all': 'must keep one: without any, every certificate of the organisation would speak for this unit',
  'too-many': 'are more than a unit may have (32 certificates, 4 signing keys)',
  'nothing-changes': 'it is so already: nothing changes',
};

/** Ids of the units that a change names. */
export function unitsNamed(change: PartnerChange): readonly string[] {
  return change.action === 'add' ? change.organisations.flatMap((one) => one.units.map(({ id }) => id)) : [change.unit];
}
