import type { Words } from './words.ts';

export const follow: Words['follow'] = {
  figures: 'By recipient',
  figuresOf: (name) => `Figures of ${name}`,
  late: 'Of these too late',
  states: 'Which lines',
  shown: (count) => (count === 1 ? '1 line' : `${count} lines`),
  of: (name) => `Only of ${name}.`,
  all: 'Show all recipients',
  invalid: 'This filter is not right. That is why there are no lines.',
  none: 'There are no lines that fit.',
  next: 'Next lines',
  first: 'First lines',
};
