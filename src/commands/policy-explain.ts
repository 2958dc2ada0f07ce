import { decide } from '../core/policy/decide.ts';
import type { Text } from '../core/policy/explain/text.ts';
import { explain, type Reader, readers } from '../core/policy/explain.ts';
import { readQuestion } from '../policy-files/read-question.ts';
import { loadPolicies } from './load-policies.ts';
import { type Colours, coloursFor, printJson, printLines, printLoadErrors } from './terminal.ts';

export interface ExplainOptions {
  /** Folder with the policies. */
  readonly policies: string;
  /** Name of a case, where the file is one of cases. */
  readonly case?: string;
  /** Left out: all three. */
  readonly for?: Reader;
  readonly language: 'nl' | 'en';
  readonly json: boolean;
}

/** `policy explain`: what a partner, an officer and the person are told about one decision. A refusal is an answer too. */
export function policyExplain(file: string, options: ExplainOptions): void {
  const set = loadPolicies(options.policies, options.json);
  if (set === null) return;
  const read = readQuestion(set, file, options.case ?? null);
  if (!read.ok) {
    printLoadErrors(read.errors, options.json);
    return;
  }
  const decision = decide(set, read.question);
  const { texts, shown } = explain(set, read.question, decision);
  const wanted = options.for === undefined ? readers : [options.for];
  if (options.json) {
    const chosen = Object.fromEntries(wanted.map((reader) => [reader, texts[reader]]));
    const outcome = decision.outcome === 'permit' ? 'permit' : decision.class;
    printJson({ outcome, ...chosen, ...(wanted.includes('detainee') ? { shown } : {}) });
    return;
  }
  const colours = coloursFor(process.stdout);
  const { language } = options;
  printLines(
    wanted.flatMap((reader) => [
      ...(wanted.length > 1 ? [colours.faint(`── ${reader} ──`)] : []),
      ...textLines(texts[reader], language, colours),
      ...(reader === 'detainee' ? [colours.faint(`(${shown[language]})`), ''] : []),
    ]),
  );
}

function textLines({ title, paragraphs }: Text, language: 'nl' | 'en', colours: Colours): string[] {
  return [
    colours.strong(title[language]),
    '',
    ...paragraphs.flatMap(({ text, items }) => [text[language], ...items.map((item) => `  – ${item[language]}`), '']),
  ];
}
