import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { displayWidth, renderTable } from '../../src/demo/table.ts';

const columns = [{ header: 'wat' }, { header: 'ms', align: 'right' as const }];

describe('a table', () => {
  test('aligns its columns, numbers to the right', () => {
    const rows = [
      ['bericht aan de gemeente', '12'],
      ['weigering', '1234'],
    ];
    expect(renderTable(columns, rows, 80)).toBe(
      [
        'wat                        ms',
        '───────────────────────  ────',
        'bericht aan de gemeente    12',
        'weigering                1234',
      ].join('\n'),
    );
  });

  test('continues a cell that does not fit on the next line of its row', () => {
    expect(renderTable(columns, [['een tamelijk lange omschrijving', '7']], 24)).toBe(
      ['wat                   ms', '────────────────────  ──', 'een tamelijk lange     7', 'omschrijving'].join('\n'),
    );
  });

  test('counts what a terminal shows: no colour codes, accents once, emoji twice', () => {
    expect(displayWidth('\u001b[32m✓\u001b[39m ja')).toBe(4);
    expect(displayWidth('Zoë́')).toBe(3);
    expect(displayWidth('🔒')).toBe(2);
  });

  test('stays within the width and loses no word', () => {
    const word = fc.stringMatching(/^[a-z]{1,8}$/);
    const cell = fc.array(word, { minLength: 1, maxLength: 12 }).map((words) => words.join(' '));
    fc.assert(
      fc.property(
        fc.array(fc.tuple(cell, cell), { minLength: 1, maxLength: 6 }),
        fc.integer({ min: 20, max: 90 }),
        (rows, width) => {
          const lines = renderTable([{ header: 'a' }, { header: 'b' }], rows, width).split('\n');
          expect(Math.max(...lines.map(displayWidth))).toBeLessThanOrEqual(width);
          const shown = lines.slice(2).join(' ').split(/\s+/).filter(Boolean).sort();
          expect(shown).toEqual(rows.flat().join(' ').split(' ').sort());
        },
      ),
    );
  });
});
