import { html } from 'hono/html';
import type { EntryId } from '../../core/brand.ts';
import type { Html } from '../page-context.ts';
import { receiptPagePath } from '../receipt-file.ts';
import type { Words } from '../words/words.ts';
import type { CheckState, ProofReport } from './check-proof.ts';

const verdicts = {
  proved: { tone: 'good', text: 'proofAll' },
  pending: { tone: 'wait', text: 'proofPending' },
  failed: { tone: 'stop', text: 'proofFailed' },
} as const;

const tones: Readonly<Record<CheckState, string>> = { passed: 'good', failed: 'stop', absent: 'wait' };

/** What was checked just now, one line per check, and the bytes to check it again elsewhere. */
export function proofPanel(
  w: Words,
  entry: EntryId,
  report: ProofReport,
  place: { readonly index: number; readonly size: number } | null,
): Html {
  const verdict = verdicts[report.verdict];
  const checks = report.checks.map(
    ({ name, state }) =>
      html`<li class="check"><span>${w.entry.checkOf[name]}</span><span class="tag ${tones[state]}">${w.entry.checkStateOf[state]}</span></li>`,
  );
  return html`<div class="stack"><div class="note ${verdict.tone}" role="status"><p>${w.entry[verdict.text]}</p></div>
<ul class="checks">${checks}</ul>
${place === null ? null : html`<p class="soft">${w.entry.proofIndex}: ${place.index} · ${w.entry.proofSize}: ${place.size}</p>`}
<p><a class="button second" href="/officer/entries/${entry}/receipt.json" download="sluis-${entry}.json">${w.entry.receipt}</a></p>
<p><a href="${receiptPagePath}" download>${w.entry.receiptPage}</a></p>
<p><a class="button second" href="/officer/entries/${entry}/proof.json" download="sluis-${entry}-checks.json">${w.entry.download}</a></p></div>`;
}
