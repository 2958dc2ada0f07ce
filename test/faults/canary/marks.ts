/** A value that must not be found anywhere in clear: no name, number or text that really exists has this form. */
export interface Mark {
  /** Where it was put. */
  readonly name: string;
  readonly text: string;
}

/** In every text mark, so that one search finds them all. */
const core = 'KNRq7ZtW3x';

/** Of another kind than all others: what was planted on purpose stays where it was put, and must not be taken for them. */
export function plantedMark(): Mark {
  return { name: 'planted', text: 'ZwV4pXm8Rk-planted' };
}

/** A mark that also is a valid case reference, name and word of a header. */
export function markOf(name: string, number: number): Mark {
  return { name, text: `${core}-${String(number).padStart(2, '0')}` };
}

interface Needle {
  readonly form: string;
  readonly bytes: Buffer;
}

/** Every spelling in which a text would still be the text. */
export function spellings(text: string): readonly Needle[] {
  const utf8 = Buffer.from(text, 'utf8');
  const utf16 = Buffer.from(text, 'utf16le');
  const percent = [...utf8].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('');
  const once: readonly (readonly [string, Buffer])[] = [
    ['utf8', utf8],
    ['upper case', Buffer.from(text.toUpperCase(), 'utf8')],
    ['lower case', Buffer.from(text.toLowerCase(), 'utf8')],
    ['backwards', Buffer.from([...text].reverse().join(''), 'utf8')],
    ['utf16le', utf16],
    ['utf16be', Buffer.from(utf16).swap16()],
    ['percent', Buffer.from(percent, 'utf8')],
    ['percent, upper case', Buffer.from(percent.toUpperCase(), 'utf8')],
    ...base64Of(utf8),
  ];
  const all = once.flatMap(([form, bytes]): Needle[] => {
    const hex = bytes.toString('hex');
    const asHex = [hex, hex.toUpperCase()].map((digits) => ({ form: `${form} in hex`, bytes: Buffer.from(digits) }));
    return [{ form, bytes }, ...asHex];
  });
  // A number is the same in either case.
  return [...new Map(all.map((needle) => [needle.bytes.toString('latin1'), needle])).values()];
}

/** As it shows within a longer text, which may begin at any of three places. The edges belong to the neighbours too. */
function base64Of(bytes: Buffer): readonly (readonly [string, Buffer])[] {
  return [0, 1, 2].flatMap((before) => {
    const whole = Buffer.concat([Buffer.alloc(before), bytes]);
    const from = Math.ceil((before * 8) / 6);
    const until = Math.floor((whole.length * 8) / 6);
    return (['base64', 'base64url'] as const).map(
      (encoding) => [encoding, Buffer.from(whole.toString(encoding).slice(from, until))] as const,
    );
  });
}

/** What leaked into `place`, as `mark (spelling)`; the text around it is not told. */
export function leaksIn(place: string | Buffer, marks: readonly Mark[]): readonly string[] {
  const bytes = typeof place === 'string' ? Buffer.from(place, 'utf8') : place;
  const found = new Set<string>();
  for (const { name, text } of searched(marks)) {
    for (const needle of spellings(text)) if (bytes.includes(needle.bytes)) found.add(`${name} (${needle.form})`);
  }
  if (![...found].some((name) => name.startsWith(core))) return [...found];
  // Only now which of them it was.
  for (const { name, text } of marks) {
    for (const needle of spellings(text)) if (bytes.includes(needle.bytes)) found.add(`${name} (${needle.form})`);
  }
  return [...found].filter((name) => !name.startsWith(core) || found.size === 1);
}

function searched(marks: readonly Mark[]): readonly Mark[] {
  const others = marks.filter(({ text }) => !text.startsWith(core));
  return others.length === marks.length ? others : [...others, { name: core, text: core }];
}
