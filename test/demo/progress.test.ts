import { describe, expect, test } from 'vitest';
import { createProgress, duration, type Terminal } from '../../src/demo/progress.ts';

function screen(isTTY: boolean): Terminal & { text(): string } {
  let written = '';
  return {
    isTTY,
    columns: 20,
    write(text: string) {
      written += text;
    },
    text: () => written,
  };
}

/** A clock that has moved 1,2 s at each look. */
function clock(): () => number {
  let at = 0;
  return () => {
    at += 1_200;
    return at;
  };
}

async function play(terminal: Terminal, env: Record<string, string>): Promise<number> {
  const progress = createProgress({ terminal, env, now: clock() });
  progress.heading('Zwolle');
  expect(await progress.step('Bericht', async () => 7)).toBe(7);
  progress.note('aan de gemeente');
  const failing = progress.step('Een stap met een tamelijk lange titel', async () => {
    throw new Error('mis');
  });
  await expect(failing).rejects.toThrow('mis');
  return progress.failures();
}

const plain = '\nZwolle\n  ✓ Bericht  1,2 s\n    aan de gemeente\n  ✗ Een stap met een tamelijk lange titel  1,2 s\n';

describe('progress', () => {
  test('is one plain line a step where nobody looks at a terminal', async () => {
    const terminal = screen(false);
    expect(await play(terminal, {})).toBe(1);
    expect(terminal.text()).toBe(plain);
  });

  test('shows a running step on a terminal, cut to its width, and rewrites the line', async () => {
    const terminal = screen(true);
    await play(terminal, { NO_COLOR: '1' });
    const text = terminal.text();
    expect(text).toContain('  … Bericht\r\u001b[2K  ✓ Bericht  1,2 s\n');
    expect(text).toContain('  … Een stap met ee\r');
    expect(text).not.toContain('\u001b[3');
  });

  test('has colour on a terminal only, and not where it was switched off', async () => {
    const coloured = screen(true);
    await play(coloured, { NO_COLOR: '' });
    expect(coloured.text()).toContain('\u001b[32m✓\u001b[39m');
    expect(coloured.text()).toContain('\u001b[31m✗\u001b[39m');
    const dumb = screen(true);
    await play(dumb, { TERM: 'dumb' });
    expect(dumb.text()).toBe(plain);
  });

  test.each([
    [84.6, '85 ms'],
    [1_240, '1,2 s'],
    [59_960, '1 min 0 s'],
    [125_400, '2 min 5 s'],
  ])('%d ms reads %s', (ms, text) => {
    expect(duration(ms)).toBe(text);
  });
});
