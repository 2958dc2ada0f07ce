import { beforeEach, describe, expect, test } from 'vitest';
import type { EntryKind } from '../../src/core/ledger/entry.ts';
import { verifyFinalReceipt } from '../../src/core/ledger/final-receipt.ts';
import { verifyReceipt } from '../../src/core/ledger/receipt.ts';
import { officer, type PagesWorld, pagesWorld, playStory } from './pages-world.ts';
import { Visitor } from './visitor.ts';

let pages: PagesWorld;
let me: Visitor;

beforeEach(async () => {
  pages = pagesWorld();
  await playStory(pages);
  me = Visitor.as(pages, { kind: 'subject', id: pages.subject });
});

/** The addresses of the receipts on the detainee's page, newest first. */
async function receiptLinks(): Promise<string[]> {
  const { html } = await me.get('/me');
  return [...html.matchAll(/href="(\/me\/sharings\/[^"]+\/receipt\.json)"/g)].map(([, href]) => href ?? '');
}

function requestOf(recipient: string) {
  const found = [...pages.world.requests.values()].find((request) => request.recipient === recipient);
  if (found === undefined) throw new Error(`no request by ${recipient}`);
  return found;
}

function verified(html: string) {
  const { log } = pages.ledger;
  const result = verifyFinalReceipt(JSON.parse(html), { logKeys: () => log.verifiers(), witnesses: null });
  if (!result.ok) throw new Error(result.refusal);
  return { ...result.value, openings: JSON.parse(html).openings as { name: string; value: string }[] };
}

describe('a person', () => {
  test('takes along a receipt of everything that the page shows', async () => {
    const links = await receiptLinks();
    expect(links.length).toBeGreaterThan(4);
    const kinds = new Set<EntryKind>();
    for (const link of links) {
      const answer = await me.get(link);
      expect(answer.status).toBe(200);
      expect(answer.headers.get('Content-Disposition')).toMatch(/^attachment; filename="sluis-[0-9a-f-]{36}\.json"$/);
      expect(answer.headers.get('Cache-Control')).toBe('no-store');
      kinds.add(verified(answer.html).leaf.kind);
    }
    expect([...kinds]).toEqual(expect.arrayContaining(['disclosure', 'refusal', 'permit']));
  });

  test('gets of what was shared the disclosure, opened as far as it is theirs', async () => {
    const { id } = requestOf('gemeente-zwolle');
    const { leaf, openings } = verified((await me.get(`/me/sharings/${id}/receipt.json`)).html);
    expect(leaf).toMatchObject({ kind: 'disclosure', recipient: 'gemeente-zwolle', body: { request: id } });
    expect(openings).toMatchObject([{ name: 'subject', value: pages.subject }]);
  });

  test('is told nothing of the people and the words of the partner', async () => {
    const { id } = requestOf('woningcorporatie');
    const { html } = await me.get(`/me/sharings/${id}/receipt.json`);
    expect(verified(html).leaf.kind).toBe('refusal');
    // An attempt that the person may not see has no receipt for them either.
    expect((await me.get(`/me/sharings/${requestOf('politie-oost').id}/receipt.json`)).status).toBe(404);
    for (const hidden of ['A. de Vries', 'nazorgco', 'ZW-2026-001', 'Plan maken']) expect(html).not.toContain(hidden);
  });

  test('gets the first receipt while no witness has seen the entry', async () => {
    pages.ledger.witnessedToo = false;
    const { id } = requestOf('gemeente-zwolle');
    const receipt: unknown = JSON.parse((await me.get(`/me/sharings/${id}/receipt.json`)).html);
    expect(receipt).toMatchObject({ v: 1, openings: [{ name: 'subject' }] });
    expect(verifyReceipt(receipt, await pages.ledger.keys()).ok).toBe(true);
  });

  test('gets none before the sharing itself is shown', async () => {
    const request = requestOf('gemeente-zwolle');
    const decision = { ...request.decision, informAfter: 'P60D' };
    pages.world.requests.set(request.id, { ...request, decision });
    expect((await me.get(`/me/sharings/${request.id}/receipt.json`)).status).toBe(404);
    pages.world.nowMs = Date.parse('2027-01-30T10:00:00.000Z');
    expect((await me.get(`/me/sharings/${request.id}/receipt.json`)).status).toBe(200);
  });

  test('gets none of somebody else, of an id that is none, or without a session', async () => {
    const { id } = requestOf('gemeente-zwolle');
    const other = Visitor.as(pages, { kind: 'subject', id: pages.world.know('bsn', '900000053') });
    expect((await other.get(`/me/sharings/${id}/receipt.json`)).status).toBe(404);
    expect((await me.get('/me/sharings/x/receipt.json')).status).toBe(404);
    expect((await new Visitor(pages).get(`/me/sharings/${id}/receipt.json`)).status).toBe(303);
  });
});

describe('an officer', () => {
  const entry = (kind: EntryKind) => pages.world.entries.find((draft) => draft.kind === kind)?.id ?? '';
  const looks = () => pages.world.entries.filter(({ kind }) => kind === 'officer-looked');

  test('takes along the final receipt, and the look is on record', async () => {
    const fg = Visitor.as(pages, officer(null));
    expect((await fg.get(`/officer/entries/${entry('permit')}`)).html).toContain(
      `/officer/entries/${entry('permit')}/receipt.json`,
    );
    const { leaf, openings } = verified((await fg.get(`/officer/entries/${entry('permit')}/receipt.json`)).html);
    expect(leaf.id).toBe(entry('permit'));
    expect(openings.map(({ name }) => name)).toContain('conditions');
    expect(openings.map(({ name }) => name)).not.toContain('subject');
    expect(looks().map(({ body }) => body.form)).toEqual(['page', 'download']);
  });

  test('of a unit gets nothing of an entry of others, nor anything that cannot be put on record', async () => {
    const police = Visitor.as(pages, officer('politie-oost'));
    expect((await police.get(`/officer/entries/${entry('disclosure')}/receipt.json`)).status).toBe(404);
    pages.world.breakNextCommit = 'before';
    const fg = Visitor.as(pages, officer(null));
    expect((await fg.get(`/officer/entries/${entry('permit')}/receipt.json`)).status).toBe(503);
    expect(looks()).toEqual([]);
  });
});

test('anybody may take along the page that checks receipts, as a file', async () => {
  const answer = await new Visitor(pages).get('/bewijs-controleren.html');
  expect(answer.status).toBe(200);
  expect(answer.headers.get('Content-Disposition')).toBe('attachment; filename="bewijs-controleren.html"');
  expect(answer.headers.get('Content-Type')).toContain('text/html');
  expect(answer.html).toContain('<!doctype html>');
});
