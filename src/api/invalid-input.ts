import type { z } from 'zod';
import type { Label } from '../core/category/catalogue.ts';
import type { InvalidMember } from './problem.ts';

type Where = InvalidMember['in'];

/** More than these help nobody. */
const maxErrors = 20;

/** What zod found, as members to correct. A value never gets in: texts rest on what is expected alone. */
export function invalidMembers(
  issues: readonly z.core.$ZodIssue[],
  where: Where,
  input: unknown,
): readonly InvalidMember[] {
  return issues.flatMap((issue) => membersOf(issue, where, input)).slice(0, maxErrors);
}

/** One member that a rule of the domain found wrong; `path` is dotted, bracketed or a JSON pointer. */
export function invalidBodyMember(path: string, code: string, detail: Label): InvalidMember {
  const segments = path.replace(/^\$?\.?/, '').replaceAll(/\[(\d+)\]/g, '.$1');
  return { in: 'body', location: locate('body', segments.split(/[./]/).filter(Boolean)), code, detail };
}

function membersOf(issue: z.core.$ZodIssue, where: Where, input: unknown): readonly InvalidMember[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      in: where,
      location: locate(where, [...issue.path, key]),
      code: 'unknown-member',
      detail: { nl: 'is geen bekend onderdeel', en: 'is not a known member' },
    }));
  }
  const missing = issue.path.length > 0 && valueAt(input, issue.path) === undefined;
  return [
    {
      in: where,
      location: locate(where, issue.path),
      code: missing ? 'required' : issue.code.replaceAll('_', '-'),
      detail: missing ? { nl: 'is verplicht', en: 'is required' } : expected(issue),
    },
  ];
}

function locate(where: Where, path: readonly PropertyKey[]): InvalidMember['location'] {
  const segments = path.map(segment);
  return where === 'body'
    ? { pointer: `#${segments.map((part) => `/${part}`).join('')}` }
    : { name: segments.join('.') };
}

/** A name that was sent may itself be a value (a number, an address): only what looks like a name is repeated. */
function segment(key: PropertyKey): string {
  const text = String(key);
  return typeof key === 'number' || /^([A-Za-z_][A-Za-z_-]{0,39}|[0-9]{1,3})$/.test(text) ? text : '?';
}

function valueAt(input: unknown, path: readonly PropertyKey[]): unknown {
  let value: unknown = input;
  for (const key of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
    value = Reflect.get(value, key);
  }
  return value;
}

const kinds: Readonly<Record<string, Label>> = {
  string: { nl: 'een tekst', en: 'a string' },
  number: { nl: 'een getal', en: 'a number' },
  int: { nl: 'een geheel getal', en: 'an integer' },
  boolean: { nl: 'true of false', en: 'true or false' },
  object: { nl: 'een object', en: 'an object' },
  record: { nl: 'een object', en: 'an object' },
  array: { nl: 'een lijst', en: 'an array' },
};

const formats: Readonly<Record<string, Label>> = {
  uuid: { nl: 'een UUID', en: 'a UUID' },
  datetime: {
    nl: 'een datum en tijd met tijdzone (RFC 3339)',
    en: 'a date and time with its offset (RFC 3339)',
  },
};

/** Dutch for the rules that schemas word in English: each that a call can meet, or a reader of Dutch is told nothing. */
const rules: ReadonlyMap<string, string> = new Map([
  ['must be a valid citizen service number', 'moet een geldig burgerservicenummer zijn'],
  ['must be a criminal chain number', 'moet een strafrechtsketennummer zijn'],
  ['must not name a field twice', 'mag een gegeven niet twee keer noemen'],
  ['must be after 1900 and before 2200', 'moet na 1900 en voor 2200 liggen'],
  ['is required when declined', 'is verplicht bij een afwijzing'],
  ['is for an approval: who declines gives nothing', 'hoort bij een goedkeuring: wie afwijst, geeft niets'],
  ['must be a type of event that is sent', 'moet een soort melding zijn die wordt gestuurd'],
  ['must have 1 to 64 fields', 'moet 1 tot 64 gegevens hebben'],
  ['must be what a page gave as `next`', 'moet zijn wat een pagina als `next` gaf'],
  ['must not be larger than `newer`', 'mag niet groter zijn dan `newer`'],
  [
    'must be an https address with a host name, without credentials, query or fragment',
    'moet een https-adres met een hostnaam zijn, zonder inloggegevens, query of fragment',
  ],
]);

function mustBe(label: Label): Label {
  return { nl: `moet ${label.nl} zijn`, en: `must be ${label.en}` };
}

function expected(issue: z.core.$ZodIssue): Label {
  const worded = rules.get(issue.message);
  if (worded !== undefined) return { nl: worded, en: issue.message };
  switch (issue.code) {
    case 'invalid_type':
      return mustBe(kinds[issue.expected] ?? { nl: 'van een ander type', en: 'of another type' });
    case 'invalid_format':
      return mustBe(
        formats[issue.format] ?? {
          nl: `in de vorm ${issue.pattern ?? issue.format}`,
          en: `of the form ${issue.pattern ?? issue.format}`,
        },
      );
    case 'invalid_value':
      return oneOf(issue.values.map(String));
    case 'invalid_union':
      // Only what is told apart by a word has words to choose from.
      return 'options' in issue && issue.options !== undefined
        ? oneOf(issue.options.map(String))
        : { nl: 'heeft geen van de vormen die hier mogen', en: 'has none of the forms that are allowed here' };
    case 'too_small':
      return size(issue.origin, issue.minimum, { nl: 'minstens', en: 'at least' });
    case 'too_big':
      return size(issue.origin, issue.maximum, { nl: 'hoogstens', en: 'at most' });
    case 'invalid_key':
      // Of the name itself, which is not repeated: it may be a value.
      return ofName(issue.issues[0]);
    default:
      return { nl: 'voldoet niet aan de eis', en: 'does not meet the requirement' };
  }
}

function ofName(issue: z.core.$ZodIssue | undefined): Label {
  const name = { nl: 'heeft een naam die niet mag', en: 'has a name that is not allowed' };
  if (issue === undefined) return name;
  const { nl, en } = expected(issue);
  return { nl: `${name.nl}: die ${nl}`, en: `${name.en}: it ${en}` };
}

function oneOf(words: readonly string[]): Label {
  return mustBe({ nl: `een van: ${words.join(', ')}`, en: `one of: ${words.join(', ')}` });
}

function size(origin: string, bound: number | bigint, side: Label): Label {
  if (origin === 'string')
    return { nl: `moet ${side.nl} ${bound} tekens hebben`, en: `must have ${side.en} ${bound} characters` };
  if (origin === 'array')
    return { nl: `moet ${side.nl} ${bound} onderdelen hebben`, en: `must have ${side.en} ${bound} items` };
  return mustBe({ nl: `${side.nl} ${bound}`, en: `${side.en} ${bound}` });
}
