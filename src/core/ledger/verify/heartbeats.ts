import type { Instant } from '../../brand.ts';
import { momentOf } from '../../calendar.ts';
import { toBase64Url } from '../encoding.ts';
import type { JsonValue, Leaf } from '../entry.ts';
import type { Findings } from './findings.ts';
import type { Lane } from './instance-lanes.ts';
import type { KnownHeads } from './known-heads.ts';

/** Heartbeats and voids: what an instance says of its own silence, of the others, and of what it did not write. */
export interface Heartbeats {
  /** @param flush number of the flush that it stands in */
  leaf(leaf: Leaf, lane: Lane, flush: number): Promise<void> | undefined;
  /** An entry without a good leaf: it may have been a heartbeat. */
  untold(lane: Lane): void;
  end(): void;
}

interface Beating {
  everyMs: number;
  latest: string;
  hasEnded: boolean;
}

interface NamedHead {
  readonly instance: string;
  readonly flush: number;
  readonly head: string;
}

/** As the forms of these kinds have them. */
function namedHeads(value: JsonValue | undefined): readonly NamedHead[] {
  return Array.isArray(value) ? (value as readonly NamedHead[]) : [];
}

export function heartbeats(heads: KnownHeads, findings: Findings): Heartbeats {
  const instances = new Map<string, Beating>();

  const beat = async (leaf: Leaf, { instance: own }: Lane, spoken: Lane['spoken']): Promise<void> => {
    findings.checked.heartbeats += 1;
    const { phase, everySeconds, others } = leaf.body;
    if (spoken !== 'untold' && (phase === 'begin') !== (spoken === 'nothing')) findings.problem('heartbeat', leaf.id);
    const known = instances.get(own);
    const everyMs = Number(everySeconds) * 1000;
    if (known === undefined) instances.set(own, { everyMs, latest: leaf.time, hasEnded: phase === 'end' });
    else {
      known.everyMs = everyMs;
      known.hasEnded = phase === 'end';
    }
    for (const { instance, flush, head } of namedHeads(others)) {
      await heads.expect({ instance, number: flush, head, code: 'head-missing', where: leaf.id });
    }
  };
  const passSilence = (leaf: Leaf, { instance }: Lane): void => {
    const known = instances.get(instance);
    if (known === undefined) return;
    if (known.hasEnded) findings.problem('heartbeat', leaf.id);
    if (leaf.time <= known.latest) return;
    const silence = momentOf(leaf.time as Instant) - momentOf(known.latest as Instant);
    if (silence > 2 * known.everyMs) findings.note('silence', `${instance}: ${known.latest} – ${leaf.time}`);
    known.latest = leaf.time;
  };
  const checkVoid = (leaf: Leaf, { latest, written }: Lane, flush: number): void => {
    findings.checked.voids += 1;
    const head = latest?.row.number === flush ? toBase64Url(latest.head) : null;
    const isWrong = namedHeads(leaf.body.aborted).some((named) => named.flush !== flush || named.head === head);
    if (written === flush || isWrong) findings.problem('void', leaf.id);
  };

  return {
    leaf(leaf, lane, flush) {
      passSilence(leaf, lane);
      if (leaf.kind === 'void') {
        checkVoid(leaf, lane, flush);
        lane.voided = flush;
        return undefined;
      }
      if (lane.voided === flush) findings.problem('void', leaf.id);
      // Numbers that were signed and not written may come before everything else.
      const { spoken } = lane;
      lane.spoken = 'something';
      lane.written = flush;
      return leaf.kind === 'heartbeat' ? beat(leaf, lane, spoken) : undefined;
    },
    untold(lane) {
      if (lane.spoken === 'nothing') lane.spoken = 'untold';
    },
    end() {
      for (const [instance, { latest, hasEnded }] of instances) {
        if (!hasEnded) findings.note('instance-open', `${instance}: ${latest}`);
      }
    },
  };
}
