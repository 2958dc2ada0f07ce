import type { Hono } from 'hono';
import type { PagesEnv } from './page-context.ts';
import type { PagesDeps } from './ports.ts';
import { receiptPagePath } from './receipt-file.ts';

/**
 * The page that checks receipts, for anybody: it holds public keys and words, and nothing about a person. As a file to
 * keep, since it must work without us; opened here, this site's own policy would rightly run no script of it.
 */
export function receiptPageRoute(app: Hono<PagesEnv>, deps: PagesDeps): void {
  app.get(receiptPagePath, async (c) => {
    c.header('Content-Disposition', 'attachment; filename="bewijs-controleren.html"');
    return c.html(await deps.receiptPage());
  });
}
