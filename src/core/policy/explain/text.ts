import type { Label } from '../../category/catalogue.ts';

/** A text in paragraphs; a paragraph may end in a list. */
export interface Text {
  readonly title: Label;
  readonly paragraphs: readonly Paragraph[];
}

export interface Paragraph {
  readonly text: Label;
  readonly items: readonly Label[];
}

export function paragraph(nl: string, en: string, items: readonly Label[] = []): Paragraph {
  return { text: { nl, en }, items };
}

/** The same label for both languages: an id, a citation, a date. */
export function both(text: string): Label {
  return { nl: text, en: text };
}

export function joinLabels(labels: readonly Label[], separator = ', '): Label {
  return { nl: labels.map(({ nl }) => nl).join(separator), en: labels.map(({ en }) => en).join(separator) };
}
