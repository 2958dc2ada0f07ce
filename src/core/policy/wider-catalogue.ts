import type { Catalogue, FactType, FactWord, PartnerKind } from '../category/catalogue.ts';

/** A word of the catalogue by which more may happen than before, though no rule changed. */
export interface WiderWord {
  /** `involvement.role.mandated-municipality`, or a partner kind. */
  readonly word: string;
  readonly what: string;
}

type Words = readonly string[];

/**
 * What a new catalogue lets happen that the old one did not: rules rest on facts, so that who may say them,
 * of whom, and who decides on consent opens as much as a rule does. Words that are new open nothing by
 * themselves; a rule that names them shows elsewhere.
 */
export function widerWords(before: Catalogue, after: Catalogue): readonly WiderWord[] {
  return [
    ...[...after.partnerKinds.values()].flatMap((kind) => widerKind(before.partnerKinds.get(kind.id), kind)),
    ...[...after.factTypes.values()].flatMap((type) => widerType(before.factTypes.get(type.id), type)),
    ...[...after.fields.values()].flatMap(({ id, classes }) => {
      const lost = (before.fields.get(id)?.classes ?? []).filter((one) => !classes.includes(one));
      return lost.length === 0 ? [] : [{ word: id, what: `is no longer guarded as ${lost.join(', ')}` }];
    }),
  ];
}

function widerKind(before: PartnerKind | undefined, after: PartnerKind): WiderWord[] {
  // What else a kind may do, policies say; this it may by itself, also when it is new.
  const audits = after.audits && before?.audits !== true ? ['may now read all entries of the ledger'] : [];
  if (before === undefined) return audits.map((what) => ({ word: after.id, what }));
  return [
    ...audits,
    ...(after.mayProcessBsn && !before.mayProcessBsn ? ['may now process the citizen service number'] : []),
    ...(after.mayProcessSkn && !before.mayProcessSkn ? ['may now process the criminal chain number'] : []),
  ].map((what) => ({ word: after.id, what }));
}

function widerType(before: FactType | undefined, after: FactType): WiderWord[] {
  if (before === undefined) return [];
  const own = [
    ...added('may now be attested by', before.attestedBy, after.attestedBy),
    ...added('may now be attested without involvement by', after.byInvolvedOnly, before.byInvolvedOnly),
    ...noReference(before, after),
  ];
  const words = [...after.words].flatMap(([attribute, forms]) =>
    [...forms].flatMap(([word, form]) => {
      const old = before.words.get(attribute)?.get(word);
      const changes = old === undefined ? [] : widerWord(old, form);
      return changes.map((what) => ({ word: `${after.id}.${attribute}.${word}`, what }));
    }),
  );
  return [...own.map((what) => ({ word: after.id, what })), ...words];
}

function widerWord(before: FactWord, after: FactWord): string[] {
  const roles = [...before.byInvolvedAs].flatMap(([kind, old]) => {
    const now = after.byInvolvedAs.get(kind);
    if (now === undefined) return [`may now be said by ${kind} in whatever role`];
    return added(`may now be said by ${kind} as`, old, now);
  });
  return [
    ...added('may now be said by', before.attestedBy, after.attestedBy),
    ...added('may now be said without involvement by', after.byInvolvedOnly, before.byInvolvedOnly),
    ...roles,
    ...added('may now be said of', before.about ?? [], after.about ?? []),
    ...noReference(before, after),
    ...(before.exclusive !== null && after.exclusive !== before.exclusive
      ? ['has no longer one holder at a time']
      : []),
    ...(before.representativeDecides && !after.representativeDecides ? ['no longer asks for a representative'] : []),
    ...(after.claimable && !before.claimable ? ['may now be claimed'] : []),
    ...(before.attestsNothing && !after.attestsNothing ? ['lets its holder attest'] : []),
  ];
}

function noReference(before: Pick<FactWord, 'reference'>, after: Pick<FactWord, 'reference'>): string[] {
  return before.reference === 'required' && after.reference === 'none' ? ['no longer needs a reference'] : [];
}

function added(what: string, before: Words, after: Words): string[] {
  const more = after.filter((word) => !before.includes(word));
  return more.length === 0 ? [] : [`${what} ${more.join(', ')}`];
}
