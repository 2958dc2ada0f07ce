import type { PolicyFileError } from '../policy-files/yaml-file.ts';

/** Exit codes: fine; the policies are wrong, or the answer is no; the command was not understood or could not be done. */
export const exitCodes = { fine: 0, wrong: 1, usage: 2, underWay: 3 } as const;

type Paint = (text: string) => string;

/** Words for what a colour means; without colours each leaves the text as it is. */
export interface Colours {
  readonly strong: Paint;
  readonly faint: Paint;
  readonly good: Paint;
  readonly bad: Paint;
  readonly warn: Paint;
}

/** Colours for people at a terminal who did not say that they want none (https://no-color.org). */
export function coloursFor(stream: { readonly isTTY?: boolean }, environment = process.env): Colours {
  const plain = !stream.isTTY || (environment.NO_COLOR ?? '') !== '';
  const paint = (code: number, end: number): Paint => {
    return plain ? (text) => text : (text) => `\u001b[${code}m${text}\u001b[${end}m`;
  };
  return { strong: paint(1, 22), faint: paint(2, 22), good: paint(32, 39), bad: paint(31, 39), warn: paint(33, 39) };
}

export function printLines(lines: readonly string[]): void {
  for (const line of lines) process.stdout.write(`${line}\n`);
}

export function printJson(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value, null, 2)}\n`);
}

/** `file:line:column message`: a place that editors can open. */
export function placeLine({ file, line, column, message }: PolicyFileError, colours: Colours): string {
  return `${colours.strong(`${file}:${line}:${column}`)} ${message}`;
}

/** A set that does not load: every fault on a line of its own, or as JSON on standard output; nothing else is said. */
export function printLoadErrors(
  errors: readonly PolicyFileError[],
  json: boolean,
  stream: NodeJS.WritableStream & { readonly isTTY?: boolean } = process.stdout,
): void {
  if (json) printJson({ ok: false, errors });
  else for (const error of errors) stream.write(`${placeLine(error, coloursFor(stream))}\n`);
  process.exitCode = exitCodes.wrong;
}

/** Rows in columns as wide as their widest cell; figures go to the right. */
export function textTable(header: readonly string[], rows: readonly (readonly (string | number)[])[]): string[] {
  const widths = header.map((name, column) =>
    Math.max(name.length, ...rows.map((row) => `${row[column] ?? ''}`.length)),
  );
  const line = (cells: readonly (string | number)[]): string =>
    cells
      .map((cell, column) => {
        const width = widths[column] ?? 0;
        return typeof cell === 'number' ? `${cell}`.padStart(width) : cell.padEnd(width);
      })
      .join('  ')
      .trimEnd();
  return [line(header), line(widths.map((width) => '─'.repeat(width))), ...rows.map(line)];
}

const patience = 2000;

const barWidth = 24;

function bar(finished: number, total: number): string {
  const full = total > 0 ? Math.floor((Math.min(Math.max(finished, 0), total) / total) * barWidth) : 0;
  return `${'█'.repeat(full)}${'░'.repeat(barWidth - full)}`;
}

/**
 * Tells on standard error how far a long work is, once it has taken more than two seconds: as a bar over one
 * line at a terminal, every ten seconds in words elsewhere. `done` wipes the line.
 */
export function progress(
  what: string,
  stream: { readonly isTTY?: boolean; write(text: string): unknown } = process.stderr,
) {
  const started = performance.now();
  let told = started + patience - (stream.isTTY ? 200 : 10_000);
  let shown = false;
  return {
    tick: (finished: number, total: number): void => {
      const now = performance.now();
      if (now - started < patience || now - told < (stream.isTTY ? 200 : 10_000)) return;
      told = now;
      shown = true;
      const text = `${what}: ${finished} of ${total}`;
      stream.write(stream.isTTY ? `\r\u001b[2K${bar(finished, total)} ${text}` : `${text}\n`);
    },
    done: (): void => {
      if (shown && stream.isTTY) stream.write('\r\u001b[2K');
    },
  };
}
