import type { z } from 'zod';
import type { EntryDraft } from '../entry.ts';
import type { EntryForm, OpeningForm } from './entry-form.ts';
import { entryForms, formOf } from './entry-forms.ts';

/** Why a draft is not of the newest form of its kind, by place and never by value; null: it is. */
export function draftProblem(draft: EntryDraft): string | null {
  const versions = Object.hasOwn(entryForms, draft.kind) ? entryForms[draft.kind] : [];
  const form = versions.at(-1);
  if (form === undefined) return 'an entry of an unknown kind';
  if (formOf(draft) !== form) return `${draft.kind}: body is not of version ${versions.length}`;
  const problem =
    bodyProblem(form, draft.body) ??
    namedProblem(form, draft) ??
    committedProblem(form, 'stored', 'personal', draft.personal) ??
    committedProblem(form, 'fleeting', 'fleeting', draft.fleeting);
  return problem === null ? null : `${draft.kind}: ${problem}`;
}

function bodyProblem({ body, isBody }: EntryForm, value: EntryDraft['body']): string | null {
  if (isBody(value)) return null;
  const parsed = body.safeParse(value);
  if (parsed.success) return null;
  const [issue] = parsed.error.issues;
  return `${['body', ...(issue?.path ?? []), ...extraMember(issue)].join('.')} is not of its form`;
}

/** A member that is not known: its name is ours, not an input. */
function extraMember(issue: z.core.$ZodIssue | undefined): readonly string[] {
  return issue?.code === 'unrecognized_keys' ? issue.keys.slice(0, 1) : [];
}

function namedProblem({ named }: EntryForm, draft: EntryDraft): string | null {
  for (const member of ['policySet', 'purpose', 'source', 'recipient'] as const) {
    const demand = named[member];
    if (demand === 'always' && draft[member] === null) return `${member} is missing`;
    if (demand === 'never' && draft[member] !== null) return `${member} is never named`;
  }
  return null;
}

function committedProblem(
  form: EntryForm,
  kept: OpeningForm['kept'],
  where: 'personal' | 'fleeting',
  values: Readonly<Record<string, string>>,
): string | null {
  const known = (name: string) => Object.hasOwn(form.openings, name) && form.openings[name]?.kept === kept;
  const stranger = Object.keys(values).find((name) => !known(name));
  if (stranger !== undefined) return `${where}.${stranger} is not of its form`;
  const missing = form.requiredNames.find((name) => known(name) && !Object.hasOwn(values, name));
  return missing === undefined ? null : `${where}.${missing} is missing`;
}
