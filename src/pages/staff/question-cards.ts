import { html } from 'hono/html';
import type { InboxView } from '../../core/disclosure/inbox.ts';
import { fact } from '../detainee/sharing-card.ts';
import { formatMoment } from '../format.ts';
import { lawWords } from '../law-words.ts';
import type { Html } from '../page-context.ts';
import { retentionWords } from '../retention-words.ts';
import { waitingFacts } from './inbox-page.ts';
import type { StaffWords } from './staff-bar.ts';

/** What is asked, or offered, by whom, why and until when. */
export function questionCard(words: StaffWords, view: InboxView): Html {
  const { language, w, names } = words;
  const { request, said, recipient } = view;
  const r = w.staff.request;
  const titles = request.direction === 'push' ? r.offered : r;
  const { law, obligations } = request.decision;
  const askedFor = said?.asker && `${said.asker.name ?? r.askerUnknown} (${said.asker.role[language]})`;
  const roles = request.approvals.map(({ role }) => names.role(request.source, role)).join(', ');
  return html`<section class="card info" aria-labelledby="question"><header><h2 id="question">${titles.question}</h2></header>
<dl class="facts">
${fact(titles.recipient, html`${names.party(recipient.id)}<br><span class="soft">${view.kind[language]}</span>`)}
${askedFor && fact(titles.asker, html`${askedFor}`)}
${fact(r.purpose, html`${view.purpose.label[language]}`)}
${fact(titles.why, said === null ? html`<strong>${view.task === 'answer' ? w.answers.reasonGone : r.reasonGone}</strong>` : html`<q>${said.justification}</q>`)}
${said?.caseReference ? fact(titles.reference, html`${said.caseReference}`) : null}
${fact(r.law, html`<ul>${law.map((citation) => html`<li>${lawWords(language, citation)}</li>`)}</ul>`)}
${obligations && fact(r.retain, html`${retentionWords(w, names, obligations.retain)}`)}
${fact(r.received, html`<time datetime="${request.receivedAt}">${formatMoment(language, request.receivedAt)}</time>`)}
${waitingFacts(words, request.source, request)}
${roles === '' ? null : fact(r.approvedBy, html`${roles}`)}
</dl></section>`;
}

/** As the unit itself may know them: by no name, which the gateway does not have. */
export function personCard({ w }: StaffWords, { subject }: Pick<InboxView, 'subject'>): Html {
  const r = w.staff.request;
  const { pseudonym, caseReferences, numbers } = subject;
  return html`<section class="card" aria-labelledby="person"><header><h2 id="person">${r.who}</h2></header>
<dl class="facts">
${numbers.bsn === undefined ? null : fact(r.bsn, html`<span class="mono">${numbers.bsn}</span>`)}
${numbers.skn === undefined ? null : fact(r.skn, html`<span class="mono">${numbers.skn}</span>`)}
${caseReferences.length === 0 ? null : fact(r.caseReferences, html`${caseReferences.join(', ')}`)}
${fact(r.pseudonym, html`<span class="mono">${pseudonym}</span>`)}
</dl></section>`;
}
