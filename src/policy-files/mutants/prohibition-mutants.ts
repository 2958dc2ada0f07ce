import { conditionMutants } from './condition-mutants.ts';
import { at, type Json, listAt, Maker, type Making, type Mutant } from './mutant.ts';
import { approvalMutants } from './obligation-mutants.ts';

const narrowing = [
  'recipients',
  'sources',
  'purposes',
  'categories',
  'fields',
  'classes',
  'obtained',
  'bases',
  'consent',
];

/** Every way to lose a prohibition or to make it weaker, in the file of prohibitions. */
export function prohibitionMutants(content: Json, making: Making): readonly Mutant[] {
  const maker = new Maker(content);
  for (const index of listAt(content, []).keys()) {
    maker.put('prohibition-drop', [index], undefined, 'drop the prohibition');
    for (const member of narrowing) {
      const words = listAt(content, [index, member]);
      for (const [place, word] of words.entries()) {
        maker.put('prohibition-narrow', [index, member, place], undefined, `drop ${JSON.stringify(word)} of ${member}`);
      }
    }
    const unless = [index, 'unless'];
    if (at(content, unless) === undefined) continue;
    maker.put('prohibition-absolute', unless, undefined, 'drop the exception');
    conditionMutants(maker, [...unless, 'when'], making.catalogue);
    for (const member of ['when', 'consent', 'approval']) {
      if (at(content, [...unless, member]) !== undefined) {
        maker.put('prohibition-unless', [...unless, member], undefined, `the exception asks no "${member}"`);
      }
    }
    approvalMutants(maker, [...unless, 'approval']);
  }
  return maker.made;
}
