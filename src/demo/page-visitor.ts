import { readFileSync } from 'node:fs';
import { Agent, request } from 'node:https';

export interface Page {
  readonly status: number;
  readonly path: string;
  readonly html: string;
}

/** A person at a browser without script: follows redirects, keeps cookies, fills in forms. */
export interface PageVisitor {
  visit(path: string): Promise<Page>;
  /** Submits the form on `page` whose action contains `action`, with its hidden fields and these. */
  submit(page: Page, action: string, fields?: Readonly<Record<string, string>>): Promise<Page>;
  close(): void;
}

const mostRedirects = 5;

export function pageVisitor(baseUrl: string, caFile: string): PageVisitor {
  const agent = new Agent({ keepAlive: true, ca: readFileSync(caFile) });
  const cookies = new Map<string, string>();

  async function go(method: 'GET' | 'POST', path: string, form: string | null, redirects = 0): Promise<Page> {
    const { status, location, html } = await once(method, new URL(path, baseUrl), form);
    if (location === null) return { status, path, html };
    if (redirects === mostRedirects) throw new Error(`${path} redirects more than ${mostRedirects} times`);
    const next = new URL(location, new URL(path, baseUrl));
    return go('GET', `${next.pathname}${next.search}`, null, redirects + 1);
  }

  function once(
    method: string,
    url: URL,
    form: string | null,
  ): Promise<{ status: number; location: string | null; html: string }> {
    const headers: Record<string, string> = { accept: 'text/html', 'accept-language': 'nl' };
    if (cookies.size > 0) headers.cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    if (form !== null) {
      headers['content-type'] = 'application/x-www-form-urlencoded';
      headers['content-length'] = String(Buffer.byteLength(form));
      headers.origin = url.origin;
      headers['sec-fetch-site'] = 'same-origin';
    }
    return new Promise((resolve, reject) => {
      const call = request(url, { agent, method, headers, timeout: 15_000 }, (response) => {
        for (const cookie of response.headers['set-cookie'] ?? []) {
          const [pair = ''] = cookie.split(';');
          const [name = '', ...value] = pair.split('=');
          cookies.set(name.trim(), value.join('='));
        }
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () => {
          const html = Buffer.concat(chunks).toString('utf8');
          resolve({ status: response.statusCode ?? 0, location: response.headers.location ?? null, html });
        });
      });
      call.on('timeout', () => call.destroy(new Error(`${url.pathname} did not answer in time`)));
      call.on('error', reject);
      call.end(form ?? undefined);
    });
  }

  return {
    visit: (path) => go('GET', path, null),
    submit(page, action, fields = {}) {
      const form = formOf(page, action);
      return go('POST', form.action, new URLSearchParams({ ...form.hidden, ...fields }).toString());
    },
    close: () => agent.destroy(),
  };
}

/** The pages are our own and well-formed: a form's action and hidden fields are found by their attributes. */
function formOf(page: Page, action: string): { action: string; hidden: Record<string, string> } {
  for (const [, attributes = '', content = ''] of page.html.matchAll(/<form\b([^>]*)>(.*?)<\/form>/gs)) {
    const target = attribute(attributes, 'action');
    if (target === null || !target.includes(action)) continue;
    const hidden: Record<string, string> = {};
    for (const [, input = ''] of content.matchAll(/<input\b([^>]*)>/gs)) {
      const name = attribute(input, 'name');
      if (name !== null && attribute(input, 'type') === 'hidden') hidden[name] = attribute(input, 'value') ?? '';
    }
    return { action: target, hidden };
  }
  throw new Error(`${page.path} has no form for ${action}`);
}

function attribute(text: string, name: string): string | null {
  const value = new RegExp(`\\b${name}="([^"]*)"`).exec(text)?.[1];
  return value === undefined ? null : value.replaceAll('&amp;', '&').replaceAll('&#39;', "'").replaceAll('&quot;', '"');
}
