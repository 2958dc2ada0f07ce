import { describe, expect, it } from 'vitest';
import { pageOf } from '../../../src/core/authzen/page.ts';
import {
  type SearchScope,
  searchActions,
  searchesPersons,
  searchResources,
  searchSubjects,
} from '../../../src/core/authzen/search.ts';
import type { Digest, FieldId, PurposeId } from '../../../src/core/brand.ts';
import { decide } from '../../../src/core/policy/decide.ts';
import { at, memoryUnit } from '../../world/memory-world.ts';
import { shippedSet } from '../../world/shipped-set.ts';

const set = shippedSet();
const scope: SearchScope = { set, caller: memoryUnit('gemeente', 'municipality') };
const municipality = { type: 'partner-kind', id: 'municipality' };
const purpose = 'plan-basic-conditions';
const field = { type: 'field', id: 'identity.surname' };

/** Whether a request of this kind could ever be permitted, by what the engine says of a person nobody knows. */
function mayEverBe(asked: { purpose: string; source: string; recipient: string; field: string }): boolean {
  const decision = decide(set, {
    purpose: asked.purpose as PurposeId,
    trigger: 'pull',
    source: { unit: memoryUnit('a', asked.source).id, kind: asked.source },
    recipient: { unit: memoryUnit('b', asked.recipient).id, kind: asked.recipient },
    fields: [asked.field as FieldId],
    userRole: null,
    snapshot: { subject: null, facts: [], consents: [] },
    now: at('2026-11-22T10:00:00.000Z'),
  });
  const classes = decision.refused.flatMap(({ reasons }) => reasons.map((reason) => reason.class));
  return !classes.includes('not-permitted') && !classes.includes('prohibited');
}

describe('a search', () => {
  it('finds the kinds that may ask for a field exactly where the engine has a rule for it', () => {
    const source = 'prison';
    const asked = {
      subject: { type: 'partner-kind' },
      action: { name: purpose },
      resource: { ...field, properties: { sourceKind: source } },
    };
    const found = searchSubjects(scope, asked);
    const kinds = [...set.catalogue.partnerKinds.keys()];
    expect(found).toEqual(kinds.filter((recipient) => mayEverBe({ purpose, source, recipient, field: field.id })));
    expect(found).toContain('municipality');
  });

  it('finds the fields that a kind may ask, for every purpose and source, as the engine has them', () => {
    const [fields, kinds] = [[...set.catalogue.fields.keys()], [...set.catalogue.partnerKinds.keys()]];
    for (const name of set.catalogue.purposes.keys()) {
      for (const sourceKind of kinds) {
        const resource = { type: 'field', properties: { sourceKind } };
        const found = searchResources(scope, { subject: municipality, action: { name }, resource });
        const expected = fields.filter((id) =>
          mayEverBe({ purpose: name, source: sourceKind, recipient: 'municipality', field: id }),
        );
        expect(found).toEqual(expected);
      }
    }
  });

  it('finds the purposes for which a field may be asked, each of which finds the field again', () => {
    const found = searchActions(scope, { subject: municipality, resource: field });
    expect(found).toContain(purpose);
    for (const name of set.catalogue.purposes.keys()) {
      const fields = searchResources(scope, { subject: municipality, action: { name }, resource: { type: 'field' } });
      expect(fields.includes(field.id)).toBe(found.includes(name));
    }
  });

  it('takes the asking unit for its kind, and says nothing of another unit', () => {
    const own = searchActions(scope, { subject: { type: 'unit', id: 'gemeente' }, resource: field });
    expect(own).toEqual(searchActions(scope, { subject: municipality, resource: field }));
    expect(searchActions(scope, { subject: { type: 'unit', id: 'pi' }, resource: field })).toEqual([]);
  });

  it('finds nothing for words that do not exist', () => {
    const nobody = { type: 'partner-kind', id: 'baker' };
    expect(searchActions(scope, { subject: nobody, resource: field })).toEqual([]);
    expect(searchActions(scope, { subject: municipality, resource: { type: 'field', id: 'identity.shoe' } })).toEqual(
      [],
    );
    expect(
      searchResources(scope, { subject: municipality, action: { name: 'x' }, resource: { type: 'field' } }),
    ).toEqual([]);
    expect(
      searchResources(scope, { subject: municipality, action: { name: purpose }, resource: { type: 'file' } }),
    ).toEqual([]);
    const subject = { type: 'user' };
    expect(searchSubjects(scope, { subject, action: { name: purpose }, resource: field })).toEqual([]);
  });

  it('over persons is seen for what it is, on either side', () => {
    expect(searchesPersons({ subject: { type: 'person' }, resource: field })).toBe(true);
    expect(searchesPersons({ subject: municipality, resource: { type: 'person' } })).toBe(true);
    expect(searchesPersons({ subject: municipality, resource: field })).toBe(false);
  });
});

describe('a page', () => {
  const digest = set.digest;
  const words = ['a', 'b', 'c', 'd', 'e'];

  it('leads to the next until everything was shown once', () => {
    const seen: string[] = [];
    let token = '';
    do {
      const page = pageOf(words, digest, { token, limit: 2 });
      if (page === null) throw new Error('no page');
      expect(page.total).toBe(5);
      seen.push(...page.items);
      token = page.nextToken;
    } while (token !== '');
    expect(seen).toEqual(words);
  });

  it('is whole where nothing is said, and has no next where it ends exactly', () => {
    expect(pageOf(words, digest)).toEqual({ items: words, nextToken: '', total: 5 });
    expect(pageOf(words, digest, { limit: 5 })?.nextToken).toBe('');
  });

  it('is none for a token that is not ours or of other policies', () => {
    const token = pageOf(words, digest, { limit: 2 })?.nextToken ?? '';
    expect(pageOf(words, `sha256:${'0'.repeat(64)}` as Digest, { token })).toBeNull();
    expect(pageOf(words, digest, { token: 'x' })).toBeNull();
    expect(pageOf(words, digest, { token: Buffer.from(`-1 ${digest}`).toString('base64url') })).toBeNull();
  });
});
