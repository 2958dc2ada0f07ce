import type { FieldShape, Label } from './catalogue.ts';

/**
 * What a value of this form is, as the end of a sentence: for partners in a problem and for people at a page, so that both
 * read the same. Made of the catalogue alone: it can hold no value that somebody gave.
 */
export function wantedForm({ type, oneOf, maxLength, maxItems, min, max }: FieldShape): Label {
  switch (type) {
    case 'text':
      if (oneOf !== null) return { nl: `een van ${oneOf.join(', ')}`, en: `one of ${oneOf.join(', ')}` };
      return {
        nl: `tekst van 1 tot en met ${maxLength} tekens, zonder regeleinden en stuurtekens`,
        en: `text of 1 to ${maxLength} characters, without line ends and control characters`,
      };
    case 'texts':
      return {
        nl: `een lijst van hoogstens ${maxItems} teksten van 1 tot en met ${maxLength} tekens, zonder stuurtekens`,
        en: `a list of at most ${maxItems} texts of 1 to ${maxLength} characters, without control characters`,
      };
    case 'integer':
      return { nl: `een heel getal van ${min} tot en met ${max}`, en: `a whole number from ${min} to ${max}` };
    case 'date':
      return {
        nl: 'een datum die bestaat, als jaar-maand-dag (2026-12-31)',
        en: 'a date that exists, as year-month-day (2026-12-31)',
      };
    case 'boolean':
      return { nl: 'ja of nee (true of false)', en: 'yes or no (true or false)' };
    case 'bsn':
      return {
        nl: 'een burgerservicenummer: als tekst, negen cijfers die aan de elfproef voldoen',
        en: 'a citizen service number: as text, nine digits that pass its check',
      };
    case 'skn':
      return {
        nl: 'een strafrechtsketennummer: als tekst, zeven tot tien cijfers',
        en: 'a criminal chain number: as text, seven to ten digits',
      };
  }
}

/** What is wrong with a value of another form, beside the name of its field. */
export function wrongForm(form: FieldShape): Label {
  const { nl, en } = wantedForm(form);
  return { nl: `moet zijn: ${nl}`, en: `must be ${en}` };
}
