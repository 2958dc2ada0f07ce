import { join } from 'node:path';
import { type Checkpoint, readCheckpoint } from '../core/ledger/checkpoint.ts';
import { cosignatureLine } from '../core/ledger/cosignature.ts';
import { readNote } from '../core/ledger/note.ts';
import type { VerifierKey } from '../core/ledger/verifier-key.ts';
import type { AddCheckpoint } from './add-checkpoint.ts';
import { isSameTree, keepEvidence } from './evidence.ts';
import { judgeCheckpoint, logOf, type Refusal, type WitnessedLog } from './judge-checkpoint.ts';
import { logFolder, type Remembered, recall, remember } from './witness-state.ts';

export interface WitnessPorts {
  /** Folder with what it remembers; nobody else's. */
  readonly state: string;
  readonly logs: ReadonlyMap<string, WitnessedLog>;
  readonly key: VerifierKey;
  readonly sign: (message: Buffer) => Buffer;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly tell: (event: WitnessEvent) => void;
}

export type WitnessEvent =
  | { readonly event: 'cosigned'; readonly origin: string; readonly size: number }
  | {
      readonly event: 'refused';
      readonly origin: string;
      readonly why: Refusal['why'];
      readonly evidence: string | null;
    };

export type Answer = { readonly line: string } | Refusal;

export interface Witness {
  add(asked: AddCheckpoint): Promise<Answer>;
}

/** What happened between two looks at the state, when another process of the same witness wrote between them. */
const mostTries = 20;

/** A folder that holds something else than what a witness wrote into it. */
class WitnessStateError extends Error {
  constructor(folder: string) {
    super(`${folder}: the note that was cosigned last cannot be read; nothing is cosigned for this log until it can`);
    this.name = 'WitnessStateError';
  }
}

/**
 * Cosigns what continues what it cosigned before, and nothing else. INVARIANT: what it cosigns is on disk before anybody
 * has the cosignature, behind exactly the note that it was compared with.
 */
export function createWitness(ports: WitnessPorts): Witness {
  const turns = new Map<string, Promise<unknown>>();
  return {
    async add(asked) {
      const log = logOf(asked.note, ports.logs);
      if ('why' in log) return log;
      // One at a time for each log: they would only find each other's number taken.
      const before = turns.get(log.origin) ?? Promise.resolve();
      const turn = before.then(() => addTo(log, asked, ports));
      turns.set(
        log.origin,
        turn.catch(() => undefined),
      );
      return turn;
    },
  };
}

async function addTo(log: WitnessedLog, asked: AddCheckpoint, ports: WitnessPorts): Promise<Answer> {
  const folder = logFolder(ports.state, log.origin);
  for (let tries = 0; tries < mostTries; tries += 1) {
    const last = await recall(folder);
    const lastTree = treeOf(last, folder);
    const judged = judgeCheckpoint(asked, log, lastTree);
    if ('why' in judged) {
      await refuse(judged, { asked, last, log }, ports);
      return judged;
    }
    const isNew = lastTree === null || judged.size > lastTree.size;
    if (isNew && !(await remember(folder, last, asked.note))) continue;
    ports.tell({ event: 'cosigned', origin: log.origin, size: judged.size });
    return { line: cosign(asked.note, judged, ports) };
  }
  throw new Error('another process keeps writing to the state of this witness');
}

function treeOf(last: Remembered, folder: string): Checkpoint | null {
  if (last.note === null) return null;
  const tree = readCheckpoint(readNote(last.note)?.text ?? '');
  if (tree === null) throw new WitnessStateError(folder);
  return tree;
}

function cosign(note: string, tree: Checkpoint, { key, sign, now }: WitnessPorts): string {
  const text = readNote(note)?.text ?? '';
  return cosignatureLine(key, sign, { text, tree, time: Math.floor(now() / 1_000) });
}

interface Refused {
  readonly asked: AddCheckpoint;
  readonly last: Remembered;
  readonly log: WitnessedLog;
}

/** Says what was refused, and keeps what may be a fork. The same tree once more with a wrong proof is nothing to tell. */
async function refuse({ why }: Refusal, { asked, last, log }: Refused, ports: WitnessPorts): Promise<void> {
  if (why === 'other-size' || (why === 'not-proved' && isSameTree(asked.note, last.note))) return;
  const folder = join(logFolder(ports.state, log.origin), 'evidence');
  const evidence = await keepEvidence(folder, why, { asked, before: last.note });
  ports.tell({ event: 'refused', origin: log.origin, why, evidence });
}
