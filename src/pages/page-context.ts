import type { Context } from 'hono';
import type { html } from 'hono/html';
import type { TraceId } from '../core/brand.ts';
import type { Session } from './ports.ts';
import type { Language, Words } from './words/words.ts';

/** What `hono/html` gives: text in which every interpolated string was escaped. */
export type Html = ReturnType<typeof html>;

export interface PagesEnv {
  readonly Variables: {
    trace: TraceId;
    language: Language;
    words: Words;
    session: Session | null;
  };
}

export type Page = Context<PagesEnv>;
