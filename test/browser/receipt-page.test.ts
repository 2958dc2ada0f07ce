import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import { AxeBuilder } from '@axe-core/playwright';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { receiptPage } from '../../src/receipt-page/receipt-page.ts';
import { WitnessedLog } from '../world/final-receipts.ts';
import { realPermit } from '../world/real-entries.ts';
import { launchChromium, noBrowser } from './chromium.ts';
import { ReceiptWorld } from './receipt-world.ts';

const title = noBrowser === null ? 'the page that checks receipts' : `the page that checks receipts (${noBrowser})`;

describe.skipIf(noBrowser !== null)(title, () => {
  const world = new ReceiptWorld();
  const dir = mkdtempSync(join(tmpdir(), 'sluis-receipt-'));
  const asked: string[] = [];
  const wrong: string[] = [];
  let browser: Browser;

  beforeAll(async () => {
    writeFileSync(join(dir, 'page.html'), receiptPage(world.pageData()));
    writeFileSync(join(dir, 'no-witnesses.html'), receiptPage(world.pageData({ witnesses: null })));
    browser = await launchChromium();
  });

  afterAll(async () => {
    await browser?.close();
    rmSync(dir, { recursive: true, force: true });
  });

  async function open(options: { width?: number; file?: string; dark?: boolean } = {}): Promise<Page> {
    const context = await browser.newContext({
      viewport: { width: options.width ?? 1100, height: 900 },
      colorScheme: options.dark ? 'dark' : 'light',
    });
    const page = await context.newPage();
    page.setDefaultTimeout(8_000);
    page.on('request', (request) => asked.push(request.url()));
    page.on('console', (message) => message.type() === 'error' && wrong.push(message.text()));
    page.on('pageerror', (error) => wrong.push(error.message));
    await page.goto(pathToFileURL(join(dir, options.file ?? 'page.html')).href);
    return page;
  }

  async function give(page: Page, receipt: unknown): Promise<string> {
    const bytes = Buffer.isBuffer(receipt) ? receipt : Buffer.from(JSON.stringify(receipt));
    await page.locator('#file').setInputFiles({ name: 'bewijs.json', mimeType: 'application/json', buffer: bytes });
    await page.locator('#result .note').waitFor();
    return page.locator('#result').innerText();
  }

  /** What the page says is wrong, as the words of this page have it. */
  async function refusal(page: Page, receipt: unknown): Promise<string> {
    const told = await give(page, receipt);
    expect(told).toContain('Dit bewijs klopt niet.');
    expect(await page.locator('#result .panel').count()).toBe(0);
    return told;
  }

  test('reads out what a final receipt proves, in Dutch and in English', async () => {
    const page = await open();
    const told = await give(page, world.final);
    for (const words of [
      'Dit bewijs klopt.',
      'Gegevens zijn gegeven',
      'zondag 22 november 2026 om 07:57',
      'Gemeente Zwolle, team Nazorg',
      'PI Zwolle',
      'Penitentiaire beginselenwet',
      'Getuige ap.example zag dit logboek op',
      'Getuige gemeente.example zag dit logboek op',
      'met 1.048.577 regels',
      'Er is één logboek',
      'Of het klopt wat er is opgeschreven',
    ]) {
      expect(told).toContain(words);
    }
    await page.getByRole('button', { name: 'English' }).click();
    await page.getByText('This receipt is right.').waitFor();
    expect(await page.locator('#result').innerText()).toContain('Witness ap.example saw this log on');
    expect(await page.evaluate('document.documentElement.lang')).toBe('en');
  });

  test('says of a first receipt that no witness has seen it, and shows what is opened', async () => {
    const told = await give(await open(), world.early);
    expect(told).toContain('Het is een voorlopig bewijs.');
    expect(told).toContain('bsn · 900000041');
    expect(told).toContain('Plan maken voor terugkeer');
    expect(told).toContain('Niet gecontroleerd');
  });

  test('says what it cannot check where it knows no witnesses', async () => {
    const told = await give(await open({ file: 'no-witnesses.html' }), world.final);
    expect(told).toContain('Alleen de getuigen zijn niet gecontroleerd.');
    expect(told).not.toContain('Er is één logboek');
  });

  test('takes a receipt compressed, pasted and dropped', async () => {
    const page = await open();
    expect(await give(page, gzipSync(JSON.stringify(world.permit)))).toContain('Het mocht');
    await page.getByText('Of plak de tekst').click();
    await page.locator('#text').fill(`  ${JSON.stringify(world.final, null, 2)}\n`);
    await page.getByRole('button', { name: 'Controleer' }).click();
    await page.getByText('Gegevens zijn gegeven').waitFor();
    await page.evaluate(
      `{ const held = new DataTransfer();
         held.items.add(new File([${JSON.stringify(JSON.stringify(world.permit))}], 'bewijs.json'));
         document.getElementById('drop').dispatchEvent(new DragEvent('drop', { dataTransfer: held, bubbles: true })); }`,
    );
    await page.getByText('Het mocht').waitFor();
  });

  test('proves a leaf of which nothing is opened any more', async () => {
    const told = await give(await open(), { ...world.permit, openings: [] });
    expect(told).toContain('Dit bewijs klopt.');
    expect(told).toContain('kan gewist zijn');
  });

  const { final, early, permit } = world;
  const flush = (changes: object) => ({ ...early, flush: { ...early.flush, ...changes } });
  const proof = (from: string | RegExp, to: string) => ({ ...final, proof: final.proof.replace(from, to) });
  const opening = (change: object) => ({
    ...permit,
    openings: permit.openings.map((each, index) => (index === 0 ? { ...each, ...change } : each)),
  });
  const lines = final.proof.trimEnd().split('\n');
  const oneWitness = { ...final, proof: `${lines.slice(0, -1).join('\n')}\n` };
  const broken = 'Het bewijs is niet heel.';
  const moved = 'Deze regel staat niet op de plek';
  const strange = 'een sleutel die deze pagina niet kent';
  const forged = 'De handtekening hoort niet bij deze inhoud.';
  const filled = 'Een ingevulde waarde hoort niet bij deze regel.';
  const other = 'Dit is geen bewijs van Sluis.';

  test.each([
    ['a field that was not given', { ...final, leaf: final.leaf.replace('"numbers.bsn"', '"numbers.skn"') }, moved],
    ['another recipient', { ...final, leaf: final.leaf.replace('gemeente-zwolle', 'politie-zwolle') }, moved],
    ['another time', { ...final, leaf: final.leaf.replace('06:57:26', '06:57:27') }, moved],
    ['a space in the leaf', { ...final, leaf: final.leaf.replace(',', ', ') }, broken],
    ['a member of the leaf twice', { ...final, leaf: final.leaf.replace('"v":1', '"v":1,"v":1') }, broken],
    ['a leaf that is none', { ...final, leaf: '{}' }, broken],
    ['another index', proof('index 1048000', 'index 1048001'), moved],
    ['an index beyond the tree', proof('index 1048000', 'index 1048577'), moved],
    ['a path without its first hash', proof(/(index .*\n).*\n/, '$1'), moved],
    ['another size', proof('\n1048577\n', '\n1048578\n'), forged],
    ['another origin', proof('\nsluis.test/ledger\n', '\nsluis.best/ledger\n'), strange],
    ['an extension line', proof('\n\n—', '\nmore\n\n—'), forged],
    ['an extra line', proof('index', 'extra AAAA\nindex'), broken],
    ['a hash in another spelling', proof(/=\n/, '\n'), broken],
    [
      'a cosignature over another note',
      { ...final, proof: `${final.proof}${otherLine(world)}\n` },
      'handtekening van een getuige is vals',
    ],
    ['a checkpoint of another log', new WitnessedLog().receipt(realPermit, { index: 1, size: 2 }), strange],
    ['a later line that is none', { ...final, proof: `${final.proof}hello\n` }, broken],
    ['another value', opening({ value: 'ZW-2026-0118' }), filled],
    ['another salt', opening({ salt: 'A'.repeat(22) }), filled],
    ['a salt in another spelling', opening({ salt: `${'A'.repeat(21)}B` }), broken],
    ['a name that the leaf has not', opening({ name: 'toString' }), filled],
    ['an opening twice', { ...permit, openings: [...permit.openings, ...permit.openings] }, filled],
    ['a member more', { ...final, more: 1 }, broken],
    ['version 3', { ...final, v: 3 }, other],
    ['a first receipt with another signature', flush({ signature: 'A'.repeat(86) }), forged],
    ['a first receipt with another number', flush({ number: 2 }), moved],
    ['a first receipt with another count', flush({ count: 2 }), moved],
    ['a first receipt under another key', flush({ key: 'somebody' }), strange],
    ['a first receipt under a key of every object', flush({ key: 'constructor' }), strange],
    ['a first receipt with another previous head', flush({ previous: `${'A'.repeat(42)}E` }), moved],
    ['a first receipt with another leaf', { ...early, leaf: final.leaf }, moved],
    ['a list', [final], other],
    ['a number', 7, other],
    ['a member named twice', Buffer.from(JSON.stringify(final).replace('{"v":2', '{"v":2,"v":2')), other],
    ['a picture', Buffer.from([0x89, 0x50, 0x4e, 0x47, 0xff]), 'kan niet worden gelezen'],
    ['half of a compressed file', gzipSync(JSON.stringify(final)).subarray(0, 900), 'kan niet worden gelezen'],
    ['a file that unfolds to too much', gzipSync(Buffer.alloc(3_000_000, 32)), 'te groot'],
    ['a file that is too large', Buffer.alloc(1_048_577, 32), 'te groot'],
  ])('refuses %s, and says what is wrong', async (_, receipt, words) => {
    const page = await open();
    expect(await refusal(page, receipt)).toContain(words);
    await page.context().close();
  });

  test.each([
    ['one cosignature', oneWitness],
    ['the same cosignature twice', { ...oneWitness, proof: `${oneWitness.proof}${lines.at(-2)}\n` }],
  ])('does not prove with %s, and does not call it false', async (_, receipt) => {
    const page = await open();
    const told = await give(page, receipt);
    expect(told).toContain('Dit bewijs is nog niet af.');
    expect(told).toContain('te weinig getuigen die deze pagina vertrouwt');
    expect(told).not.toMatch(/klopt|Vertrouw dit bestand niet/);
    expect(await page.locator('#result .panel').count()).toBe(0);
  });

  test('names each key by what it is for, and the button by what it does, also for the keyboard', async () => {
    const page = await open();
    const keys = await page.locator('#keys').innerText();
    expect(keys).toContain('Sleutel van Sluis voor regels in het logboek');
    expect(keys).toContain('Sleutel van Sluis voor standen van het logboek');
    expect(keys).toContain('Van de 3 getuigen moeten er ten minste 2 hebben getekend.');
    const input = page.getByLabel('Kies het bestand met het bewijs');
    await input.focus();
    expect(await page.evaluate('document.activeElement.id')).toBe('file');
    await page.getByRole('button', { name: 'English' }).click();
    await page.getByLabel('Choose the file with the receipt').waitFor({ state: 'attached' });
  });

  test('shows what stands in a receipt as text, whatever that is', async () => {
    const attack = '<img src=x onerror="document.title=1"><script>document.title=2</script>';
    const entry = { ...realPermit, personal: { ...realPermit.personal, justification: attack } };
    const page = await open();
    expect(await give(page, world.log.receipt(entry, { index: 3, size: 9 }))).toContain(attack);
    expect(await page.title()).toBe('Controleer een bewijs – Sluis');
    expect(await page.locator('#result img, #result script').count()).toBe(0);
  });

  test.each([
    ['empty', null, false],
    ['with a good receipt', final, false],
    ['with a first receipt, by night', early, true],
    ['with a good receipt, by night', permit, true],
    ['with a bad receipt', oneWitness, false],
  ])('breaks no rule of WCAG A or AA that a machine can check: %s', async (_, receipt, dark) => {
    const page = await open({ dark });
    if (receipt !== null) await give(page, receipt);
    await page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })");
    const { violations, passes } = await new AxeBuilder({ page })
      .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'])
      .analyze();
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)).toEqual([]);
    expect(passes.length).toBeGreaterThan(10);
  });

  test('is worked with the keyboard, and does not scroll sideways at 320 pixels', async () => {
    const page = await open({ width: 320 });
    await give(page, final);
    expect(await page.evaluate('document.activeElement.className')).toContain('note');
    await page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })");
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(320);
    const stops = new Set<string>();
    for (let step = 0; step < 12; step += 1) {
      await page.keyboard.press('Tab');
      stops.add(await page.evaluate('document.activeElement.id || document.activeElement.tagName'));
    }
    expect([...stops]).toEqual(expect.arrayContaining(['file', 'SUMMARY', 'BUTTON']));
  });

  test('runs no script but its own: one letter of it changed, and nothing runs', async () => {
    writeFileSync(join(dir, 'changed.html'), receiptPage(world.pageData()).replace("'use strict';", "'use Strict';"));
    const page = await browser.newPage();
    await page.goto(pathToFileURL(join(dir, 'changed.html')).href);
    await page.locator('#file').setInputFiles({ name: 'a', mimeType: 'text/plain', buffer: Buffer.from('x') });
    expect(await page.locator('#result').innerText()).toBe('');
    expect(await page.locator('[data-text=lead]').innerText()).toBe('');
  });

  test('asked for nothing but itself, and met no error, in all of this', () => {
    expect(asked.length).toBeGreaterThan(40);
    expect(new Set(asked.map((url) => url.replace(/\/[^/]*$/, '')))).toEqual(new Set([pathToFileURL(dir).href]));
    expect(wrong).toEqual([]);
  });
});

function otherLine({ log }: ReceiptWorld): string {
  return log.note(9, Buffer.alloc(32), 3).trimEnd().split('\n').at(-1) ?? '';
}
