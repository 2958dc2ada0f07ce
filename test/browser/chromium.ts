import { existsSync } from 'node:fs';
import { type Browser, type BrowserContext, chromium } from 'playwright-core';

const executablePath = process.env.SLUIS_TEST_CHROMIUM ?? '/usr/bin/chromium';

/** null: there is a browser; else the reason for which the browser tests are skipped, for their name. */
export const noBrowser: string | null = existsSync(executablePath) ? null : `skipped: no browser at ${executablePath}`;

export function launchChromium(): Promise<Browser> {
  const quiet = ['quic', 'background-networking', 'component-update', 'sync', 'gpu'].map((what) => `--disable-${what}`);
  return chromium.launch({ executablePath, args: ['--headless', '--no-sandbox', '--no-first-run', ...quiet] });
}

/** A fresh browser profile that cannot reach anything but loopback, with scripts as the pages allow them: none. */
export function newVisitor(
  browser: Browser,
  origin: string,
  options: { readonly width?: number; readonly locale?: string } = {},
): Promise<BrowserContext> {
  return browser.newContext({
    baseURL: origin,
    ignoreHTTPSErrors: true,
    locale: options.locale ?? 'nl-NL',
    viewport: { width: options.width ?? 1100, height: 900 },
  });
}
