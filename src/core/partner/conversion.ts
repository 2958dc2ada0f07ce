import { z } from 'zod';
import { choiceForm } from './choice.ts';
import { pointer, pointerOrWhole } from './pointer-form.ts';

const written =
  /^(?:yyyy([-/. ]?)MM\1dd|dd([-/. ]?)MM\2yyyy|MM([-/. ]?)dd\3yyyy|yyyy([-/. ])M\4d|d([-/. ])M\5yyyy|M([-/. ])d\6yyyy)$/;

/**
 * A day as its parts are written (`dd-MM-yyyy`, `yyyyMMdd`, `d/M/yyyy`), as what is counted from 1 January 1970, as a
 * moment with its offset (ISO 8601), or as the moment of a clock on the wall.
 */
const dateForm = z.union([
  z.enum(['epoch-days', 'epoch-seconds', 'epoch-milliseconds', 'moment', 'local-moment']),
  z
    .string()
    .regex(
      written,
      'must be yyyy, MM and dd in some order with one sign between them, or epoch-days, epoch-seconds, epoch-milliseconds, moment, local-moment',
    ),
]);

/** Where a source writes a field, and how what stands there becomes what the catalogue asks. */
export const conversionForm = z
  .strictObject({
    pointer,
    /** A list stands at the pointer, and the field is in one of its members. */
    choose: choiceForm.optional(),
    /** What stands there is a list, and its items are at this place within each. */
    each: pointerOrWhole.optional(),
    /** Where each item of the list names the person. */
    subject: pointer.optional(),
    /** What the source calls the field, where a question names fields; left out: its pointer. */
    name: z.string().min(1).max(200).optional(),
    /** Where an object stands, the place of the text in it; of several places the last, with the others before it. */
    inside: z.union([pointer, z.array(pointer).min(2).max(4)]).optional(),
    /** Texts by which the source says that it holds nothing. */
    nothing: z.array(z.string().max(64)).min(1).max(16).optional(),
    type: z.enum(['text', 'integer', 'boolean', 'positive']).optional(),
    date: dateForm.optional(),
    /** A day of which the source knows the year or the month alone is as if nothing stood there. */
    partial: z.literal('absent').optional(),
    /** The source's code → the catalogue's word; null: it holds nothing. */
    codes: z
      .record(z.string().max(64), z.union([z.string().max(500), z.int(), z.boolean(), z.null()]))
      .refine((codes) => Object.keys(codes).length > 0, 'must list a code')
      .optional(),
  })
  .refine(
    ({ type, date, codes }) => [type, date, codes].filter((way) => way !== undefined).length <= 1,
    'may have one of type, date and codes',
  )
  .refine(
    ({ date, partial }) => partial === undefined || (date !== undefined && written.test(date)),
    'has `partial` for a day that is written in parts: say with `date` how',
  )
  .refine(
    ({ inside, type, date, codes }) =>
      !Array.isArray(inside) || ((type ?? 'text') === 'text' && date === undefined && codes === undefined),
    'joins texts inside an object: that is a text, without another type, date or codes',
  )
  .refine(
    ({ each, subject }) => subject === undefined || each !== undefined,
    'has `subject` for the items of a list: say with `each` where they stand',
  );

export type Conversion = Readonly<z.infer<typeof conversionForm>>;
export type DateForm = z.infer<typeof dateForm>;
