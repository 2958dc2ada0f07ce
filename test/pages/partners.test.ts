import { beforeEach, describe, expect, test } from 'vitest';
import type { Digest, EntryId, Instant, UnitId } from '../../src/core/brand.ts';
import type { EntryDraft } from '../../src/core/ledger/entry.ts';
import type { EncryptionKeyOnRecord } from '../../src/core/partner/encryption-key.ts';
import type { Unit } from '../../src/core/partner/partner.ts';
import { pagesApp } from '../../src/pages/pages-app.ts';
import { encryptionPair } from '../world/encryption-keys.ts';
import { officer, type PagesWorld, pagesWorld } from './pages-world.ts';
import { textOf, Visitor } from './visitor.ts';

let pages: PagesWorld;
beforeEach(() => {
  pages = pagesWorld();
});

const as = (unit: string | null) => Visitor.as(pages, officer(unit));
const thumbprints = (html: string) => [...html.matchAll(/([a-d])\1{63}/g)].map(([, digit]) => digit).join('');

describe('the certificates', () => {
  test('stand in the order in which they end, those of the gateway apart', async () => {
    const { html } = await as(null).get('/officer/certificates');
    expect(thumbprints(html)).toBe('dcba');
    expect(textOf(html)).toMatch(/verlopen.*Politie Oost-Nederland/);
  });

  test('of a unit are all that its own officer sees', async () => {
    expect(thumbprints((await as('gemeente-zwolle').get('/officer/certificates')).html)).toBe('b');
    expect(thumbprints((await as('woningcorporatie').get('/officer/certificates')).html)).toBe('');
  });

  test('are told in English too, and to nobody who is not an officer', async () => {
    expect(textOf((await as(null).get('/officer/certificates?taal=en')).html)).toContain('Of the gateway itself');
    const me = Visitor.as(pages, { kind: 'subject', id: pages.subject });
    expect((await me.get('/officer/certificates')).status).toBe(403);
    expect((await new Visitor(pages).get('/officer/certificates')).status).toBe(303);
  });
});

describe('a change of a partner', () => {
  const id = '0197a000-0000-7000-8000-00000000000a' as EntryId;
  const digest = (digit: string) => `sha256:${digit.repeat(64)}` as Digest;

  async function changed(body: object, personal: Readonly<Record<string, string>>): Promise<void> {
    const entry: EntryDraft = {
      id,
      kind: 'partner-changed',
      time: '2026-11-21T10:00:00.000Z' as Instant,
      trace: '0'.repeat(32) as never,
      policySet: null,
      purpose: null,
      source: 'gemeente-zwolle' as UnitId,
      recipient: null,
      body: {
        v: 2,
        change: id,
        digest: digest('1'),
        previous: digest('2'),
        unit: 'gemeente-zwolle',
        organisations: [],
        ...body,
      },
      subject: null,
      personal,
      fleeting: {},
    };
    const registryVersion = pages.deps.registry.current().version;
    const policySet = pages.deps.policies.current().digest;
    const rests = { subject: null, registryVersion, policySet };
    const committed = await pages.deps.journal.commit({ rests, moves: false, entries: [entry], changes: [] });
    expect(committed.outcome).toBe('durable');
  }

  const rotated = {
    action: 'rotate',
    standing: 'known',
    state: 'active',
    members: ['thumbprints', 'signingKeys'],
    approvals: 2,
  };
  const approvals = JSON.stringify([{ approver: 'A. de Boer' }, { approver: 'S. Yilmaz' }]);

  test('is told in words, with who approved it', async () => {
    await changed(rotated, { approvals });
    const dutch = textOf((await as(null).get(`/officer/entries/${id}`)).html);
    for (const said of [
      'Certificaten of sleutels vervangen',
      'Team Nazorg, Gemeente Zwolle',
      'sleutels om te ondertekenen',
      'A. de Boer · S. Yilmaz',
      digest('1'),
    ]) {
      expect(dutch).toContain(said);
    }
    const english = textOf((await as(null).get(`/officer/entries/${id}?taal=en`)).html);
    expect(english).toContain('2 people approved this');
    expect(english).toContain('Certificates or keys replaced');
  });

  test('is seen by the unit’s own officer, without the names of who decided, and by no other', async () => {
    await changed(rotated, { approvals });
    const own = textOf((await as('gemeente-zwolle').get(`/officer/entries/${id}`)).html);
    expect(own).toContain('2 mensen keurden dit goed');
    expect(own).not.toMatch(/Boer|Yilmaz/);
    expect((await as('politie-oost').get(`/officer/entries/${id}`)).status).toBe(404);
    expect((await as('gemeente-zwolle').get('/officer/disclosures?kind=partner-changed')).html).toContain(id);
  });

  test('that closes says by whom and why, to the gateway’s own officers', async () => {
    await changed(
      { action: 'suspend', standing: 'known', state: 'suspended', members: ['state'], approvals: 0 },
      { by: 'A. de Boer', ground: 'sleutel gelekt' },
    );
    const all = textOf((await as(null).get(`/officer/entries/${id}`)).html);
    for (const said of ['Afgesloten door', 'A. de Boer', 'sleutel gelekt', 'mag niet naar binnen', 'Niemand hoefde'])
      expect(all).toContain(said);
    const own = textOf((await as('gemeente-zwolle').get(`/officer/entries/${id}`)).html);
    expect(own).not.toMatch(/Boer|gelekt/);
  });

  test('still says what it was where the names are gone', async () => {
    await changed({ ...rotated, members: ['somethingNew'] }, {});
    const text = textOf((await as(null).get(`/officer/entries/${id}`)).html);
    expect(text).toContain('2 mensen keurden dit goed');
    expect(text).toContain('somethingNew');
  });
});

describe('the keys that answers are sealed to', () => {
  const unfit = { ...encryptionPair('RSA').jwk, alg: 'RSA-OAEP' } as EncryptionKeyOnRecord;
  const keys: Readonly<Record<string, Unit['encryptionKeys']>> = {
    'gemeente-zwolle': [encryptionPair().jwk, unfit].map((jwk) => ({ jwk, proof: null })),
    'politie-oost': [],
  };
  beforeEach(() => {
    const { version, units } = pages.deps.registry.current();
    const all = [...units.values()].map((unit) => ({ ...unit, encryptionKeys: keys[unit.id] ?? null }));
    const current = () => ({ version, units: new Map(all.map((unit) => [unit.id, unit])) });
    const deps = { ...pages.deps, registry: { ...pages.deps.registry, current } };
    pages = { ...pages, deps, app: pagesApp(deps) };
  });
  const keysOf = async (unit: string | null, query = '') => {
    const { html } = await as(unit).get(`/officer/certificates${query}`);
    return html.includes('id="keys"') ? textOf(html.slice(html.indexOf('id="keys"'))) : null;
  };

  test('are told as they stand, and which unit has none that counts', async () => {
    const all = await keysOf(null);
    expect(all).toMatch(/in gebruik Team Nazorg.*nooit gebruikt: niet sterk genoeg Team Nazorg/);
    expect(all).toMatch(/geen sleutel Politie Oost-Nederland/);
    expect(all).not.toContain('PI Zwolle');
    expect(await keysOf(null, '?taal=en')).toMatch(/in use.*never used: not strong enough.*no key/);
  });

  test('of a unit are all that its own officer sees', async () => {
    expect(await keysOf('politie-oost')).not.toContain('Nazorg');
    expect(await keysOf('woningcorporatie')).toBeNull();
  });
});
