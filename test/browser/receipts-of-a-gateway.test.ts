import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { PartnerClient } from '../../src/demo/partner-client.ts';
import { roles } from '../../src/demo/story/scene.ts';
import { atThePages, detain, personOf, planRequest, useChain } from '../world/chain.ts';
import { launchChromium, noBrowser } from './chromium.ts';

const title = (name: string) => (noBrowser === null ? name : `${name} (${noBrowser})`);
const delivered = z.looseObject({ receipt: z.looseObject({ v: z.literal(1), leaf: z.string() }) });
const leafForm = z.looseObject({ id: z.uuid() });

/** Asks until the entry is witnessed, for five seconds at most. */
async function finalReceipt(client: PartnerClient, entry: string): Promise<unknown> {
  for (let turn = 0; turn < 50; turn += 1) {
    const reply = await client.get(`/v1/receipts/${entry}`);
    if (reply.status === 200) return reply.body;
    expect(reply.status).toBe(202);
    await sleep(100);
  }
  throw new Error('the entry was not witnessed');
}

describe.skipIf(noBrowser !== null)(title('receipts of a real gateway'), () => {
  const chain = useChain({ persons: 40 });
  const dir = mkdtempSync(join(tmpdir(), 'sluis-real-receipts-'));
  const asked: string[] = [];
  let browser: Browser;
  let first: unknown;
  let final: unknown;
  let own: string;

  beforeAll(async () => {
    const person = personOf(chain(), 0);
    await detain(chain(), person);
    const client = chain().client(roles.municipality);
    const reply = await client.post('/v1/requests', planRequest(person));
    first = delivered.parse(reply.body).receipt;
    const entry = leafForm.parse(JSON.parse(delivered.parse(reply.body).receipt.leaf)).id;
    final = await finalReceipt(client, entry);
    expect((await chain().client(roles.police).get(`/v1/receipts/${entry}`)).status).toBe(404);

    const visitor = await atThePages(chain(), person);
    const [, link = ''] = /href="(\/me\/sharings\/[^"]+)"/.exec((await visitor.visit('/me')).html) ?? [];
    own = (await visitor.visit(link)).html;
    writeFileSync(join(dir, 'page.html'), (await visitor.visit('/bewijs-controleren.html')).html);
    browser = await launchChromium();
  });

  afterAll(async () => {
    await browser?.close();
    rmSync(dir, { recursive: true, force: true });
  });

  async function read(receipt: string): Promise<string> {
    const page = await browser.newPage();
    page.setDefaultTimeout(8_000);
    page.on('request', (request) => asked.push(request.url()));
    await page.goto(pathToFileURL(join(dir, 'page.html')).href);
    const buffer = Buffer.from(receipt);
    await page.locator('#file').setInputFiles({ name: 'bewijs.json', mimeType: 'application/json', buffer });
    await page.locator('#result .note').waitFor();
    const told = await page.locator('#result').innerText();
    await page.close();
    return told;
  }

  test('are good on the page that it gives, from a file and without the gateway', async () => {
    expect(await read(JSON.stringify(first))).toContain('Het is een voorlopig bewijs.');
    const told = await read(JSON.stringify(final));
    expect(told).toContain('Dit bewijs klopt.');
    expect(told).toContain('Gegevens zijn gegeven');
    expect(told).toContain('Uw achternaam');
    expect(told).not.toContain(roles.municipality);
  });

  test('of the person are good there too', async () => {
    const told = await read(own);
    expect(told).toContain('Dit bewijs klopt.');
    expect(told).toContain('Nummer van de persoon bij Sluis');
  });

  test('are refused when one word of them is another', async () => {
    const changed = JSON.stringify(final).replace('identity.surname', 'identity.address');
    expect(changed).not.toBe(JSON.stringify(final));
    expect(await read(changed)).toContain('Dit bewijs klopt niet.');
    expect(new Set(asked)).toEqual(new Set([pathToFileURL(join(dir, 'page.html')).href]));
  });
});
