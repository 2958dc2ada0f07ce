import { html } from 'hono/html';
import { z } from 'zod';
import type { UnitId } from '../../core/brand.ts';
import type { Opening } from '../../core/ledger/entry.ts';
import { fact } from '../detainee/sharing-card.ts';
import type { Html } from '../page-context.ts';
import type { EntryDetail, Officer } from '../ports.ts';
import type { OfficerWords } from './list-page.ts';

const body = z.looseObject({
  action: z.enum(['add', 'rotate', 'resume', 'suspend', 'cancel']),
  /** null where it is about no unit; entries of version 1 say so themselves. */
  unit: z.string().nullable().default(null),
  /** Version 1. */
  isNew: z.boolean().default(false),
  standing: z.enum(['new', 'known']).default('known'),
  state: z.enum(['active', 'suspended']).optional(),
  members: z.array(z.string()),
  organisations: z.array(z.string()),
  approvals: z.int(),
  digest: z.string(),
  previous: z.string(),
});
const approvals = z.array(z.looseObject({ approver: z.string() }));

/** What changed about a partner, as an officer may see it. */
export interface ShownPartnerChange extends z.infer<typeof body> {
  /** Names of who approved; null: not this officer's to see, or it cannot be read (any more). */
  readonly approvers: readonly string[] | null;
  readonly by: string | null;
  readonly ground: string | null;
}

/** null: the entry is of another kind. People who decided are named to the gateway's own officers alone. */
export function partnerChangeOf(
  officer: Officer,
  entry: EntryDetail,
  openings: readonly Opening[],
): ShownPartnerChange | null {
  if (entry.kind !== 'partner-changed') return null;
  const named = (name: string) =>
    officer.unit === null ? (openings.find((one) => one.name === name)?.value ?? null) : null;
  const text = named('approvals');
  const people = text === null ? null : approvals.parse(JSON.parse(text)).map(({ approver }) => approver);
  return { ...body.parse(entry.body), approvers: people, by: named('by'), ground: named('ground') };
}

export function changedPanel({ w, names }: OfficerWords, change: ShownPartnerChange): Html {
  const words = w.partners.change;
  const memberWords: Readonly<Record<string, string>> = words.memberOf;
  const members = [
    ...change.members.map((member) => memberWords[member] ?? member),
    ...change.organisations.map((oin) => `${words.organisation} (${oin})`),
  ];
  return html`<dl class="facts">
${fact(words.action, html`<strong>${words.actionOf[change.action]}</strong>`)}
${change.unit === null ? null : fact(words.unit, html`${names.party(change.unit as UnitId)}${change.isNew || change.standing === 'new' ? html` (${words.isNew})` : null}<br><span class="soft mono">${change.unit}</span>`)}
${members.length === 0 ? null : fact(words.members, html`<ul>${members.map((member) => html`<li>${member}</li>`)}</ul>`)}
${change.state === undefined ? null : fact(words.state, html`${words.stateOf[change.state]}`)}
${fact(words.digest, html`<span class="mono">${change.digest}</span>`)}
${fact(words.previous, html`<span class="mono">${change.previous}</span>`)}
</dl>`;
}

export function decidedPanel({ w }: OfficerWords, change: ShownPartnerChange): Html {
  const words = w.partners.change;
  return html`<p>${change.approvals === 0 ? words.nobody : words.approvals(change.approvals)}</p><dl class="facts">
${change.approvers && fact(words.approvers, html`${change.approvers.join(' · ')}`)}
${change.by && fact(words.by, html`${change.by}`)}
${change.ground && fact(words.ground, html`${change.ground}`)}
</dl>`;
}
