import { readFileSync } from 'node:fs';
import { html, raw } from 'hono/html';
import type { FieldId, PurposeId } from '../core/brand.ts';
import type { Label } from '../core/category/catalogue.ts';
import { consentRoleWords } from '../core/policy/consent-role-words.ts';
import { obligationWords } from '../core/policy/explain/obligation-words.ts';
import type { MatrixRow } from '../core/policy/matrix.ts';
import type { PolicySet } from '../core/policy/policy-set.ts';

type Language = 'nl' | 'en';
type Html = ReturnType<typeof html>;

const style = readFileSync(new URL('./matrix-page.css', import.meta.url), 'utf8');

const texts = {
  nl: {
    title: 'Wie mag wat van wie weten',
    lead: 'Alles wat de regels toestaan, per doel. Wat hier niet staat, mag niet.',
    purposes: 'Doelen',
    overview: 'Aantal gegevens dat elke ontvanger kan krijgen',
    purpose: 'Doel',
    field: 'Gegevens',
    table: 'Van wie elke ontvanger een gegeven kan krijgen, als aan de voorwaarden is voldaan',
    law: 'Wet',
    rule: 'Regel',
    bases: 'Grondslag',
    grounds: 'Grond voor bijzondere gegevens',
    conditions: 'Voorwaarden, allemaal',
    consent: 'Toestemming',
    obligations: 'Verplichtingen',
    only: 'met toestemming',
    waiver: 'met opheffing geheim',
    nothing: 'Geen regel past hierbij: niemand krijgt iets.',
    none: 'niets',
    set: 'Gemaakt van het beleid',
  },
  en: {
    title: 'Who may know what from whom',
    lead: 'Everything the rules permit, by purpose. What is not here is not allowed.',
    purposes: 'Purposes',
    overview: 'Number of fields that each recipient can get',
    purpose: 'Purpose',
    field: 'Fields',
    table: 'From whom each recipient can get a field, if the conditions are met',
    law: 'Law',
    rule: 'Rule',
    bases: 'Legal basis',
    grounds: 'Ground for special data',
    conditions: 'Conditions, all of them',
    consent: 'Consent',
    obligations: 'Obligations',
    only: 'with consent',
    waiver: 'with waiver of secrecy',
    nothing: 'No rule fits this: nobody gets anything.',
    none: 'nothing',
    set: 'Made from the policies',
  },
} as const;

/** A page of its own: no script, nothing loaded from anywhere, readable at 320 pixels and on paper. */
export function matrixPage(set: PolicySet, rows: readonly MatrixRow[], language: Language): string {
  const t = texts[language];
  const purposes = [...new Set(rows.map(({ purpose }) => purpose))];
  const view: View = { set, language, rows };
  return `${html`<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${t.title} – Sluis</title>
<style>${raw(style)}</style>
</head>
<body>
<header><div class="wrap"><h1>${t.title}</h1><p>${t.lead}</p></div></header>
<main class="wrap">
${purposes.length === 0 ? html`<section><p>${t.nothing}</p></section>` : null}
${purposes.length > 1 ? [contents(view, purposes), overview(view, purposes)] : null}
${purposes.map((purpose) => purposeSection(view, purpose))}
</main>
<footer class="wrap soft"><p>${t.set} <span class="digest">${set.digest}</span></p></footer>
</body>
</html>
`}`;
}

interface View {
  readonly set: PolicySet;
  readonly language: Language;
  readonly rows: readonly MatrixRow[];
}

function say(view: View, label: Label | undefined, id: string): string {
  return label?.[view.language] ?? id;
}

function kindName(view: View, kind: string): string {
  return say(view, view.set.catalogue.partnerKinds.get(kind)?.label, kind);
}

function purposeName(view: View, purpose: PurposeId): string {
  return say(view, view.set.catalogue.purposes.get(purpose)?.label, purpose);
}

function contents(view: View, purposes: readonly PurposeId[]): Html {
  const t = texts[view.language];
  return html`<nav aria-label="${t.purposes}"><ul>${purposes.map(
    (purpose) => html`<li><a href="#${purpose}">${purposeName(view, purpose)}</a></li>`,
  )}</ul></nav>`;
}

function overview(view: View, purposes: readonly PurposeId[]): Html {
  const t = texts[view.language];
  const kinds = recipientsOf(view, view.rows);
  const cell = (purpose: PurposeId, kind: string): Html => {
    const own = view.rows.filter((row) => row.purpose === purpose && row.recipient === kind);
    const count = new Set(own.flatMap(({ fields }) => fields)).size;
    return html`<td>${count === 0 ? html`<span class="soft" aria-label="${t.none}">–</span>` : String(count)}</td>`;
  };
  return html`<section><h2 id="overview">${t.overview}</h2>
<div class="scroll" tabindex="0" role="region" aria-labelledby="overview"><table class="number">
<thead><tr><th scope="col">${t.purpose}</th>${kinds.map((kind) => html`<th scope="col">${kindName(view, kind)}</th>`)}</tr></thead>
<tbody>${purposes.map(
    (purpose) =>
      html`<tr><th scope="row"><a href="#${purpose}">${purposeName(view, purpose)}</a></th>${kinds.map((kind) => cell(purpose, kind))}</tr>`,
  )}</tbody></table></div></section>`;
}

/** In the order of the catalogue. */
function recipientsOf({ set }: View, rows: readonly MatrixRow[]): string[] {
  const named = new Set(rows.map(({ recipient }) => recipient));
  return [...set.catalogue.partnerKinds.keys()].filter((kind) => named.has(kind));
}

function purposeSection(view: View, purpose: PurposeId): Html {
  const t = texts[view.language];
  const rows = view.rows.filter((row) => row.purpose === purpose);
  const kinds = recipientsOf(view, rows);
  const law = (rows[0]?.law ?? []).map(({ act, article }) => `${act} ${article}`).join('; ');
  const reason = say(view, view.set.catalogue.purposes.get(purpose)?.plain, purpose);
  return html`<section><h2 id="${purpose}">${purposeName(view, purpose)}</h2>
<p>${reason}</p><p class="soft">${t.law}: ${law}</p>
<div class="scroll" tabindex="0" role="region" aria-labelledby="${purpose} table-${purpose}"><table>
<caption id="table-${purpose}">${t.table}</caption>
<thead><tr><th scope="col">${t.field}</th>${kinds.map((kind) => html`<th scope="col">${kindName(view, kind)}</th>`)}</tr></thead>
<tbody>${fieldGroups(view, rows).map(
    (fields) =>
      html`<tr><th scope="row">${fieldNames(view, fields)}</th>${kinds.map((kind) => sourcesCell(view, rows, fields, kind))}</tr>`,
  )}</tbody></table></div>
${rulesOf(rows).map((same) => ruleDetails(view, same))}
</section>`;
}

/** Fields of which the table shows the same stand in one row. */
function fieldGroups({ set }: View, rows: readonly MatrixRow[]): FieldId[][] {
  const groups = new Map<string, FieldId[]>();
  for (const field of set.catalogue.fields.keys()) {
    const ways = rows.filter(({ fields }) => fields.includes(field));
    if (ways.length === 0) continue;
    const shown = new Set(
      ways.map(({ source, recipient, consent }) => `${source} ${recipient} ${markOf[consent] ?? ''}`),
    );
    const key = [...shown].sort().join('\n');
    groups.set(key, [...(groups.get(key) ?? []), field]);
  }
  return [...groups.values()];
}

/** What a cell says of consent, by the name of its text; null: nothing. */
const markOf = { required: 'only', waiver: 'waiver', irrelevant: null, invalid: null } as const;

function fieldNames(view: View, fields: readonly FieldId[]): string {
  return fields.map((field) => say(view, view.set.catalogue.fields.get(field)?.label, field)).join(', ');
}

function sourcesCell(view: View, rows: readonly MatrixRow[], fields: readonly FieldId[], recipient: string): Html {
  const t = texts[view.language];
  const [field] = fields;
  const ways = rows.filter((row) => row.recipient === recipient && field !== undefined && row.fields.includes(field));
  if (ways.length === 0) return html`<td><span class="soft" aria-label="${t.none}">–</span></td>`;
  const said = new Map(ways.map(({ source, consent }) => [`${source} ${markOf[consent] ?? ''}`, { source, consent }]));
  return html`<td><ul>${[...said.values()].map(({ source, consent }) => {
    const mark = markOf[consent];
    return html`<li>${kindName(view, source)}${mark === null ? null : html` <span class="mark">${t[mark]}</span>`}</li>`;
  })}</ul></td>`;
}

/** Rows of one rule that differ in their kinds alone are told together. */
function rulesOf(rows: readonly MatrixRow[]): MatrixRow[][] {
  const found = new Map<string, MatrixRow[]>();
  for (const row of rows) {
    const { source: _, recipient: __, ...rest } = row;
    const key = JSON.stringify(rest);
    found.set(key, [...(found.get(key) ?? []), row]);
  }
  return [...found.values()];
}

function ruleDetails(view: View, rows: readonly MatrixRow[]): Html | null {
  const [row] = rows;
  if (row === undefined) return null;
  const t = texts[view.language];
  const { language, set } = view;
  const pairs = rows.map(({ source, recipient }) => `${kindName(view, source)} → ${kindName(view, recipient)}`);
  const grounds = Object.values(row.grounds).filter((ground) => ground !== null);
  const bases = `${row.bases.source.join(' + ')} (${row.regimes.source}) → ${row.bases.recipient.join(' + ')} (${row.regimes.recipient})`;
  const kept = obligationWords(set, row.obligations, row.source);
  return html`<details><summary><strong>${t.rule} ${row.rule}</strong>: ${pairs.join('; ')}</summary>
<dl>
<dt>${t.field}</dt><dd>${fieldNames(view, row.fields)}</dd>
<dt>${t.conditions}</dt><dd><ul>${row.conditions.map((condition) => html`<li>${condition[language]}</li>`)}</ul></dd>
<dt>${t.consent}</dt><dd>${consentRoleWords[row.consent][language]}</dd>
<dt>${t.bases}</dt><dd>${bases}</dd>
${grounds.length === 0 ? null : html`<dt>${t.grounds}</dt><dd>${grounds.join('; ')}</dd>`}
<dt>${t.obligations}</dt><dd><ul>${kept.map((said) => html`<li>${said[language]}</li>`)}</ul></dd>
</dl></details>`;
}
