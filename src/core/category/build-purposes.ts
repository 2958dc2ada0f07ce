import type { PurposeId } from '../brand.ts';
import type { Purpose, PurposeGroup } from './catalogue.ts';
import type { PurposesFile } from './catalogue-files.ts';
import type { Problems } from './file-problem.ts';
import { plainCitation } from './plain-citation.ts';

type Form = PurposesFile[string];

/** Purposes and their groups. What each of the two must and may not say differs, and is checked here. */
export function buildPurposes(
  file: PurposesFile,
  notes: Problems,
): { purposes: Map<PurposeId, Purpose>; purposeGroups: Map<string, PurposeGroup> } {
  const forms = Object.entries(file);
  const groups = new Map(forms.filter(([, form]) => form.group === true));
  const plain = new Map(forms.filter(([, form]) => form.group !== true));
  for (const [id, form] of forms) {
    if (form.within !== undefined) notes.known([id, 'within'], 'purpose group', form.within, groups);
    for (const [index, used] of (form.usesDataOf ?? []).entries())
      notes.known([id, 'usesDataOf', index], 'purpose', used, plain);
  }
  for (const [id, form] of groups) {
    for (const member of ['law', 'usesDataOf'] as const)
      if (form[member] !== undefined) notes.add([id, member], `a group of purposes has no ${member}`, 'key');
  }
  noteCycles(groups, notes);
  const purposes = [...plain].flatMap(([id, form]) => purposeOf(id as PurposeId, form, notes));
  const below = (group: string): Set<PurposeId> =>
    new Set(purposes.filter(({ within }) => chainOf(within, groups).includes(group)).map(({ id }) => id));
  return {
    purposes: new Map(purposes.map((purpose) => [purpose.id, purpose])),
    purposeGroups: new Map(
      [...groups].map(([id, { label, within }]) => [id, { id, label, within: within ?? null, purposes: below(id) }]),
    ),
  };
}

function purposeOf(id: PurposeId, form: Form, notes: Problems): Purpose[] {
  const { label, plain, law, within, usesDataOf } = form;
  if (plain === undefined) notes.add([id], 'a purpose needs a plain text for the data subject: plain', 'key');
  if (law === undefined) notes.add([id], 'a purpose needs the law that it rests on: law', 'key');
  if (plain === undefined || law === undefined) return [];
  return [
    {
      id,
      label,
      plain,
      law: law.map(plainCitation),
      within: within ?? null,
      usesDataOf: (usesDataOf ?? []) as PurposeId[],
    },
  ];
}

/** A group and every group above it, nearest first; ends where it would come back. */
function chainOf(group: string | null, groups: ReadonlyMap<string, Form>): string[] {
  const chain: string[] = [];
  for (let at = group; at !== null && !chain.includes(at); at = groups.get(at)?.within ?? null) chain.push(at);
  return chain;
}

function noteCycles(groups: ReadonlyMap<string, Form>, notes: Problems): void {
  const told = new Set<string>();
  for (const id of groups.keys()) {
    const chain = chainOf(id, groups);
    const closes = groups.get(chain.at(-1) ?? '')?.within;
    if (closes !== id || chain.some((member) => told.has(member))) continue;
    for (const member of chain) told.add(member);
    notes.add([id, 'within'], `groups of purposes contain one another: ${[...chain, id].join(' → ')}`);
  }
}
