import { z } from 'zod';
import type { CorrectionId, FieldId, RequestId, RightsRequestId } from '../../core/brand.ts';
import { correctionKinds, correctionWays } from '../../core/correction/correction.ts';
import { destructionWays } from '../../core/duty/destruction-ways.ts';
import { saidText, type TextLength } from '../free-text.ts';
import type { Words } from '../words/words.ts';
import type { SentForm } from './sent-form.ts';
import type { DutyAct } from './staff-duties.ts';

/** As long as what systems may send. */
const groundLength: TextLength = { least: 10, most: 500 };

const own = { formToken: z.string(), page: z.uuid() };
const typed = z.string();
const unchosen = z.literal('');
const fieldNames = z
  .string()
  .regex(/^[a-zA-Z]+\.[a-zA-Z]+( [a-zA-Z]+\.[a-zA-Z]+){0,63}$/)
  .transform((text) => text.split(' '))
  .refine((fields) => new Set(fields).size === fields.length);
const requestIds = z
  .string()
  .transform((text) => text.split(' '))
  .pipe(z.array(z.uuid()));

/** What each form may hold. */
export const dutyForms = {
  decision: z.strictObject({ ...own, decision: z.enum(['upheld', 'dismissed']), ground: typed }),
  correction: z.strictObject({
    ...own,
    subject: z.uuid(),
    fields: fieldNames,
    what: z.enum(correctionKinds).or(unchosen),
    ground: typed,
  }),
  confirmation: z.strictObject({ ...own, seen: requestIds, how: z.enum(correctionWays).or(unchosen) }),
  destruction: z.strictObject({ ...own, how: z.enum(destructionWays).or(unchosen) }),
} as const satisfies Readonly<Record<DutyAct['kind'], z.ZodType>>;

/** What was sent, as what somebody does; or what is wrong with it, by input. */
export type ReadDutyAct = { readonly act: DutyAct } | Omit<SentForm, 'values'>;

export function readDecision(
  id: RightsRequestId,
  { decision, ground }: z.infer<typeof dutyForms.decision>,
  w: Words,
): ReadDutyAct {
  const said = saidText(ground, groundLength);
  if (said === null) return wrong([['ground', w.duties.wrong.ground]]);
  return { act: { kind: 'decision', id, decision, ground: said } };
}

export function readCorrection(
  because: { readonly rightsRequest: RightsRequestId } | { readonly corrects: CorrectionId },
  { subject, fields, what, ground }: z.infer<typeof dutyForms.correction>,
  w: Words,
): ReadDutyAct {
  const said = saidText(ground, groundLength);
  const errors = [
    ...(what === '' ? [['what', w.duties.wrong.choice] as const] : []),
    ...(said === null ? [['ground', w.duties.wrong.ground] as const] : []),
  ];
  if (what === '' || said === null) return wrong(errors);
  return { act: { kind: 'correction', subject, what, fields: fields as FieldId[], ground: said, because } };
}

export function readConfirmation(
  id: CorrectionId,
  { how, seen }: z.infer<typeof dutyForms.confirmation>,
  w: Words,
): ReadDutyAct {
  if (how === '') return wrong([['how', w.duties.wrong.choice]]);
  return { act: { kind: 'confirmation', id, how, seen: seen as RequestId[] } };
}

export function readDestruction(id: RequestId, { how }: z.infer<typeof dutyForms.destruction>, w: Words): ReadDutyAct {
  return how === '' ? wrong([['how', w.duties.wrong.choice]]) : { act: { kind: 'destruction', id, how } };
}

function wrong(errors: readonly (readonly [input: string, error: string])[]): ReadDutyAct {
  return { errors: new Map(errors), problem: null };
}
