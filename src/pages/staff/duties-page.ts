import { html } from 'hono/html';
import type { Instant } from '../../core/brand.ts';
import { leftToDo, type RightsRequest } from '../../core/rights/rights-request.ts';
import { fact } from '../detainee/sharing-card.ts';
import type { SessionOf } from '../door.ts';
import { formatDay } from '../format.ts';
import { renderPage } from '../layout.ts';
import type { CorrectionLine } from '../officer/corrections.ts';
import type { Html, Page } from '../page-context.ts';
import { cutPage, writePageKey } from '../page-key.ts';
import type { DutyLine, DutyState, PageKey, PagesDeps, Staff } from '../ports.ts';
import { retentionWords } from '../retention-words.ts';
import { dutiesPath, type StaffWords, staffBar, staffWords } from './staff-bar.ts';

export const dutyLists = ['rights', 'corrections', 'dated', 'undated'] as const;
export type DutyList = (typeof dutyLists)[number];

const pageSize = 40;

interface Section {
  readonly name: DutyList;
  readonly rows: readonly Html[];
  readonly next: PageKey | null;
}

/** What a unit must still do. Nothing in it says about whom it is. `only`: one of its lists, from a place on; null: all of them. */
export async function dutiesPage(
  c: Page,
  deps: PagesDeps,
  session: SessionOf<Staff>,
  only: { readonly list: DutyList; readonly after: PageKey } | null,
): Promise<Response> {
  const words = staffWords(c, deps);
  const w = words.w.duties;
  const sections: Section[] = [];
  for (const name of dutyLists) {
    if (only === null || only.list === name)
      sections.push(await sectionOf(deps, session.person, words, { name, after: only?.after ?? null }));
  }
  return renderPage(c, {
    title: w.title,
    wide: true,
    bar: staffBar(c, words, session),
    body: html`<div class="stack"><h1>${w.title}</h1><p class="lead">${w.intro}</p></div>
${sections.map((one) => shown(words, one))}
${only && html`<p class="section"><a href="${dutiesPath}">${w.all}</a></p>`}`,
  });
}

function shown({ w: { duties: w } }: StaffWords, { name, rows, next }: Section): Html {
  const { title, intro, none } = w.lists[name];
  const list = rows.length === 0 ? html`<div class="note"><p>${none}</p></div>` : html`<ol class="rows">${rows}</ol>`;
  const more =
    next && html`<p><a href="${dutiesPath}?list=${name}&amp;after=${writePageKey(next)}">${w.next}: ${title}</a></p>`;
  return html`<section class="section stack" aria-labelledby="${name}"><h2 id="${name}">${title}</h2><p class="soft">${intro}</p>
${list}${more}</section>`;
}

async function sectionOf(
  { staff: { duties }, clock }: PagesDeps,
  staff: Staff,
  words: StaffWords,
  { name, after }: { readonly name: DutyList; readonly after: PageKey | null },
): Promise<Section> {
  const now = clock.now();
  if (name === 'rights') {
    const { rows, next } = cutPage(await duties.rights(staff, after, pageSize + 1), pageSize, ({ dueAt }) => dueAt);
    return { name, rows: rows.map((line) => rightsRow(words, line, now)), next };
  }
  if (name === 'corrections') {
    const found = await duties.corrections(staff, after, pageSize + 1);
    const { rows, next } = cutPage(found, pageSize, ({ order }) => order);
    return { name, rows: rows.map((line) => correctionRow(words, line)), next };
  }
  const found = await duties.held(staff, name, after, pageSize + 1);
  const { rows, next } = cutPage(found, pageSize, ({ order }) => order);
  return { name, rows: rows.map((line) => heldRow(words, line)), next };
}

interface Row {
  readonly tone: 'stop' | 'wait' | 'info';
  /** How it stands, in a word. */
  readonly tag: string;
  readonly path: string;
  readonly title: string;
  readonly with: string;
  readonly facts: Html;
}

function row({ tone, tag, path, title, with: other, facts }: Row): Html {
  return html`<li class="line ${tone}"><span class="tag ${tone}">${tag}</span>
<div><a class="line-title" href="${dutiesPath}/${path}">${title}</a><br><span class="soft">${other}</span>
<dl class="facts">${facts}</dl></div></li>`;
}

function urgency({ w: { duties } }: StaffWords, isOverdue: boolean): Pick<Row, 'tone' | 'tag'> {
  return isOverdue ? { tone: 'stop', tag: duties.overdue } : { tone: 'wait', tag: duties.open };
}

const heldTones: Readonly<Record<DutyState, Row['tone']>> = {
  overdue: 'stop',
  dated: 'wait',
  open: 'info',
  undated: 'info',
  destroyed: 'info',
};

function rightsRow(words: StaffWords, rights: RightsRequest, now: Instant): Html {
  const { w, names } = words;
  const { id, field, wish, madeAt, dueAt } = rights;
  const { left: label, leftOf } = w.rights.officer;
  const left = leftToDo(rights);
  return row({
    ...urgency(words, dueAt <= now),
    path: `rights/${id}`,
    title: names.field(field),
    with: w.rights.wishOf[wish],
    facts: html`${left && fact(label, html`${leftOf[left]}`)}${fact(w.duties.rights.madeAt, day(words, madeAt))}${fact(w.duties.rights.dueAt, day(words, dueAt))}`,
  });
}

function correctionRow(
  words: StaffWords,
  { correction, state, kind, source, fields, madeAt, dueAt }: CorrectionLine,
): Html {
  const { w, names } = words;
  const { correction: texts } = w.duties;
  return row({
    ...urgency(words, state === 'overdue'),
    path: `corrections/${correction}`,
    title: w.corrections.kindOf[kind],
    with: names.party(source),
    facts: html`${fact(texts.fields, html`${fields.map((field) => names.field(field)).join(', ')}`)}
${fact(texts.madeAt, day(words, madeAt))}${fact(texts.dueAt, day(words, dueAt))}`,
  });
}

function heldRow(words: StaffWords, line: DutyLine): Html {
  const { w, names } = words;
  return row({
    tone: heldTones[line.state],
    tag: w.destruction.stateOf[line.state],
    path: `disclosures/${line.id}`,
    title: names.purpose(line.purpose),
    with: names.party(line.source),
    facts: html`${fact(w.duties.destruction.got, day(words, line.disclosedAt))}${keepFacts(words, line)}`,
  });
}

/** How long it may be kept, and until when: a date, or why there is none. */
export function keepFacts(
  words: StaffWords,
  { retain, deleteBy, state }: Pick<DutyLine, 'retain' | 'deleteBy' | 'state'>,
): Html {
  const { w, names } = words;
  const { keep, destroyBy, notBegun, unknown } = w.destruction;
  const date =
    deleteBy === null
      ? state === 'destroyed'
        ? null
        : html`${state === 'undated' ? unknown : notBegun}`
      : day(words, deleteBy);
  return html`${retain && fact(keep, html`${retentionWords(w, names, retain)}`)}${date && fact(destroyBy, date)}`;
}

export function day({ language }: StaffWords, at: Instant): Html {
  return html`<time datetime="${at}">${formatDay(language, at)}</time>`;
}
