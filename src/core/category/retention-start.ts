import type { Catalogue, Label } from './catalogue.ts';
import type { RetentionFile } from './catalogue-files.ts';
import type { Problems } from './file-problem.ts';

/** An event from which a recipient's retention counts. */
export interface RetentionStart {
  readonly label: Label;
  /** What starts it without a fact: the disclosure itself. */
  readonly event: 'disclosure' | null;
  /** The fact that tells it; null where no fact of the gateway does. */
  readonly fact: {
    readonly type: string;
    readonly edge: 'start' | 'end';
    /** Attribute → words, one of which each; empty: every fact of the type. */
    readonly is: ReadonlyMap<string, ReadonlySet<string>>;
    /** Whether one that came before the request counts too. */
    readonly earlier: boolean;
  } | null;
}

/** Starts of which the gateway can know the moment; what counts from another has no date here. */
export function datedStarts(starts: ReadonlyMap<string, RetentionStart>): readonly string[] {
  return [...starts].flatMap(([word, { event, fact: told }]) => (event === null && told === null ? [] : [word]));
}

/** Reads the starts of `retention.yaml`; words that no fact can have are noted. */
export function retentionStartsOf(
  starts: RetentionFile['starts'],
  catalogue: Catalogue,
  notes: Problems,
): Map<string, RetentionStart> {
  return new Map<string, RetentionStart>(
    Object.entries(starts).map(([id, form]): [string, RetentionStart] => {
      if ('event' in form) return [id, { label: form.label, event: form.event, fact: null }];
      if (!('type' in form)) return [id, { label: form, event: null, fact: null }];
      const { label, type, edge, is, earlier = false } = form;
      const at = ['starts', id];
      const known = notes.known([...at, 'type'], 'fact type', type, catalogue.factTypes);
      const attributes = catalogue.factTypes.get(type)?.words ?? new Map<string, ReadonlyMap<string, unknown>>();
      for (const [attribute, words] of known ? Object.entries(is ?? {}) : []) {
        if (!notes.known([...at, 'is', attribute], 'attribute', attribute, attributes)) continue;
        for (const [index, word] of words.entries())
          notes.known([...at, 'is', attribute, index], 'word', word, attributes.get(attribute) ?? new Map());
      }
      const narrowed = Object.entries(is ?? {}).map(([attribute, words]) => [attribute, new Set(words)] as const);
      return [id, { label, event: null, fact: { type, edge, is: new Map(narrowed), earlier } }];
    }),
  );
}
