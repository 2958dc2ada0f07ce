import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { AxeBuilder } from '@axe-core/playwright';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { matrixPage } from '../../src/commands/matrix-page.ts';
import { matrix } from '../../src/core/policy/matrix.ts';
import { shippedSet } from '../world/shipped-set.ts';
import { launchChromium, noBrowser } from './chromium.ts';

const title = noBrowser === null ? 'the matrix as a page' : `the matrix as a page (${noBrowser})`;

describe.skipIf(noBrowser !== null)(title, () => {
  const dir = mkdtempSync(join(tmpdir(), 'sluis-matrix-'));
  const file = join(dir, 'matrix.html');
  let browser: Browser;

  beforeAll(async () => {
    const set = shippedSet();
    writeFileSync(file, matrixPage(set, matrix(set, { field: null, kind: null, purpose: null }), 'nl'));
    browser = await launchChromium();
  });

  afterAll(async () => {
    await browser?.close();
    rmSync(dir, { recursive: true, force: true });
  });

  async function open(width: number) {
    const context = await browser.newContext({ viewport: { width, height: 900 } });
    const page = await context.newPage();
    await page.goto(pathToFileURL(file).href);
    await page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })");
    return page;
  }

  test('breaks no rule of WCAG A or AA that a machine can check', async () => {
    const page = await open(1100);
    const { violations, passes } = await new AxeBuilder({ page })
      .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'])
      .analyze();
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)).toEqual([]);
    expect(passes.length).toBeGreaterThan(10);
  });

  test('does not scroll sideways at 320 pixels; its tables do, by keyboard too', async () => {
    const page = await open(320);
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(320);
    const table = page.locator('.scroll').first();
    await table.focus();
    await page.keyboard.press('ArrowRight');
    await expect.poll(() => page.evaluate<number>("document.querySelector('.scroll').scrollLeft")).toBeGreaterThan(0);
  });
});
