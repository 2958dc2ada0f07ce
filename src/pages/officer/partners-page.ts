import type { Hono } from 'hono';
import { html } from 'hono/html';
import type { Instant, UnitId } from '../../core/brand.ts';
import { daysLeft } from '../../core/partner/certificate-end.ts';
import type { Unit } from '../../core/partner/partner.ts';
import { type StandingKey, standings } from '../../core/partner/registered-key.ts';
import { forOfficer } from '../door.ts';
import { formatDay } from '../format.ts';
import { renderPage } from '../layout.ts';
import type { Html, PagesEnv } from '../page-context.ts';
import type { PagesDeps } from '../ports.ts';
import type { ShownCertificate } from './connections.ts';
import type { OfficerWords } from './list-page.ts';
import { officerBar, officerWords } from './officer-bar.ts';

/** When certificates and keys to seal to end: of an officer's own unit, or of every unit and of the gateway itself. */
export function partnersRoutes(app: Hono<PagesEnv>, deps: PagesDeps): void {
  app.get(
    '/officer/certificates',
    forOfficer(async (c, session) => {
      const { unit } = session.person;
      const words = officerWords(c, deps);
      const w = words.w.partners;
      const now = deps.clock.now();
      const seen = await deps.certificates.seen(unit);
      const own = unit === null ? deps.certificates.own() : [];
      return renderPage(c, {
        title: w.title,
        wide: true,
        bar: await officerBar(c, deps, session),
        body: html`<div class="stack"><h1>${w.title}</h1><p class="lead">${w.intro}</p></div>
${own.length === 0 ? null : part(words, 'own', w.own, own, now)}
${seen.length === 0 ? html`<div class="note section"><p>${w.none}</p></div>` : part(words, 'seen', w.seen, seen, now)}
${keysPart(words, unitsWithKeys(deps, unit), now)}`,
      });
    }),
  );
}

function part(
  words: OfficerWords,
  id: string,
  heading: string,
  certificates: readonly ShownCertificate[],
  now: Instant,
): Html {
  const sorted = certificates.toSorted((one, other) => (one.notAfter < other.notAfter ? -1 : 1));
  return html`<section class="section" aria-labelledby="${id}"><h2 id="${id}">${heading}</h2>
<ol class="rows">${sorted.map((certificate) => row(words, certificate, now))}</ol></section>`;
}

/** Those that ever had a key. */
function unitsWithKeys({ registry }: PagesDeps, own: UnitId | null): readonly Unit[] {
  const units = [...registry.current().units.values()];
  return units.filter(({ id, encryptionKeys }) => encryptionKeys !== null && (own === null || id === own));
}

function keysPart(words: OfficerWords, units: readonly Unit[], now: Instant): Html | null {
  const { keys } = words.w.partners;
  const rows = units.flatMap(({ id, encryptionKeys }) => {
    const all = standings(encryptionKeys ?? [], now);
    const none = all.some(({ standing }) => standing === 'sealed-to') ? [] : [noKeyRow(words, id)];
    return [...none, ...all.map((one) => keyRow(words, id, one, now))];
  });
  if (rows.length === 0) return null;
  return html`<section class="section" aria-labelledby="keys"><h2 id="keys">${keys.heading}</h2>
<p>${keys.intro}</p><ol class="rows">${rows}</ol></section>`;
}

function noKeyRow({ w, names }: OfficerWords, unit: UnitId): Html {
  const { keys } = w.partners;
  return html`<li class="line stop"><span class="tag stop">${keys.noneTag}</span>
<div><strong class="line-title">${names.party(unit)}</strong><p>${keys.none}</p></div></li>`;
}

function keyRow({ language, w, names }: OfficerWords, unit: UnitId, key: StandingKey, now: Instant): Html {
  const { keys, expires, thumbprint } = w.partners;
  const { standing, until } = key;
  const endsSoon = until !== null && daysLeft(until, now) < 60;
  const tone = standing === 'unfit' || standing === 'over' ? 'stop' : endsSoon ? 'wait' : 'good';
  const fact = (label: string, value: Html | string) => html`<div><dt>${label}</dt><dd>${value}</dd></div>`;
  return html`<li class="line ${tone}"><span class="tag ${tone}">${keys.standingOf[standing]}</span>
<div><strong class="line-title">${names.party(unit)}</strong>
<dl class="facts">
${fact(keys.proof, key.proven ? keys.proven : keys.unproven)}
${until === null ? null : fact(expires, html`<time datetime="${until}">${formatDay(language, until)}</time>`)}
${fact(thumbprint, html`<span class="mono">${key.thumbprint}</span>`)}
</dl></div></li>`;
}

function row({ language, w, names }: OfficerWords, certificate: ShownCertificate, now: Instant): Html {
  const { partners: words } = w;
  const { unit, use, notAfter, lastSeen, thumbprint } = certificate;
  const over = notAfter <= now;
  const left = daysLeft(notAfter, now);
  const tone = over || left < 7 ? 'stop' : left < 60 ? 'wait' : 'good';
  const fact = (label: string, value: Html | string) => html`<div><dt>${label}</dt><dd>${value}</dd></div>`;
  return html`<li class="line ${tone}"><span class="tag ${tone}">${over ? words.over : words.left(left)}</span>
<div><strong class="line-title">${unit === null ? words.useOf[use] : names.party(unit)}</strong>
<dl class="facts">
${fact(words.expires, html`<time datetime="${notAfter}">${formatDay(language, notAfter)}</time>`)}
${lastSeen === null ? null : fact(words.lastSeen, html`<time datetime="${lastSeen}">${formatDay(language, lastSeen)}</time>`)}
${fact(words.thumbprint, html`<span class="mono">${thumbprint}</span>`)}
</dl></div></li>`;
}
