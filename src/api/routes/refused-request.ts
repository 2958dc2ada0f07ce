import type { RequestRecord } from '../../core/disclosure/request.ts';
import type { Receipt } from '../../core/ledger/entry.ts';
import { type Problem, problem } from '../problem.ts';
import { refusalClassPages } from '../problem-types/refusal-pages.ts';
import { outwardClass, type Viewing, viewRequest } from '../schemas/request-view.ts';

/**
 * Nothing was disclosed, and why, as far as the asker may know.
 * INVARIANT: of a stopped request no receipt leaves: its latest entry is the withdrawal itself.
 */
export function refusedRequest(
  viewing: Viewing,
  request: RequestRecord,
  receipt: Receipt | null,
  headers: Readonly<Record<string, string>> = {},
): Problem<'refused'> {
  const view = viewRequest(viewing, request);
  const kind = outwardClass(view);
  const shown = request.state === 'withdrawn' ? null : receipt;
  return problem('refused', {
    detail: refusalClassPages[kind].detail,
    instance: `/v1/requests/${request.id}`,
    members: { class: kind, request: view, receipt: shown },
    headers,
  });
}
