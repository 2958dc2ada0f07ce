/** What makes a ledger not whole, as stable codes: docs/ledger.md § What is checked. */
export const problemCodes = [
  ...(['leaf', 'leaf-hash', 'leaf-copy', 'leaf-gone', 'entry-missing', 'tree-gap', 'sequence-gap'] as const),
  ...(['flush-missing', 'flush-gap', 'flush-place', 'flush-count', 'flush-root', 'flush-chain'] as const),
  ...(['flush-head', 'flush-signature', 'unknown-key', 'key'] as const),
  ...(['tile', 'checkpoint', 'checkpoint-root', 'checkpoint-none', 'tree-missing', 'pending'] as const),
  ...(['mark', 'mark-missing', 'receipt', 'receipt-missing', 'head-missing', 'heartbeat', 'void'] as const),
  ...(['opening-sealed', 'opening-erased', 'link-permit', 'link-consent'] as const),
  ...(['policy-unknown', 'policy-early', 'policy-files', 'witness', 'timestamp'] as const),
] as const;

export type ProblemCode = (typeof problemCodes)[number];

/** What is told and makes nothing wrong. */
export type NoteCode =
  | 'permit-open'
  | 'instance-open'
  | 'silence'
  | 'policy-before'
  | 'policy-unkept'
  | 'link-erased'
  | 'erasure-open'
  | 'unwitnessed';

export interface Finding<Code> {
  readonly code: Code;
  /** An entry id, `instance/number`, `tree/index`, `checkpoint/size` or the like. Nothing personal. */
  readonly where: string;
}

/** What is counted, in the order in which it is told. */
const nothingChecked = {
  ...{ entries: 0, flushes: 0, flushSignatures: 0, instances: 0, tiles: 0, checkpoints: 0, openings: 0, links: 0 },
  ...{ heartbeats: 0, voids: 0, erasedLeaves: 0, erasedOpenings: 0, marks: 0, receipts: 0, cosignatures: 0 },
  ...{ timestamps: 0, policySets: 0, keys: 0 },
};

export type Checked = { -readonly [What in keyof typeof nothingChecked]: number };

export interface Findings {
  problem(code: ProblemCode, where: string): void;
  note(code: NoteCode, where: string): void;
  /** So many of each were checked: counted in place, since each entry passes here. */
  readonly checked: Checked;
  notChecked(what: string, why: string): void;
  end(): Found;
}

export interface Found {
  /** What was checked, and how many of each. */
  readonly checked: Readonly<Checked>;
  readonly notChecked: readonly { readonly what: string; readonly why: string }[];
  readonly problemCount: number;
  /** The first hundred, and of every code the first. */
  readonly problems: readonly Finding<ProblemCode>[];
  readonly noteCount: number;
  /** The first hundred. */
  readonly notes: readonly Finding<NoteCode>[];
}

const kept = 100;

export function findings(): Findings {
  const problems: Finding<ProblemCode>[] = [];
  const notes: Finding<NoteCode>[] = [];
  const checked: Checked = { ...nothingChecked };
  const notChecked = new Map<string, string>();
  const codes = new Set<ProblemCode>();
  let problemCount = 0;
  let noteCount = 0;
  return {
    problem(code, where) {
      problemCount += 1;
      if (problems.length < kept || !codes.has(code)) problems.push({ code, where });
      codes.add(code);
    },
    note(code, where) {
      noteCount += 1;
      if (notes.length < kept) notes.push({ code, where });
    },
    checked,
    notChecked: (what, why) => void notChecked.set(what, why),
    end: () => ({
      checked,
      notChecked: [...notChecked].map(([what, why]) => ({ what, why })),
      problemCount,
      problems,
      noteCount,
      notes,
    }),
  };
}
