import type { Obligations } from './decision.ts';
import type { ApprovalForm, ObligationsForm, RetainForm } from './obligation-form.ts';
import type { OpenNote } from './policy.ts';

/** What a rule attaches to a permit toward one recipient. */
export function obligationsOf(form: ObligationsForm, retain: RetainForm): Obligations {
  const inform = form['inform-subject'];
  return {
    retain: retainOf(retain),
    informSubject: inform === 'at-disclosure' ? 'at-disclosure' : 'delayed',
    informAfter: inform === 'at-disclosure' ? null : inform.delayed,
    ...approvalOf(form.approval),
    seal: form.seal,
    destruction: form.destruction ?? 'none',
  };
}

export function retainOf({ until, plus, atLeast, status }: RetainForm): Obligations['retain'] {
  return { until, plus: plus ?? null, atLeast: atLeast ?? null, status: status ?? 'law' };
}

/** Each named role is a person of its own: two roles ask for two persons, whatever is written beside them. */
export function approvalOf(form: ApprovalForm): Pick<Obligations, 'approval' | 'approvers'> {
  if (typeof form === 'string') return { approval: form, approvers: [] };
  const approvers = [...new Set(form.roles)].sort();
  return { approval: approvers.length > 1 ? 'two-persons' : form.by, approvers };
}

/** Obligations that the legal catalogue does not settle; those of retention stand with the retention. */
export function openObligations(form: ObligationsForm): OpenNote[] {
  const inform = form['inform-subject'];
  const open: OpenNote[] = [];
  if (inform !== 'at-disclosure' && inform.status !== undefined)
    open.push({ status: inform.status, what: `the subject is informed after ${inform.delayed} (${inform.ground})` });
  if (typeof form.approval !== 'string' && form.approval.status !== undefined)
    open.push({
      status: form.approval.status,
      what: `approval by ${form.approval.by}: ${form.approval.roles.join(', ')}`,
    });
  return open;
}
