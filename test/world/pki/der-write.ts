/** Writes DER, right or wrong on purpose: a certificate that must be refused has to be made first. */
export function element(tag: number, ...members: readonly Uint8Array[]): Buffer {
  const body = Buffer.concat(members);
  return Buffer.concat([Buffer.from([tag]), lengthOf(body.length), body]);
}

function lengthOf(length: number): Buffer {
  if (length < 0x80) return Buffer.from([length]);
  const bytes = Buffer.from(length.toString(16).padStart(length > 0xff_ff ? 6 : length > 0xff ? 4 : 2, '0'), 'hex');
  return Buffer.concat([Buffer.from([0x80 + bytes.length]), bytes]);
}

export const sequence = (...members: readonly Uint8Array[]): Buffer => element(0x30, ...members);
export const set = (...members: readonly Uint8Array[]): Buffer => element(0x31, ...members);
export const octets = (...members: readonly Uint8Array[]): Buffer => element(0x04, ...members);
export const truth = (value: boolean): Buffer => element(0x01, Buffer.from([value ? 0xff : 0]));
export const whole = (value: number): Buffer => integer(value.toString(16));
export const nothing = Buffer.from([0x05, 0x00]);

/** @param hex without a sign */
export function integer(hex: string): Buffer {
  const even = hex.length % 2 === 0 ? hex : `0${hex}`;
  return element(0x02, Buffer.from(Number.parseInt(even.slice(0, 2), 16) >= 0x80 ? `00${even}` : even, 'hex'));
}

/** @param constructed whether it holds elements; the tag's number is specific to the context */
export function context(number: number, constructed: boolean, ...members: readonly Uint8Array[]): Buffer {
  return element((constructed ? 0xa0 : 0x80) + number, ...members);
}

export function oid(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  const bytes = [first * 40 + second, ...rest].flatMap((arc) => {
    const septets = [arc & 0x7f];
    for (let left = Math.floor(arc / 128); left > 0; left = Math.floor(left / 128))
      septets.unshift((left & 0x7f) | 0x80);
    return septets;
  });
  return element(0x06, Buffer.from(bytes));
}

/** A bit string with these places set, in its shortest form. */
export function bits(...places: readonly number[]): Buffer {
  const most = Math.max(...places);
  const bytes = Buffer.alloc((most >> 3) + 1);
  for (const place of places) bytes[place >> 3] = (bytes[place >> 3] ?? 0) | (0x80 >> (place & 7));
  return element(0x03, Buffer.from([7 - (most & 7)]), bytes);
}

/** A bit string of whole bytes. */
export const bitString = (bytes: Uint8Array): Buffer => element(0x03, Buffer.from([0]), bytes);

export function time(date: Date): Buffer {
  const digits = date.toISOString().replaceAll(/[-:T]|\.\d+/g, '');
  const short = date.getUTCFullYear() < 2050;
  return element(short ? 0x17 : 0x18, Buffer.from(short ? digits.slice(2) : digits));
}
