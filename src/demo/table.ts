import { stripVTControlCharacters } from 'node:util';

export interface Column {
  readonly header: string;
  readonly align?: 'left' | 'right';
}

const gap = 2;
/** A column is not made narrower than this; a terminal smaller than that wraps by itself. */
const narrowest = 8;
const graphemes = new Intl.Segmenter('nl', { granularity: 'grapheme' });
const wide = /\p{Emoji_Presentation}|[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60]/u;

/** Columns that a text takes on a terminal: colour codes take none, wide characters two. */
export function displayWidth(text: string): number {
  let width = 0;
  for (const { segment } of graphemes.segment(stripVTControlCharacters(text))) width += wide.test(segment) ? 2 : 1;
  return width;
}

/** Lines of at most `width` columns, broken at spaces; a longer word is cut. Colour codes are dropped when it breaks. */
function wrap(text: string, width: number): string[] {
  if (displayWidth(text) <= width) return [text];
  const lines: string[] = [];
  let line = '';
  for (const word of stripVTControlCharacters(text).split(' ')) {
    let rest = word;
    if (line !== '' && displayWidth(line) + 1 + displayWidth(rest) > width) {
      lines.push(line);
      line = '';
    }
    for (; displayWidth(rest) > width; rest = rest.slice(width)) lines.push(rest.slice(0, width));
    line = line === '' ? rest : `${line} ${rest}`;
  }
  return line === '' ? lines : [...lines, line];
}

/** Takes columns away from the widest until all fit. */
function narrow(wanted: readonly number[], available: number): number[] {
  const widths = [...wanted];
  for (let excess = widths.reduce((sum, width) => sum + width, 0) - available; excess > 0; excess -= 1) {
    const widest = widths.indexOf(Math.max(...widths));
    const width = widths[widest] ?? 0;
    if (width <= narrowest) break;
    widths[widest] = width - 1;
  }
  return widths;
}

function pad(text: string, width: number, align: 'left' | 'right'): string {
  const space = ' '.repeat(Math.max(0, width - displayWidth(text)));
  return align === 'right' ? space + text : text + space;
}

/**
 * A plain table, aligned, at most `width` columns wide: cells that do not fit continue on the next
 * line of their row. Every row has a cell for every column.
 */
export function renderTable(columns: readonly Column[], rows: readonly (readonly string[])[], width: number): string {
  const headers = columns.map((column) => column.header);
  const wanted = columns.map((_, index) => {
    return Math.max(...[headers, ...rows].map((row) => displayWidth(row[index] ?? '')));
  });
  const widths = narrow(wanted, width - gap * (columns.length - 1));

  function render(row: readonly string[]): string[] {
    const cells = widths.map((cellWidth, index) => wrap(row[index] ?? '', cellWidth));
    const height = Math.max(...cells.map((lines) => lines.length));
    return Array.from({ length: height }, (_, line) => {
      const parts = cells.map((lines, index) => {
        return pad(lines[line] ?? '', widths[index] ?? 0, columns[index]?.align ?? 'left');
      });
      return parts.join(' '.repeat(gap)).trimEnd();
    });
  }
  const rule = widths.map((cellWidth) => '─'.repeat(cellWidth)).join(' '.repeat(gap));
  return [...render(headers), rule, ...rows.flatMap(render)].join('\n');
}
