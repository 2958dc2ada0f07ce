import { html } from 'hono/html';
import type { FieldId, PurposeId, UnitId } from '../../core/brand.ts';
import { correctionKinds, correctionWays } from '../../core/correction/correction.ts';
import type { DecisionSummary } from '../../core/disclosure/request.ts';
import { destructionWays } from '../../core/duty/destruction-ways.ts';
import { fact } from '../detainee/sharing-card.ts';
import { formatStamp } from '../format.ts';
import { lawWords } from '../law-words.ts';
import { renderPage } from '../layout.ts';
import type { Html, Page } from '../page-context.ts';
import type { EntryDetail } from '../ports.ts';
import { periodWords, retentionWords } from '../retention-words.ts';
import type { ProofReport } from './check-proof.ts';
import { inputsText } from './condition-inputs.ts';
import type { Explanation, ShownCondition, ShownConditions } from './explain.ts';
import { type OfficerWords, partiesText, toneOf } from './list-page.ts';
import type { ShownUser, ShownUsers } from './named-users.ts';
import { changedPanel, decidedPanel, type ShownPartnerChange } from './partner-change.ts';
import { proofPanel } from './proof-panel.ts';

export interface EntryPage {
  readonly bar: Html;
  readonly words: OfficerWords;
  readonly entry: EntryDetail;
  readonly explanation: Explanation;
  readonly users: ShownUsers;
  /** null: the entry is no change of a partner. */
  readonly partnerChange: ShownPartnerChange | null;
  readonly report: ProofReport;
  readonly place: { readonly index: number; readonly size: number } | null;
}

/** One entry of the ledger: what it says, why it came out so, who asked, and whether it is really on record. */
export function entryPage(c: Page, page: EntryPage): Response | Promise<Response> {
  const { words, entry } = page;
  const { w, names } = words;
  const kind = w.officer.kinds[entry.kind];
  const title = entry.purpose === null ? kind : `${kind}: ${names.purpose(entry.purpose)}`;
  return renderPage(c, {
    title,
    wide: true,
    bar: page.bar,
    body: html`<div class="stack"><p><a href="/officer/disclosures">${w.entry.back}</a></p><h1>${title}</h1><p><span class="tag ${toneOf(entry.kind)}">${kind}</span> <span class="soft">${w.entry.looked}</span></p></div>
<div class="pair section"><div>
<section class="panel"><h2>${w.entry.facts}</h2>${summary(words, entry)}</section>
${why(page)}
</div><div>
<section class="panel"><h2>${w.entry.proof}</h2>${proofPanel(w, entry.id, page.report, page.place)}</section>
${who(page)}
${entry.request === null ? null : html`<section class="panel"><h2>${w.entry.steps}</h2>${steps(words, entry, entry.request.steps)}</section>`}
</div></div>`,
  });
}

function why({ words, entry, explanation, partnerChange }: EntryPage): Html {
  const { w } = words;
  if (partnerChange !== null) {
    return html`<section class="panel"><h2>${w.partners.change.title}</h2>${changedPanel(words, partnerChange)}</section>`;
  }
  return html`<section class="panel"><h2>${w.entry.explanation}</h2>${explained(words, explanation, entry)}</section>`;
}

function who(page: EntryPage): Html | null {
  const { words, partnerChange } = page;
  const { w } = words;
  if (partnerChange !== null) {
    return html`<section class="panel"><h2>${w.partners.change.decided}</h2>${decidedPanel(words, partnerChange)}</section>`;
  }
  if (!saysWho(page)) return null;
  return html`<section class="panel"><h2>${w.entry.asked}</h2>${asked(words, page)}</section>`;
}

/** A notice, a fact or a consent was asked by nobody; of a request somebody did, also where it cannot be read any more. */
function saysWho({ entry, users, explanation }: EntryPage): boolean {
  const { user, approver, reporter } = users;
  return entry.request !== null || explanation.justification !== null || [user, approver, reporter].some(Boolean);
}

function summary(words: OfficerWords, entry: EntryDetail): Html {
  const { language, w, names } = words;
  const how = howOf(words, entry);
  return html`<dl class="facts">
${fact(w.entry.time, html`<time datetime="${entry.time}">${formatStamp(language, entry.time)}</time>`)}
${fact(w.entry.parties, html`${partiesText(words, entry)}`)}
${entry.purpose === null ? null : fact(w.entry.purpose, html`${names.purpose(entry.purpose)}`)}
${fact(w.entry.number, html`<span class="mono">${entry.id}</span>`)}
${fact(w.entry.trace, html`<span class="mono">${entry.trace}</span>`)}
${how}
${entry.policySet === null ? null : fact(w.entry.policySet, html`<span class="mono">${entry.policySet}</span>`)}
</dl>`;
}

/** What became of the data, in entries that say so. */
function howOf({ w }: OfficerWords, { kind, body }: EntryDetail): Html | null {
  if (kind === 'correction-made' || kind === 'correction-told') {
    const what = correctionKinds.find((one) => one === body.what);
    return what === undefined ? null : fact(w.entry.outcome, html`${w.corrections.kindOf[what]}`);
  }
  if (kind === 'correction-confirmed') {
    const done = correctionWays.find((one) => one === body.how);
    return done === undefined ? null : fact(w.corrections.how, html`${w.corrections.howOf[done]}`);
  }
  const destroyed = destructionWays.find((one) => one === body.how);
  return destroyed === undefined ? null : fact(w.destruction.how, html`${w.destruction.howOf[destroyed]}`);
}

function explained(words: OfficerWords, explanation: Explanation, entry: EntryDetail): Html {
  const { w } = words;
  const { kind, source, valuesErased = false } = entry;
  const { decision, fields, struck, conditions } = explanation;
  const isSame = decision !== null && fields.join() === decision.permitted.join();
  const items = fields.length === 0 ? html`<p>${w.entry.noFields}</p>` : fieldItems(words, fields);
  // Of what was permitted nothing need have left.
  const isShown = kind === 'disclosure' || fields.length > 0;
  const named = isShown && !isSame ? html`<h3>${w.entry.fields}</h3>${items}` : null;
  const omitted = struck.length === 0 ? null : html`<h3>${w.entry.struck}</h3>${fieldItems(words, struck)}`;
  if (decision === null) return html`<p>${w.entry.noDecision}</p>${omitted}${named}`;
  return html`${ground(words, decision)}
${omitted}
${named}
${decision.permitted.length === 0 ? null : html`<h3>${w.entry.permitted}</h3>${fieldItems(words, decision.permitted)}`}
${decision.refused.length === 0 ? null : html`<h3>${w.entry.refused}</h3>${reasons(words, decision)}`}
<h3>${w.entry.conditions}</h3>${conditionList(words, conditions, valuesErased)}
${obligations(words, decision, source)}`;
}

function ground({ language, w }: OfficerWords, decision: DecisionSummary): Html {
  const law = decision.law.map((citation) => {
    const status = citation.status === undefined ? '' : ` (${w.entry.status[citation.status]})`;
    return html`<li>${lawWords(language, citation)}${status}</li>`;
  });
  const regime = (side: string) =>
    side === 'avg' || side === 'wjsg' || side === 'wpg' ? w.entry.regimeOf[side] : side;
  return html`<dl class="facts">
${decision.class === null ? null : fact(w.entry.outcome, html`<strong>${w.entry.classOf[decision.class]}</strong>`)}
${law.length === 0 ? null : fact(w.entry.law, html`<ul>${law}</ul>`)}
${fact(w.entry.regimes, html`${w.officer.source}: ${regime(decision.regimes.source)} · ${w.officer.recipient}: ${regime(decision.regimes.recipient)}`)}
${decision.policyVersion === null ? null : fact(w.entry.policy, html`${w.entry.policyVersion(decision.policyVersion)}`)}
</dl>`;
}

function fieldItems({ names }: OfficerWords, fields: readonly FieldId[]): Html {
  return html`<ul class="dots">${fields.map((field) => html`<li>${names.field(field)}</li>`)}</ul>`;
}

/** Fields refused for the very same reasons are told together, so that a refusal reads in a minute. */
function reasons({ language, w, names }: OfficerWords, decision: DecisionSummary): Html {
  const groups = new Map<string, { fields: FieldId[]; reasons: DecisionSummary['refused'][number]['reasons'] }>();
  for (const refusal of decision.refused) {
    const key = JSON.stringify(refusal.reasons);
    const group = groups.get(key) ?? { fields: [], reasons: refusal.reasons };
    group.fields.push(refusal.field);
    groups.set(key, group);
  }
  return html`${[...groups.values()].map(
    (group) => html`<div class="group"><p>${group.fields.map((field) => names.field(field)).join(' · ')}</p>
<ul class="dots">${group.reasons.map(
      (reason) => html`<li><strong>${w.entry.classOf[reason.class]}.</strong> ${reason.text[language]}
${reason.remedy === null ? null : html`<br><span class="soft">${w.entry.remedy}: ${reason.remedy[language]}</span>`}
<br><span class="soft">${w.entry.rule}: <span class="mono">${reason.rule ?? w.entry.noRule}</span></span></li>`,
    )}</ul></div>`,
  )}`;
}

function conditionList(words: OfficerWords, shown: ShownConditions, isErased: boolean): Html {
  const { w, names } = words;
  if (shown.state === 'hidden') return html`<p class="soft">${w.entry.conditionsHidden}</p>`;
  if (shown.state === 'unreadable')
    return html`<p class="soft">${isErased ? w.entry.conditionsErased : w.entry.conditionsGone}</p>`;
  if (shown.conditions.length === 0) return html`<p class="soft">${w.entry.conditionsNone}</p>`;
  const byRule = new Map<string, ShownCondition[]>();
  for (const condition of shown.conditions)
    byRule.set(condition.rule, [...(byRule.get(condition.rule) ?? []), condition]);
  return html`${[...byRule].map(
    ([rule, conditions]) => html`<div class="group"><p>${w.entry.rule} <span class="mono">${rule}</span></p>
<ul class="checks">${conditions.map(
      ({
        condition,
        value,
        inputs,
      }) => html`<li class="check"><span>${names.condition(condition) ?? html`<span class="mono">${condition}</span>`}${Object.keys(inputs).length === 0 ? null : html`<br><span class="soft">${inputsText(words, inputs)}</span>`}</span>
<span class="tag ${valueTone[value]}">${w.entry.valueOf[value]}</span></li>`,
    )}</ul></div>`,
  )}`;
}

const valueTone = { true: 'good', false: 'stop', unknown: 'wait' } as const;

function obligations(
  { w, names }: OfficerWords,
  { obligations: held, obtained }: DecisionSummary,
  source: UnitId | null,
): Html | null {
  if (held === null) return null;
  const roles = held.approvers.map((role) => names.role(source, role)).join(', ');
  const approvers = roles === '' ? '' : `, ${w.entry.approvers(roles)}`;
  const words = new Set(Object.values<readonly string[]>(obtained).flat());
  const from = [...words].map((word) => (word === 'own' ? w.entry.own : names.purpose(word as PurposeId))).join(', ');
  const status = held.retain.status === 'law' ? '' : ` (${w.entry.status[held.retain.status]})`;
  return html`<h3>${w.entry.obligations}</h3><dl class="facts">
${fact(w.entry.retain, html`${retentionWords(w, names, held.retain)}${status}`)}
${fact(w.entry.inform, html`${held.informAfter === null ? w.entry.informOf[held.informSubject] : w.entry.informAfter(periodWords(w, held.informAfter))}`)}
${fact(w.entry.approval, html`${w.entry.approvalOf[held.approval]}${approvers}`)}
${fact(w.entry.seal, html`${w.entry.sealOf[held.seal]}`)}
${fact(w.entry.destruction, html`${w.entry.destructionOf[held.destruction]}`)}
${from.length === 0 ? null : fact(w.entry.obtained, html`${from}`)}
</dl>`;
}

function asked({ w, names }: OfficerWords, { explanation, users, entry }: EntryPage): Html {
  const { justification, caseReference, ground: why } = explanation;
  const { user, approver, reporter } = users;
  if (user === null && justification === null && approver === null && reporter === null)
    return html`<p class="soft">${entry.valuesErased === true ? w.entry.valuesErased : w.entry.unreadable}</p>`;
  const person = ({ person: who, role }: ShownUser, unit: UnitId | null) => {
    const words = names.role(unit, role);
    if (who !== null) return html`${who.name}<br><span class="soft">${words} · ${who.id}</span>`;
    const place = unit === null ? '' : ` · ${names.unit(unit)}`;
    return html`${words}${place}<br><span class="soft">${w.entry.userApart}</span>`;
  };
  return html`<dl class="facts">
${user && fact(w.entry.opening.onBehalfOf, person(user, entry.recipient))}
${justification && fact(w.entry.opening.justification, html`${justification}`)}
${caseReference && fact(w.entry.opening.caseReference, html`${caseReference}`)}
${approver && fact(w.entry.opening.approver, person(approver, entry.source))}
${reporter && fact(w.entry.opening.reporter, person(reporter, entry.recipient))}
${why && fact(w.entry.opening.ground, html`${why}`)}
</dl>${entry.valuesErased === true ? html`<p class="soft">${w.entry.valuesErased}</p>` : null}`;
}

function steps(
  { language, w }: OfficerWords,
  entry: EntryDetail,
  lines: NonNullable<EntryDetail['request']>['steps'],
): Html {
  const items = lines.map((line) => {
    const kind = w.officer.kinds[line.kind];
    const text =
      line.id === entry.id
        ? html`<span aria-current="true">${kind}</span>`
        : html`<a href="/officer/entries/${line.id}">${kind}</a>`;
    return html`<li class="step">${text} <time class="soft" datetime="${line.time}">${formatStamp(language, line.time)}</time></li>`;
  });
  return html`<ol class="trail">${items}</ol>`;
}
