import { describe, expect, it } from 'vitest';
import { boundSets, permissions } from '../../../src/core/authzen/permissions.ts';
import type { Digest, PurposeId } from '../../../src/core/brand.ts';
import type { Unit } from '../../../src/core/partner/partner.ts';
import type { PolicySet } from '../../../src/core/policy/policy-set.ts';
import { memoryUnit } from '../../world/memory-world.ts';
import { shippedSet } from '../../world/shipped-set.ts';

const set = shippedSet();
const older: PolicySet = { ...set, digest: `sha256:${'0'.repeat(64)}` as Digest };
const purpose = 'plan-basic-conditions' as PurposeId;
const asker = memoryUnit('gemeente', 'municipality');
const prisons = ['pi-new', 'pi-old', 'pi-none'].map((id) => memoryUnit(id, 'prison'));
const suspended = memoryUnit('pi-away', 'prison', { state: 'suspended' });

function boundTo({ id }: Unit): PolicySet | null {
  if (id.endsWith('none')) return null;
  return id.endsWith('old') ? older : set;
}

describe('what a unit may ask', () => {
  const found = permissions(boundSets(set, [asker, ...prisons, suspended], boundTo), asker, purpose);
  const fromPrison = found.filter(({ source }) => source === 'prison');

  it('stands under the set that binds each source, and names no source that gives nothing', () => {
    const pairs = fromPrison.map(({ policySet, sources }) => [policySet, sources]);
    expect(pairs).toContainEqual([set.digest, ['pi-new']]);
    expect(pairs).toContainEqual([older.digest, ['pi-old']]);
    expect(JSON.stringify(found)).not.toMatch(/pi-none|pi-away/);
  });

  it('is what it may ask as a recipient, never what it gives, and never its own unit', () => {
    expect(found.length).toBeGreaterThan(0);
    for (const { recipient, sources } of found) {
      expect(recipient).toBe('municipality');
      expect(sources).not.toContain(asker.id);
    }
  });

  it('shows a rule of the set in force also where no source is bound by it yet', () => {
    const none = permissions(boundSets(set, [], boundTo), asker, purpose);
    expect(none.map(({ rule, sources }) => [rule, sources])).toContainEqual([fromPrison[0]?.rule, []]);
  });

  it('holds nothing that is only ever pushed', () => {
    for (const policy of set.policies.values()) {
      if (policy.trigger !== 'push') continue;
      for (const kind of set.catalogue.partnerKinds.keys()) {
        expect(permissions(boundSets(set, [], boundTo), memoryUnit('x', kind), policy.purpose)).toEqual([]);
      }
    }
  });
});
