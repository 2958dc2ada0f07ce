/** How a call on a port ends: as it should, with a fault, or in the death of its gateway; each before or after its effect. */
export const releases = ['go', 'fault-before', 'fault-after', 'death-before', 'death-after'] as const;
/** Or with the connection to the record cut just before or just after its effect, which its gateway must find out about. */
export const cuts = ['cut-before', 'cut-after'] as const;
export type Release = (typeof releases)[number] | (typeof cuts)[number];

/** What became of a call. */
export type Ending<T> =
  | { readonly type: 'answer'; readonly answer: T }
  | { readonly type: 'error'; readonly error: unknown }
  /** Nobody is there any more who could be answered. */
  | { readonly type: 'death' };

interface Held {
  readonly call: string;
  release(how: Release): Promise<void>;
}

/**
 * One operation of one gateway, which is held at each call on a port until somebody lets it go on. So whoever runs a
 * test says in which order the calls of several operations take effect, and the order can be written down and repeated.
 * An operation makes one call at a time.
 */
export class Task {
  readonly gateway: number;
  readonly number: number;
  /** Resolves to what it answered, or to the error that it threw, once it came to its end. */
  outcome: { readonly answer: unknown } | { readonly error: unknown } | null = null;
  dead = false;
  private held: Held | null = null;
  private arrived: () => void = () => undefined;
  private arrival: Promise<void>;

  constructor(gateway: number, number: number) {
    this.gateway = gateway;
    this.number = number;
    this.arrival = this.expect();
  }

  /** Runs it up to its first call. */
  async start(run: () => Promise<unknown>): Promise<void> {
    run().then(
      (answer) => this.end({ answer }),
      (error: unknown) => this.end({ error }),
    );
    await this.arrival;
  }

  /** Where it is held; null: it has ended. */
  get at(): string | null {
    return this.held?.call ?? null;
  }

  /** Lets it go on to its next call or its end. */
  async advance(how: Release = 'go'): Promise<void> {
    const { held } = this;
    if (held === null) return;
    this.held = null;
    this.arrival = this.expect();
    await held.release(how);
    if (!this.dead) await this.arrival;
  }

  /** Nobody is there any more who would do the rest. */
  die(): void {
    this.dead = true;
    this.held = null;
  }

  /** `enact`: lets the call take effect, or not, and says what became of it. */
  hold<T>(call: string, enact: (how: Release) => Promise<Ending<T>>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const release = async (how: Release): Promise<void> => {
        const ending = await enact(how);
        if (ending.type === 'answer') resolve(ending.answer);
        else if (ending.type === 'death') this.die();
        else reject(ending.error instanceof Error ? ending.error : new Error(String(ending.error)));
      };
      // Of two at once one would be forgotten, and whoever waits for it would wait for ever.
      if (this.held !== null) throw new Error(`${call} is called while ${this.held.call} is held`);
      this.held = { call, release };
      this.arrived();
    });
  }

  private end(outcome: NonNullable<Task['outcome']>): void {
    this.outcome = outcome;
    this.arrived();
  }

  private expect(): Promise<void> {
    return new Promise((resolve) => {
      this.arrived = resolve;
    });
  }
}
