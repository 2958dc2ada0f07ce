/** What the gateway asks of the keeper, once; closing the channel says "stop". */
export interface KeepOrder {
  readonly type: 'keep';
  readonly dataDir: string;
  /** 0: any that is free. */
  readonly port: number;
  /** Remove the data directory after stopping. */
  readonly ephemeral: boolean;
}

export type ToKeeper = KeepOrder | { readonly type: 'stop' };

export type FromKeeper =
  | { readonly type: 'ready'; readonly port: number; readonly pid: number; readonly cluster: string }
  | { readonly type: 'restarted'; readonly pid: number }
  | { readonly type: 'failed'; readonly name: string; readonly message: string };
