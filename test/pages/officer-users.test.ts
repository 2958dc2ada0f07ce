import { beforeEach, describe, expect, test } from 'vitest';
import type { EntryDraft, EntryKind } from '../../src/core/ledger/entry.ts';
import { officer, type PagesWorld, pagesWorld, playStory } from './pages-world.ts';
import { textOf, Visitor } from './visitor.ts';

let pages: PagesWorld;
beforeEach(async () => {
  pages = pagesWorld();
  await playStory(pages);
});

function entry(kind: EntryKind, recipient: string): EntryDraft {
  const found = pages.world.entries.find((draft) => draft.kind === kind && draft.recipient === recipient);
  if (found === undefined) throw new Error(`no ${kind} to ${recipient}`);
  return found;
}

const looks = () => pages.world.entries.filter(({ kind }) => kind === 'officer-looked').map(({ body }) => body.users);

/** The entry of a request that the municipality made for A. de Vries. */
async function seenBy(unit: string | null, seesUsers: boolean): Promise<string> {
  const visitor = Visitor.as(pages, officer(unit, seesUsers));
  return textOf((await visitor.get(`/officer/entries/${entry('disclosure', 'gemeente-zwolle').id}`)).html);
}

describe('who at a partner asked', () => {
  test.each<[string, string | null]>([
    ['of the gateway', null],
    ['of that person’s own unit', 'gemeente-zwolle'],
  ])('is seen by an officer %s with the right to it, and that look says so', async (_, unit) => {
    const text = await seenBy(unit, true);
    expect(text).toContain('A. de Vries');
    expect(text).toContain('· u1');
    expect(looks()).toEqual([['user']]);
  });

  test.each<[string, string | null, boolean]>([
    ['of the gateway without the right', null, false],
    ['of that person’s own unit without the right', 'gemeente-zwolle', false],
    ['of the other unit, whatever the right', 'pi-zwolle', true],
  ])('is role and unit alone to an officer %s', async (_, unit, seesUsers) => {
    const text = await seenBy(unit, seesUsers);
    expect(text).not.toContain('A. de Vries');
    expect(text).not.toContain('· u1');
    expect(text).toContain('nazorgcoördinator');
    expect(text).toContain('Team Nazorg');
    expect(text).toContain('Wie dit is, wordt apart bewaard.');
    expect(looks()).toEqual([[]]);
  });

  test('is not looked up at all for an officer without the right', async () => {
    let asked = 0;
    const { users } = pages.deps;
    Object.assign(users, {
      find: async () => {
        asked += 1;
        return null;
      },
    });
    await seenBy(null, false);
    expect(asked).toBe(0);
    await seenBy(null, true);
    expect(asked).toBe(1);
  });

  test('stays unsaid once it is not kept any more', async () => {
    Object.assign(pages.deps.users, { find: async () => null });
    expect(await seenBy(null, true)).toContain('Wie dit is, wordt apart bewaard.');
    expect(looks()).toEqual([[]]);
  });

  test('stands in no download', async () => {
    const { id } = entry('permit', 'gemeente-zwolle');
    const visitor = Visitor.as(pages, officer(null, true));
    const { html } = await visitor.get(`/officer/entries/${id}/proof.json`);
    expect(JSON.parse(html).receipt.openings.map((opening: { name: string }) => opening.name)).toContain('user');
    for (const word of ['A. de Vries', '"u1"']) expect(html).not.toContain(word);
  });

  test('stands nowhere in the ledger, nor does who approved', () => {
    const all = JSON.stringify(pages.world.entries);
    for (const word of ['A. de Vries', 'S. Bakker', 'u1', 'u7']) expect(all).not.toContain(`"${word}`);
    expect(all).toContain('nazorgcoördinator');
  });
});
