import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Hono } from 'hono';
import type { PagesEnv } from './page-context.ts';

export interface Asset {
  /** Carries the hash of the bytes, so that a browser may keep it for ever. */
  readonly path: string;
  readonly type: string;
  readonly bytes: string;
}

/** In the order in which the rules build on each other; served as one file. */
const styles = ['base', 'frame', 'cards', 'forms', 'officer', 'media'].map((name) => read(`${name}.css`));

export const styleSheet = asset('sluis.css', 'text/css; charset=utf-8', styles.join('\n'));
export const mark = asset('mark.svg', 'image/svg+xml; charset=utf-8', read('mark.svg'));

function read(name: string): string {
  return readFileSync(new URL(`./assets/${name}`, import.meta.url), 'utf8');
}

function asset(name: string, type: string, bytes: string): Asset {
  const hash = createHash('sha256').update(bytes).digest('hex').slice(0, 16);
  const [stem, extension] = name.split('.');
  return { path: `/assets/${stem}-${hash}.${extension}`, type, bytes };
}

/** Every file a page needs, from the gateway itself: nothing is ever loaded from elsewhere. */
export function serveAssets(app: Hono<PagesEnv>): void {
  for (const { path, type, bytes } of [styleSheet, mark]) {
    app.get(path, (c) => {
      c.header('Content-Type', type);
      c.header('Cache-Control', 'public, max-age=31536000, immutable');
      return c.body(bytes);
    });
  }
}
