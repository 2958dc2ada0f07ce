import { isInstant } from '../calendar.ts';
import { maxCanonicalBytes } from './canonical.ts';
import type { Leaf } from './entry.ts';
import { type Beginning, knownBeginnings, passLike } from './known-beginnings.ts';
import { isNamedAsItMust, readLeaf } from './leaf.ts';
import { PlainScan } from './plain-scan.ts';

/**
 * As `readLeaf`, for many leaves: one that begins like another that was good is read in a single pass over its
 * characters, without parsing it, writing it again or asking its form. Any other goes the long way.
 *
 * What is read so would be read alike the long way. Its members stand in the text as they are spelt here, so in their
 * order, each once, without space; every character of a string stands for itself, and no number has two spellings: the
 * text is canonical. Each member is looked at as `readLeaf` would, body and commitments as `Beginning` says.
 */
export function leafReader(): (text: string) => Leaf | null {
  const beginnings = knownBeginnings();
  const scan = new PlainScan(maxCanonicalBytes);
  // Of the leaf before, and mostly of the next too.
  let instance = noInstance;
  return (text) => {
    for (const known of beginnings.of(text)) {
      const leaf = scan.start(text) ? readLike(known, scan, instance) : null;
      if (leaf === null) continue;
      instance = leaf.instance;
      return leaf;
    }
    const leaf = readLeaf(text);
    if (leaf !== null) beginnings.remember(text, leaf);
    return leaf;
  };
}

/** @param before an instance; null says no more than that the long way has to decide */
function readLike(known: Beginning, scan: PlainScan, before: string): Leaf | null {
  const { form, kind } = known;
  const { body, commitments } = passLike(known, scan);
  if (!scan.isGood) return null;
  const id = scan.uuid();
  scan.pass('","instance":"');
  const instance = scan.passIf(before) ? before : scan.uuid();
  scan.pass('","kind":"');
  scan.pass(kind);
  scan.pass('","policySet":');
  const policySet = digestOrNull(scan);
  scan.pass(',"purpose":');
  const purpose = wordOrNull(scan);
  scan.pass(',"recipient":');
  const recipient = wordOrNull(scan);
  scan.pass(',"sequence":');
  const sequence = scan.number();
  scan.pass(',"source":');
  const source = wordOrNull(scan);
  scan.pass(',"time":"');
  const time = scan.copy(instantLength);
  scan.pass('","trace":"');
  const trace = scan.hexadecimal(traceLength);
  scan.pass('","v":1}');
  if (!scan.end() || sequence < 1 || !isInstant(time)) return null;
  const members = {
    body,
    commitments,
    id,
    instance,
    kind,
    policySet,
    purpose,
    recipient,
    sequence,
    source,
    time,
    trace,
  };
  return isNamedAsItMust(members, form) ? ({ ...members, v: 1 } as Leaf) : null;
}

const noInstance = '00000000-0000-0000-0000-000000000000';
const instantLength = 24;
const traceLength = 32;

function digestOrNull(scan: PlainScan): string | null {
  if (scan.passIf('null')) return null;
  scan.pass('"');
  const digest = scan.digest();
  scan.pass('"');
  return digest;
}

function wordOrNull(scan: PlainScan): string | null {
  if (scan.passIf('null')) return null;
  scan.pass('"');
  const word = scan.plain();
  scan.pass('"');
  return word;
}
