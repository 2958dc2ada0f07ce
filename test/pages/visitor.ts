import type { Person } from '../../src/pages/ports.ts';
import type { PagesWorld } from './pages-world.ts';

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly html: string;
}

const host = 'sluis.test';

/** A browser without script in front of the app: keeps cookies, sends `Origin` with its forms. */
export class Visitor {
  readonly cookies = new Map<string, string>();
  readonly #pages: PagesWorld;
  readonly #address: string;

  constructor(pages: PagesWorld, address = '192.0.2.1') {
    this.#pages = pages;
    this.#address = address;
  }

  /** A visitor with a session, as if the code had been given. */
  static as(pages: PagesWorld, person: Person): Visitor {
    const visitor = new Visitor(pages);
    const { secret } = pages.logins.start(person, '2099-01-01T00:00:00.000Z' as never);
    visitor.cookies.set('__Host-sluis-sessie', secret);
    return visitor;
  }

  get(path: string, headers: Record<string, string> = {}): Promise<Answer> {
    return this.#send('GET', path, headers);
  }

  /** Sends a form; `origin: null` leaves the header out. */
  post(path: string, fields: Record<string, string>, origin: string | null = `https://${host}`): Promise<Answer> {
    const headers: Record<string, string> = { 'Content-Type': 'application/x-www-form-urlencoded' };
    if (origin !== null) headers.Origin = origin;
    return this.#send('POST', path, headers, new URLSearchParams(fields).toString());
  }

  /** Logs in through the page. */
  async login(code: string): Promise<Answer> {
    const page = await this.get('/login');
    return this.post('/login', { formToken: formToken(page), code });
  }

  async #send(method: string, path: string, headers: Record<string, string>, body?: string): Promise<Answer> {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const response = await this.#pages.app.request(
      `https://${host}${path}`,
      {
        method,
        headers: { Host: host, Cookie: cookie, 'Accept-Language': 'nl', ...headers },
        ...(body ? { body } : {}),
      },
      { incoming: { socket: { remoteAddress: this.#address } } },
    );
    for (const set of response.headers.getSetCookie()) {
      const [pair = ''] = set.split(';');
      const cut = pair.indexOf('=');
      this.cookies.set(pair.slice(0, cut), pair.slice(cut + 1));
    }
    return { status: response.status, headers: response.headers, html: await response.text() };
  }
}

/** The token of the first form that is not the logout form, else of that. */
export function formToken(page: Answer): string {
  const tokens = [...page.html.matchAll(/name="formToken" value="([^"]+)"/g)];
  const token = tokens.at(-1)?.[1];
  if (token === undefined) throw new Error('the page has no form');
  return token;
}

/** What a reader sees: text without tags, entities resolved, spaces folded. */
export function textOf(html: string): string {
  return html
    .replaceAll(/<head>.*?<\/head>/gs, ' ')
    .replaceAll(/<[^>]+>/g, ' ')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&')
    .replaceAll(/\s+/g, ' ')
    .trim();
}
