import { a, b, c, request, someLedger } from '../core/ledger/some-ledger.ts';
import {
  disclosure,
  heartbeat,
  instanceId,
  permit,
  plain,
  type WrittenLedger,
  writtenLedger,
} from '../world/written-ledger.ts';

/** Two instances and what they waited with, signed by keys of which the second follows the first. */
function rotated(): WrittenLedger {
  const written = someLedger();
  written.rotate();
  written.flush(c, [heartbeat('begin', [written.head(b)]), permit(request(9)), disclosure(request(9))]);
  written.sequence();
  written.flush(c, [heartbeat('end')]);
  written.rows.marks.push(written.mark(c));
  return written;
}

function withVoids(): WrittenLedger {
  const written = someLedger();
  const aborted = (flush: number) => ({ aborted: [{ flush, head: Buffer.alloc(32, 9).toString('base64url') }] });
  written.flush(c, [plain('void', aborted(1)), plain('void', aborted(1))]);
  written.flush(c, [heartbeat('begin', [written.head(a), written.head(b)])]);
  written.flush(c, [plain('void', aborted(3))]);
  written.flush(c, [permit(request(9)), disclosure(request(9))]);
  written.sequence(5);
  return written;
}

/** Leaves whose period ended, and openings of a person and of a value, as the entries say. */
function forgotten(): WrittenLedger {
  const written = someLedger();
  const { rows } = written;
  const whole = rows.entries.map(({ leaf }) => JSON.parse(leaf ?? 'null'));
  written.flush(c, [
    plain('erasure', { scope: 'leaves', ranges: [{ instance: a, from: 3, to: 4 }], erased: 0 }),
    plain('erasure', { scope: 'value', entry: whole[7].id, name: 'reference' }),
    plain('erasure', { scope: 'subject', openings: rows.entries[9]?.openings.length ?? 0, entries: 1 }),
  ]);
  written.sequence();
  rows.entries = rows.entries.map((row, index) => {
    const { id, instance, sequence, kind, time } = whole[index] ?? {};
    if (instance === a && (sequence === 3 || sequence === 4)) {
      return { ...row, leaf: null, openings: [], columns: { id, instance, sequence, kind, time } };
    }
    const isErased = (name: string) => index === 9 || (index === 7 && name === 'reference');
    return {
      ...row,
      openings: row.openings.map(([name, digest, state]) => [name, digest, isErased(name) ? 'erased' : state]),
    };
  });
  return written;
}

/** Several tiles and files, three instances in turns, and something that waits. */
export function large(): WrittenLedger {
  const written = writtenLedger();
  const instances = [1, 2, 3].map(instanceId);
  for (const instance of instances) written.flush(instance, [heartbeat('begin')]);
  for (let n = 0; n < 150; n++) {
    written.flush(instances[n % 3] ?? '', [permit(request(n)), disclosure(request(n))]);
    if (n % 30 === 29) written.sequence();
  }
  return written;
}

export const goodLedgers: Readonly<Record<string, () => WrittenLedger>> = {
  'nothing at all': writtenLedger,
  'two instances, one of which ended': someLedger,
  'keys that follow one another': rotated,
  'numbers that were signed and not written': withVoids,
  'leaves and openings that are forgotten': forgotten,
  'more than a tile of entries': large,
};
