/** The part of a terminal that progress needs; `process.stdout` is one. */
export interface Terminal {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
}

export interface Progress {
  /** A title above the steps that follow. */
  heading(text: string): void;
  /** Runs `work`, and says when it is done (✓) or not (✗) and how long it took. What it throws goes on. */
  step<T>(title: string, work: () => Promise<T>): Promise<T>;
  /** A plain line below a step. */
  note(text: string): void;
  /** How many steps did not succeed. */
  failures(): number;
}

export interface ProgressOptions {
  readonly terminal: Terminal;
  /** `process.env`: NO_COLOR (https://no-color.org) and TERM=dumb switch colour off. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Milliseconds of a clock that does not jump, such as `performance.now`. */
  readonly now: () => number;
}

const codes = { bold: [1, 22], dim: [2, 22], green: [32, 39], red: [31, 39] } as const;

type Style = keyof typeof codes;

/** Colour is for people: only on a terminal, and only where nobody switched it off. */
function stylist(options: Pick<ProgressOptions, 'terminal' | 'env'>): (style: Style, text: string) => string {
  const { terminal, env } = options;
  const coloured = terminal.isTTY === true && (env.NO_COLOR ?? '') === '' && env.TERM !== 'dumb';
  if (!coloured) return (_, text) => text;
  return (style, text) => `\u001b[${codes[style][0]}m${text}\u001b[${codes[style][1]}m`;
}

/** `85 ms`, `1,2 s`, `2 min 5 s`: Dutch, short. */
export function duration(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  // Rounded first, so that 59,96 s is not shown as 60,0 s.
  const tenths = Math.round(ms / 100);
  if (tenths < 600) return `${(tenths / 10).toFixed(1).replace('.', ',')} s`;
  const seconds = Math.round(ms / 1_000);
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

/**
 * Steps on a terminal. Where it is one, a step shows while it runs and its line is rewritten at the
 * end; elsewhere each step is one plain line, so that a log reads well.
 */
export function createProgress(options: ProgressOptions): Progress {
  const { terminal, now } = options;
  const style = stylist(options);
  const live = terminal.isTTY === true && options.env.TERM !== 'dumb';
  let failed = 0;

  function begin(title: string): void {
    // A line that wraps cannot be rewritten, so what shows while running is cut to the width.
    if (live) terminal.write(style('dim', `  … ${title}`.slice(0, Math.max(1, (terminal.columns ?? 80) - 1))));
  }
  function end(mark: string, title: string, startedAt: number): void {
    const rewrite = live ? '\r\u001b[2K' : '';
    terminal.write(`${rewrite}  ${mark} ${title}  ${style('dim', duration(now() - startedAt))}\n`);
  }
  return {
    heading: (text) => {
      terminal.write(`\n${style('bold', text)}\n`);
    },
    async step(title, work) {
      const startedAt = now();
      begin(title);
      try {
        const value = await work();
        end(style('green', '✓'), title, startedAt);
        return value;
      } catch (error) {
        failed += 1;
        end(style('red', '✗'), title, startedAt);
        throw error;
      }
    },
    note: (text) => {
      terminal.write(`    ${text}\n`);
    },
    failures: () => failed,
  };
}
