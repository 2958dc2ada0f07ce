import type { Hono } from 'hono';
import { html } from 'hono/html';
import type { UnitId } from '../../core/brand.ts';
import type { Unit } from '../../core/partner/partner.ts';
import { forOfficer } from '../door.ts';
import { formatDay } from '../format.ts';
import { renderPage } from '../layout.ts';
import type { Html, PagesEnv } from '../page-context.ts';
import type { PagesDeps } from '../ports.ts';
import type { SourceStanding } from './connections.ts';
import type { OfficerWords } from './list-page.ts';
import { officerBar, officerWords } from './officer-bar.ts';

type Connected = Unit & { readonly connector: NonNullable<Unit['connector']> };

/** The systems that hold the data and how each answers: of an officer's own unit, or of all. */
export function sourcesRoutes(app: Hono<PagesEnv>, deps: PagesDeps): void {
  app.get(
    '/officer/sources',
    forOfficer(async (c, session) => {
      const { unit } = session.person;
      const words = officerWords(c, deps);
      const w = words.w.sources;
      const standing = await deps.sources();
      const rows = connectedUnits(deps, unit).map((each) => row(words, each, standing.get(each.id) ?? nothingKnown));
      return renderPage(c, {
        title: w.title,
        wide: true,
        bar: await officerBar(c, deps, session),
        body: html`<div class="stack"><h1>${w.title}</h1><p class="lead">${w.intro}</p></div>
${rows.length === 0 ? html`<div class="note section"><p>${w.none}</p></div>` : html`<ol class="rows section">${rows}</ol>`}`,
      });
    }),
  );
}

const nothingKnown: SourceStanding = { circuit: null, silentOn: null };

function connectedUnits({ registry }: PagesDeps, own: UnitId | null): readonly Connected[] {
  const isShown = (unit: Unit): unit is Connected => unit.connector !== null && (own === null || unit.id === own);
  return [...registry.current().units.values()].filter(isShown).sort((one, other) => (one.id < other.id ? -1 : 1));
}

function row({ language, w: all, names }: OfficerWords, { id, state, connector }: Connected, of: SourceStanding): Html {
  const w = all.sources;
  const fact = (label: string, value: Html | string) => html`<div><dt>${label}</dt><dd>${value}</dd></div>`;
  const standing = standingOf(state, connector, of);
  const tone = tones[standing];
  return html`<li class="line ${tone}"><span class="tag ${tone}">${w.standingOf[standing]}</span>
<div><strong class="line-title">${names.party(id)}</strong>
<dl class="facts">
${connector.type === 'http' ? [fact(w.address, html`<span class="mono">${new URL(connector.url).host}</span>`), fact(w.asks, w.schemeOf[connector.subject.scheme]), fact(w.fields, String(Object.keys(connector.fields).length))] : null}
${of.silentOn === null ? null : fact(w.silentOn, html`<time datetime="${of.silentOn}">${formatDay(language, of.silentOn)}</time>`)}
</dl></div></li>`;
}

function standingOf(state: Unit['state'], { type }: Connected['connector'], { circuit }: SourceStanding) {
  if (state !== 'active') return 'suspended';
  return type === 'inbox' ? 'people' : (circuit ?? 'unasked');
}

const tones = {
  people: 'good',
  closed: 'good',
  'half-open': 'wait',
  open: 'stop',
  unasked: '',
  suspended: 'stop',
} as const;
