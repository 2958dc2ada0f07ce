import { getCookie, setCookie } from 'hono/cookie';
import { createMiddleware } from 'hono/factory';
import type { PagesEnv } from './page-context.ts';
import { type Language, languages, wordsIn } from './words/words.ts';

const cookieName = 'sluis-taal';
const yearSeconds = 365 * 24 * 60 * 60;

/** The reader's choice (`?taal=`), else the earlier choice, else what the browser prefers, else Dutch. */
export const chooseLanguage = createMiddleware<PagesEnv>(async (c, next) => {
  const chosen = known(c.req.query('taal'));
  if (chosen !== null) {
    setCookie(c, cookieName, chosen, {
      prefix: 'host',
      path: '/',
      secure: true,
      httpOnly: true,
      sameSite: 'Strict',
      maxAge: yearSeconds,
    });
  }
  const language = chosen ?? known(getCookie(c, cookieName, 'host')) ?? preferred(c.req.header('Accept-Language'));
  c.set('language', language);
  c.set('words', wordsIn(language));
  await next();
  c.res.headers.set('Content-Language', language);
  c.res.headers.append('Vary', 'Accept-Language, Cookie');
});

/** The best known language of an `Accept-Language` header (RFC 9110 12.5.4); Dutch where none fits. */
export function preferred(header: string | undefined): Language {
  const ranges = (header ?? '')
    .slice(0, 256)
    .split(',')
    .map((range) => {
      const [tag = '', ...parameters] = range
        .trim()
        .toLowerCase()
        .split(/\s*;\s*/);
      const weight = parameters.find((parameter) => parameter.startsWith('q='));
      return { language: known(tag.split('-')[0]), quality: weight === undefined ? 1 : Number(weight.slice(2)) };
    })
    .filter(({ quality }) => quality > 0 && quality <= 1)
    .sort((one, other) => other.quality - one.quality);
  return ranges.find(({ language }) => language !== null)?.language ?? 'nl';
}

function known(tag: string | undefined): Language | null {
  return languages.find((language) => language === tag) ?? null;
}
