import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { progress } from '../../src/commands/terminal.ts';

let said: string;
const stream = (isTTY: boolean) => ({
  isTTY,
  write(text: string) {
    said += text;
  },
});

beforeEach(() => {
  said = '';
  vi.useFakeTimers({ toFake: ['performance'] });
});

afterEach(() => {
  vi.useRealTimers();
});

test('at a terminal, what takes longer than two seconds has a bar, which goes when it is done', () => {
  const told = progress('entries', stream(true));
  told.tick(1, 100);
  expect(said).toBe('');
  vi.advanceTimersByTime(2_500);
  told.tick(25, 100);
  expect(said).toBe(`\r\u001b[2K${'█'.repeat(6)}${'░'.repeat(18)} entries: 25 of 100`);
  told.done();
  expect(said.endsWith('\r\u001b[2K')).toBe(true);
});

test('elsewhere there is no bar and nothing that moves', () => {
  const told = progress('entries', stream(false));
  vi.advanceTimersByTime(12_500);
  told.tick(25, 100);
  told.done();
  expect(said).toBe('entries: 25 of 100\n');
});
