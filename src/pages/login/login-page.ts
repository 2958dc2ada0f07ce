import { html } from 'hono/html';
import { renderPage, type Shell } from '../layout.ts';
import type { Page } from '../page-context.ts';

/** What the page says above the form. `wrong`, `empty` and `throttled` are errors; the others are news. */
export type LoginNotice = 'wrong' | 'empty' | 'throttled' | 'ended' | 'loggedOut';

const errors: ReadonlySet<LoginNotice> = new Set<LoginNotice>(['wrong', 'empty', 'throttled']);
const statuses: Partial<Record<LoginNotice, NonNullable<Shell['status']>>> = { wrong: 403, empty: 400, throttled: 429 };

export function loginPage(
  c: Page,
  form: { readonly formToken: string; readonly notice: LoginNotice | null },
): Response | Promise<Response> {
  const w = c.get('words');
  const { notice } = form;
  const error = notice !== null && errors.has(notice) ? w.login[notice] : null;
  const invalid = error === null ? null : html` aria-invalid="true"`;
  const described = error === null ? 'code-hint' : 'code-error code-hint';
  return renderPage(c, {
    title: error === null ? w.login.title : `${w.login.errorPrefix}: ${w.login.title}`,
    status: (notice !== null && statuses[notice]) || 200,
    body: html`<div class="login stack">
<h1>${w.login.title}</h1>
${notice !== null && error === null ? html`<div class="note" role="status"><p>${w.login[notice]}</p></div>` : null}
<p class="lead">${w.login.intro}</p>
<form class="panel stack" method="post" action="/login">
<div>
<input type="hidden" name="formToken" value="${form.formToken}">
<label for="code">${w.login.label}</label>
<p class="soft" id="code-hint">${w.login.hint}</p>
${error === null ? null : html`<p class="error" id="code-error" role="alert">${error}</p>`}
<input class="code" id="code" name="code" type="text" autocomplete="off" autocapitalize="characters" spellcheck="false" maxlength="64" aria-describedby="${described}"${invalid}>
</div>
<button type="submit">${w.login.submit}</button>
</form>
<p class="soft">${w.login.help}</p>
</div>`,
  });
}
