/**
 * Passes over texts that are spelt plainly, one after another, character by character: a verifier does so with every
 * entry of a ledger. What was asked for and does not stand there makes all of it bad; it is told at the end.
 */
export class PlainScan {
  // The text as bytes: characters of a string are three times as slow to look at.
  readonly #bytes: Buffer;
  readonly #longest: number;
  #text = '';
  #at = 0;
  /** false: something did not stand where it was asked for, and what was read since says nothing. */
  isGood = false;

  /** @param longest text that it takes */
  constructor(longest: number) {
    // With room for one character more, whatever it takes: of a text that is not all ASCII more is written than it is long.
    this.#bytes = Buffer.alloc(longest + 4);
    this.#longest = longest;
  }

  /** Begins with a text; false: it is not for this, as it is too long or not all ASCII. */
  start(text: string): boolean {
    this.#text = text;
    this.#at = 0;
    this.isGood = text.length <= this.#longest && this.#bytes.write(text) === text.length;
    return this.isGood;
  }

  /** Whether all that was asked for stood there, and nothing more. */
  end(): boolean {
    return this.isGood && this.#at === this.#text.length;
  }

  /** Passes what must stand here. */
  pass(expected: string): void {
    if (!this.passIf(expected)) this.isGood = false;
  }

  /** Passes what may stand here; false: it does not. */
  passIf(expected: string): boolean {
    const bytes = this.#bytes;
    const at = this.#at;
    for (let n = 0; n < expected.length; n++) if (bytes[at + n] !== expected.charCodeAt(n)) return false;
    this.#at = at + expected.length;
    return true;
  }

  /** As `pass`, for what is longer than a few words. */
  passLong(expected: string): void {
    const end = this.#at + expected.length;
    if (this.#text.slice(this.#at, end) !== expected) this.isGood = false;
    this.#at = end;
  }

  /** Lower case, of any version; a copy. */
  uuid(): string {
    const at = this.#at;
    this.#all(hexadecimal, at, at + 8);
    this.#all(dash, at + 8, at + 9);
    this.#all(hexadecimal, at + 9, at + 13);
    this.#all(dash, at + 13, at + 14);
    this.#all(hexadecimal, at + 14, at + 18);
    this.#all(dash, at + 18, at + 19);
    this.#all(hexadecimal, at + 19, at + 23);
    this.#all(dash, at + 23, at + 24);
    this.#all(hexadecimal, at + 24, at + 36);
    return this.#copy(at + 36);
  }

  /** 32 bytes, base64url, in their one spelling. */
  hash(): string {
    const at = this.#at;
    this.#all(base64Url, at, at + 42);
    this.#all(lastOfHash, at + 42, at + 43);
    return this.#take(at + 43);
  }

  /** `sha256:` and 64 lower-case hexadecimal digits. */
  digest(): string {
    const from = this.#at;
    this.pass('sha256:');
    this.#all(hexadecimal, this.#at, this.#at + 64);
    this.#at = from;
    return this.#take(from + 71);
  }

  hexadecimal(length: number): string {
    this.#all(hexadecimal, this.#at, this.#at + length);
    return this.#take(this.#at + length);
  }

  /** So many characters, whatever they are. What is kept is copied: a slice keeps the text that it is of. */
  copy(length: number): string {
    return this.#copy(this.#at + length);
  }

  /** At least one character, up to a quote or backslash: what stands for itself in a string of JSON. */
  plain(): string {
    const bytes = this.#bytes;
    let end = this.#at;
    while (((classes[bytes[end] as number] as number) & plain) !== 0) end++;
    if (end === this.#at) this.isGood = false;
    return this.#take(end);
  }

  /** A whole number from 0, without sign and leading zero; of at most 15 digits, so that it is safe. */
  number(): number {
    const first = this.#at;
    let value = 0;
    for (let digit = (this.#bytes[first] ?? 0) - zero; digit >= 0 && digit <= 9; ) {
      value = value * 10 + digit;
      this.#at += 1;
      digit = (this.#bytes[this.#at] ?? 0) - zero;
    }
    const length = this.#at - first;
    if (length === 0 || length > 15 || (length > 1 && this.#bytes[first] === zero)) this.isGood = false;
    return value;
  }

  #all(kind: number, from: number, to: number): void {
    const bytes = this.#bytes;
    let common = kind;
    for (let at = from; at < to; at++) common &= classes[bytes[at] as number] as number;
    if (common === 0) this.isGood = false;
  }

  #take(end: number): string {
    const from = this.#at;
    this.#at = end;
    return this.#text.slice(from, end);
  }

  #copy(end: number): string {
    const from = this.#at;
    this.#at = end;
    return this.#bytes.toString('latin1', from, end);
  }
}

// What a character is, by its code.
const hexadecimal = 1;
const base64Url = 2;
/** Last of the 43 that spell 32 bytes: its loose bits are zero. */
const lastOfHash = 4;
const plain = 8;
const dash = 16;
const classes = new Uint8Array(256);
const zero = '0'.charCodeAt(0);
classify(hexadecimal, '0123456789abcdef');
classify(base64Url, 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_');
classify(lastOfHash, 'AEIMQUYcgkosw048');
classify(dash, '-');
for (let code = 0x20; code < 0x7f; code++)
  if (code !== 0x22 && code !== 0x5c) classify(plain, String.fromCharCode(code));

function classify(kind: number, signs: string): void {
  for (const sign of signs) classes[sign.charCodeAt(0)] = (classes[sign.charCodeAt(0)] ?? 0) | kind;
}
