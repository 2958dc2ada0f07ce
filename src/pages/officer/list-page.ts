import { html } from 'hono/html';
import type { EntryKind } from '../../core/ledger/entry.ts';
import type { PartnerRegistry } from '../../core/partner/partner.ts';
import type { PolicySet } from '../../core/policy/policy-set.ts';
import { formatStamp } from '../format.ts';
import { renderPage } from '../layout.ts';
import type { Names } from '../names.ts';
import type { Html, Page } from '../page-context.ts';
import { writePageKey } from '../page-key.ts';
import type { EntryLine, PageKey } from '../ports.ts';
import type { Language, Words } from '../words/words.ts';
import type { ListMember, ReadFilter } from './list-filter.ts';

export interface OfficerWords {
  readonly language: Language;
  readonly w: Words;
  readonly names: Names;
}

export interface ListPage {
  readonly bar: Html;
  readonly words: OfficerWords;
  readonly read: ReadFilter;
  readonly kinds: readonly EntryKind[];
  readonly set: PolicySet;
  readonly registry: PartnerRegistry;
  readonly lines: readonly EntryLine[];
  readonly next: PageKey | null;
  readonly isFirst: boolean;
}

export function listPage(c: Page, page: ListPage): Response | Promise<Response> {
  const { w } = page.words;
  return renderPage(c, {
    title: w.officer.title,
    wide: true,
    bar: page.bar,
    status: page.read.filter === null ? 400 : 200,
    body: html`<div class="stack"><h1>${w.officer.title}</h1><p class="lead">${w.officer.intro}</p></div>
${filterForm(page)}
<section class="section" aria-labelledby="lines"><h2 id="lines">${w.officer.list} <span class="soft">${w.officer.shown(page.lines.length)}</span></h2>
${lines(page)}
${pager(page)}</section>`,
  });
}

function filterForm({ words: { language, w }, read, kinds, set, registry }: ListPage): Html {
  const purposes = [...set.catalogue.purposes.values()].map(({ id, label }) => ({ value: id, text: label[language] }));
  const units = [...registry.units.values()].map(({ id, name }) => ({ value: id, text: name }));
  const byText = (one: { text: string }, other: { text: string }) => one.text.localeCompare(other.text, language);
  const all = { value: '', text: w.officer.any };
  const outcomes = [
    { value: '', text: w.officer.main },
    { value: 'any', text: w.officer.everything },
    ...kinds.map((kind) => ({ value: kind, text: w.officer.kinds[kind] })),
  ];
  const choice = (member: ListMember, label: string, options: readonly Option[]) =>
    select(member, label, options, read);
  return html`<form class="panel section" method="get" action="/officer/disclosures" aria-label="${w.officer.filter}">
${read.filter === null ? invalidNote(w, read) : null}
<div class="filters">
${input('from', w.officer.fromDate, 'date', read)}
${input('to', w.officer.toDate, 'date', read)}
${choice('kind', w.officer.kind, outcomes)}
${choice('purpose', w.officer.purpose, [all, ...purposes.sort(byText)])}
${choice('source', w.officer.source, [all, ...units.sort(byText)])}
${choice('recipient', w.officer.recipient, [all, ...units])}
${input('entry', w.officer.entry, 'text', read)}
<div class="go"><button type="submit">${w.officer.apply}</button><a href="/officer/disclosures">${w.officer.clear}</a></div>
</div></form>`;
}

function invalidNote(w: Words, read: ReadFilter): Html {
  const labels: Readonly<Record<ListMember, string>> = {
    from: w.officer.fromDate,
    to: w.officer.toDate,
    purpose: w.officer.purpose,
    source: w.officer.source,
    recipient: w.officer.recipient,
    kind: w.officer.kind,
    entry: w.officer.entry,
  };
  const named = read.invalid.map((member) => w.officer.invalidMember(labels[member]));
  return html`<p class="error" role="alert">${[w.officer.invalid, ...named].join(' ')}</p>`;
}

interface Option {
  readonly value: string;
  readonly text: string;
}

function select(member: ListMember, label: string, options: readonly Option[], read: ReadFilter): Html {
  const items = options.map(({ value, text }) => {
    const selected = value === read.typed[member] ? html` selected` : null;
    return html`<option value="${value}"${selected}>${text}</option>`;
  });
  return html`<div><label for="${member}">${label}</label><select id="${member}" name="${member}"${invalidMark(member, read)}>${items}</select></div>`;
}

function input(member: ListMember, label: string, type: string, read: ReadFilter): Html {
  return html`<div><label for="${member}">${label}</label><input id="${member}" name="${member}" type="${type}" value="${read.typed[member]}" autocomplete="off"${invalidMark(member, read)}></div>`;
}

function invalidMark(member: ListMember, read: ReadFilter): Html | null {
  return read.invalid.includes(member) ? html` aria-invalid="true"` : null;
}

function lines(page: ListPage): Html {
  const { w } = page.words;
  if (page.lines.length === 0) return html`<div class="note"><p>${w.officer.none}</p></div>`;
  return html`<ol class="rows">${page.lines.map((line) => row(page.words, line))}</ol>`;
}

const tones: Partial<Record<EntryKind, 'good' | 'stop' | 'wait' | 'info'>> = {
  disclosure: 'good',
  permit: 'good',
  approval: 'good',
  refusal: 'stop',
  'approval-declined': 'stop',
  'request-stopped': 'stop',
  'break-glass': 'wait',
  'break-glass-confirmed': 'good',
  'break-glass-revoked': 'stop',
  'request-expired': 'stop',
  'source-answered': 'good',
  'source-declined': 'stop',
  'offer-declined': 'stop',
  'failed-attempt': 'wait',
  notice: 'info',
};

export function toneOf(kind: EntryKind): string {
  return tones[kind] ?? '';
}

function row({ language, w, names }: OfficerWords, line: EntryLine): Html {
  const title = line.purpose === null ? w.officer.kinds[line.kind] : names.purpose(line.purpose);
  return html`<li class="line ${toneOf(line.kind)}"><span class="tag ${toneOf(line.kind)}">${w.officer.kinds[line.kind]}</span>
<div><a class="line-title" href="/officer/entries/${line.id}">${title}</a><br><span class="soft">${partiesText({ language, w, names }, line)}</span></div>
<time class="soft" datetime="${line.time}">${formatStamp(language, line.time)}</time></li>`;
}

/** "PI Zwolle aan Gemeente Zwolle": an arrow would not be read out. */
export function partiesText({ w, names }: OfficerWords, line: Pick<EntryLine, 'source' | 'recipient'>): string {
  if (line.source === null && line.recipient === null) return w.officer.noParty;
  const [from, to] = [line.source, line.recipient].map((unit) =>
    unit === null ? w.officer.noParty : names.unit(unit),
  );
  return `${from} ${w.officer.to} ${to}`;
}

function pager({ words: { w }, read, next, isFirst }: ListPage): Html | null {
  if (next === null && isFirst) return null;
  const link = (text: string, more: Readonly<Record<string, string>>) => {
    const search = new URLSearchParams(Object.entries({ ...read.typed, ...more }).filter(([, value]) => value !== ''));
    return html`<a class="button second" href="/officer/disclosures?${search.toString()}">${text}</a>`;
  };
  return html`<p class="pager">${next && link(w.officer.next, { after: writePageKey(next) })}${isFirst ? null : link(w.officer.first, {})}</p>`;
}
