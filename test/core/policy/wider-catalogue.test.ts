import { describe, expect, test } from 'vitest';
import type { Catalogue, FactType, FactWord, PartnerKind } from '../../../src/core/category/catalogue.ts';
import { diffSets } from '../../../src/core/policy/diff-sets.ts';
import { widerWords } from '../../../src/core/policy/wider-catalogue.ts';
import { shippedSet } from '../../world/shipped-set.ts';

const set = shippedSet();
const { catalogue } = set;

function withType(id: string, over: Partial<FactType>): Catalogue {
  const type = catalogue.factTypes.get(id);
  if (type === undefined) throw new Error('no such type');
  return { ...catalogue, factTypes: new Map([...catalogue.factTypes, [id, { ...type, ...over }]]) };
}

function withWord(id: string, attribute: string, word: string, over: Partial<FactWord>): Catalogue {
  const type = catalogue.factTypes.get(id);
  const forms = type?.words.get(attribute);
  const form = forms?.get(word);
  if (type === undefined || forms === undefined || form === undefined) throw new Error('no such word');
  return withType(id, {
    words: new Map([...type.words, [attribute, new Map([...forms, [word, { ...form, ...over }]])]]),
  });
}

function withKind(id: string, over: Partial<PartnerKind>): Catalogue {
  const kind = catalogue.partnerKinds.get(id);
  if (kind === undefined) throw new Error('no such kind');
  return { ...catalogue, partnerKinds: new Map([...catalogue.partnerKinds, [id, { ...kind, ...over }]]) };
}

const mandate = (over: Partial<FactWord>) => withWord('involvement', 'role', 'mandated-municipality', over);
const ageWord = [...(catalogue.factTypes.get('age-group')?.words.get('age') ?? [])].find(
  ([, { representativeDecides }]) => representativeDecides,
)?.[0];

describe('a catalogue by which more may happen', () => {
  test.each<[string, Catalogue, RegExp]>([
    [
      'a fact that somebody more may attest',
      withType('detention', { attestedBy: ['prison', 'prisonService', 'police'] }),
      /attested by police/,
    ],
    [
      'a fact for which no involvement is asked any more',
      withType('restriction', { byInvolvedOnly: [] }),
      /without involvement by/,
    ],
    ['a role that somebody more may give', mandate({ attestedBy: ['municipality', 'police'] }), /said by police/],
    ['a role that anybody involved may give', mandate({ byInvolvedAs: new Map() }), /in whatever role/],
    [
      'a role that may be given in one role more',
      mandate({
        byInvolvedAs: new Map([
          ['municipality', ['residence-municipality', 'return-municipality', 'mandated-municipality']],
        ]),
      }),
      /as mandated-municipality/,
    ],
    ['a role that a kind more may hold', mandate({ about: ['municipality', 'police'] }), /said of police/],
    ['a role without its case', mandate({ reference: 'none' }), /reference/],
    [
      'a role with several holders',
      withWord('involvement', 'role', 'residence-municipality', { exclusive: null }),
      /one holder/,
    ],
    [
      'a word that asked for a representative',
      withWord('age-group', 'age', ageWord ?? '', { representativeDecides: false }),
      /representative/,
    ],
    ['a role that lets attest', mandate({ attestsNothing: false }), /lets its holder attest/],
    ['a role that may be claimed', mandate({ claimable: true }), /claimed/],
    ['a kind that may read the ledger', withKind('mayor', { audits: true }), /all entries of the ledger/],
    ['a kind that may process the number', withKind('mayor', { mayProcessBsn: true }), /citizen service number/],
    [
      'a kind that may process the chain number',
      withKind('municipality', { mayProcessSkn: true }),
      /criminal chain number/,
    ],
  ])('%s is told of, and not the other way round', (_, wider, told) => {
    const [only, ...others] = widerWords(catalogue, wider);
    expect(others).toEqual([]);
    expect(only?.what).toMatch(told);
    expect(widerWords(wider, catalogue)).toEqual([]);
  });

  test('is part of what a new set grants more', () => {
    const after = { ...set, catalogue: mandate({ byInvolvedAs: new Map() }) };
    expect(diffSets(set, after).words).toHaveLength(1);
    expect(diffSets(set, set).words).toEqual([]);
  });
});
