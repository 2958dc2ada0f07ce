import type { PolicySet } from './policy-set.ts';
import { contradictions } from './static-checks/contradictions.ts';
import type { Finding } from './static-checks/finding.ts';
import { consentCited, plainWords, ungranted } from './static-checks/loose-ends.ts';
import { nobodyToTurnTo } from './static-checks/nobody-to-turn-to.ts';
import { shadowedRules } from './static-checks/shadowed-rules.ts';

/**
 * What is wrong with a set that loads, as far as its text shows it: errors first. What may not load
 * at all (words, grounds, joins, prohibitions) was refused before there was a set.
 */
export function staticChecks(set: PolicySet): Finding[] {
  const found = [
    ...shadowedRules(set),
    ...contradictions(set),
    ...consentCited(set),
    ...ungranted(set),
    ...plainWords(set),
    ...nobodyToTurnTo(set),
  ];
  return found.sort((a, b) => Number(a.severity === 'warning') - Number(b.severity === 'warning'));
}
