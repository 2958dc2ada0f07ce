import { beforeEach, describe, expect, test } from 'vitest';
import type { EntryDraft, Receipt } from '../../src/core/ledger/entry.ts';
import { officer, type PagesWorld, pagesWorld, playStory } from './pages-world.ts';
import { textOf, Visitor } from './visitor.ts';

let pages: PagesWorld;
beforeEach(async () => {
  pages = pagesWorld();
  await playStory(pages);
});

const of = (unit: string | null) => Visitor.as(pages, officer(unit, true));

function permit(): EntryDraft {
  const found = pages.world.entries.find(({ kind }) => kind === 'permit');
  if (found === undefined) throw new Error('no permit');
  return found;
}

/** As the store answers once every personal value of an entry was erased. */
function eraseValues(): void {
  const { entries, journal } = pages.deps;
  const { find } = entries;
  const { receipt } = journal;
  Object.assign(entries, {
    find: async (id: never) => {
      const found = await find(id);
      return found === null || found === 'forgotten' ? found : { ...found, valuesErased: true };
    },
  });
  Object.assign(journal, {
    receipt: async (id: never): Promise<Receipt | null> => {
      const found = await receipt(id);
      return found && { ...found, openings: [] };
    },
  });
}

describe('an entry of which values were erased', () => {
  test('is shown with its proof, and says that they were erased, in both languages', async () => {
    eraseValues();
    const { html, status } = await of(null).get(`/officer/entries/${permit().id}`);
    expect(status).toBe(200);
    expect(textOf(html)).toContain('Persoonsgegevens van deze regel zijn gewist.');
    expect(textOf(html)).toContain('De waarden zijn gewist.');
    expect(textOf(html)).toContain('Alle controles zijn geslaagd.');
    const other = await of(null).get(`/officer/entries/${permit().id}?lang=en`);
    expect(other.status).toBe(200);
  });

  test('says nothing of the kind while none was', async () => {
    const { html } = await of(null).get(`/officer/entries/${permit().id}`);
    expect(textOf(html)).not.toContain('gewist');
  });
});

describe('an entry whose leaf is gone', () => {
  beforeEach(() => {
    Object.assign(pages.deps.entries, { find: async () => 'forgotten' });
  });

  test.each(['', '/proof.json'])('says so to an officer of the gateway, without a failing proof%s', async (more) => {
    const { html, status } = await of(null).get(`/officer/entries/${permit().id}${more}`);
    expect(status).toBe(410);
    expect(textOf(html)).toContain('Deze regel is gewist');
    expect(textOf(html)).not.toContain('mislukt');
  });

  test('is not there for an officer of a unit: whose it was is forgotten too', async () => {
    const { html, status } = await of('pi-zwolle').get(`/officer/entries/${permit().id}`);
    expect(status).toBe(404);
    expect(textOf(html)).not.toContain('gewist');
  });
});
