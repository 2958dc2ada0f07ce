import type { Hono } from 'hono';
import { z } from 'zod';
import type { RequestId } from '../../core/brand.ts';
import type { InboxView } from '../../core/disclosure/inbox.ts';
import type { AnswerOutcome } from '../../core/disclosure/inbox-operations.ts';
import { Fault } from '../../core/fault.ts';
import { forStaff, type SessionOf } from '../door.ts';
import { sessionForm } from '../form-guard.ts';
import { refusedForm } from '../login/login-routes.ts';
import type { Page, PagesEnv } from '../page-context.ts';
import type { PagesDeps, Staff } from '../ports.ts';
import { answerPage, fieldsLeft, type ShownAnswer, saidWords } from './answer-page.ts';
import { inputOf, ofField } from './field-input.ts';
import { movedPage, tellWhen, waitPage } from './gone-page.ts';
import { actForms, type ReadAct, readAnswer, readDelegation, readQuestion, readRefusal } from './read-act.ts';
import { type SentForm, unsent } from './sent-form.ts';
import { staffBar, staffWords } from './staff-bar.ts';
import type { StaffAct, StaffOperations } from './staff-operations.ts';

const done = z.enum(saidWords);

/** Where people of a unit give what was asked, refuse it, ask something back, or say which of them is to answer. */
export function answerRoutes(app: Hono<PagesEnv>, deps: PagesDeps): void {
  const post = <Form extends { readonly formToken: string; readonly page: string }>(
    kind: StaffAct['kind'],
    schema: z.ZodType<Form>,
    read: (form: Form, staff: Staff, c: Page) => ReadAct | null,
  ) =>
    app.post(
      `/staff/requests/:id/${kind}`,
      forStaff(async (c, session) => {
        const form = await sessionForm(c, session, schema);
        const id = z.uuid().safeParse(c.req.param('id'));
        if (form === null || !id.success) return refusedForm(c);
        const given = read(form, session.person, c);
        if (given === null) return movedPage(c, deps, session);
        const values = new Map(
          Object.entries(form).filter((entry): entry is [string, string] => entry[1] !== undefined),
        );
        return carryOut(c, deps, session, { id: id.data as RequestId, page: form.page, given, values });
      }),
    );
  post('answer', actForms.answer, (form, { unit }, c) => {
    const source = deps.registry.current().units.get(unit);
    const set = source && deps.policies.boundTo(source);
    return set ? readAnswer(form, set.catalogue, c.get('words')) : null;
  });
  post('refusal', actForms.refusal, (form, _, c) => readRefusal(form, c.get('words')));
  post('question', actForms.question, (form, _, c) => readQuestion(form, c.get('words')));
  post('delegation', actForms.delegation, (form, _, c) => readDelegation(form, c.get('words')));
}

interface Sending {
  readonly id: RequestId;
  readonly page: string;
  readonly given: ReadAct;
  readonly values: SentForm['values'];
}

async function carryOut(c: Page, deps: PagesDeps, session: SessionOf<Staff>, sending: Sending): Promise<Response> {
  const { id, page, given, values } = sending;
  if (!('act' in given)) {
    const over = await deps.staff.count(session.person);
    if (over !== null) return waitPage(c, deps, session, over);
    return again(c, deps, session, { id, sent: { ...given, values }, status: 400 });
  }
  const outcome = await acted(c, deps, session, { id, page, act: given.act });
  if (outcome.kind === 'recorded' || outcome.kind === 'replayed') {
    return c.redirect(whereTo(given.act, id, outcome.request.state), 303);
  }
  const { wrong } = c.get('words').answers;
  if (outcome.kind === 'over-limit') {
    const problem = tellWhen(c, outcome);
    return again(c, deps, session, { id, sent: { values, errors: new Map(), problem }, status: 429 });
  }
  if (outcome.kind === 'invalid') {
    return again(c, deps, session, { id, sent: { ...mistake(c, outcome), values }, status: 400 });
  }
  const problem = outcome.kind === 'no-key' ? wrong.noKey : wrong.changed;
  return again(c, deps, session, { id, sent: { values, errors: new Map(), problem }, status: 409 });
}

/** Two faults that whoever answers can wait for, or look again after; any other is the gateway's own. */
async function acted(
  c: Page,
  deps: PagesDeps,
  { person }: SessionOf<Staff>,
  { id, page, act }: { readonly id: RequestId; readonly page: string; readonly act: StaffAct },
): Promise<Awaited<ReturnType<StaffOperations['act']>> | { readonly kind: 'no-key' | 'basis-changed' }> {
  try {
    return await deps.staff.act(person, c.get('trace'), id, act, page);
  } catch (error) {
    if (error instanceof Fault && error.code === 'seal-impossible') return { kind: 'no-key' };
    if (error instanceof Fault && error.code === 'basis-changed') return { kind: 'basis-changed' };
    throw error;
  }
}

function whereTo({ kind }: StaffAct, id: RequestId, state: string): string {
  if (kind === 'refusal') return '/staff/inbox?done=refused';
  if (kind === 'question') return `/staff/requests/${id}?done=asked`;
  if (kind === 'delegation') return `/staff/requests/${id}?done=delegated`;
  return state === 'partly-answered' ? `/staff/requests/${id}?done=part` : '/staff/inbox?done=answered';
}

/** As the input that it is about; what can be of no input on the page is a change of the request. */
function mistake(
  c: Page,
  { member, code, problem }: Extract<AnswerOutcome, { kind: 'invalid' }>,
): Pick<SentForm, 'errors' | 'problem'> {
  const { wrong } = c.get('words').answers;
  if (code === 'wrong-form') {
    const name = member.replace('data/', ofField);
    return { errors: new Map([[name, problem[c.get('language')]]]), problem: null };
  }
  if (code === 'unknown-role') return { errors: new Map([['role', wrong.role]]), problem: null };
  return { errors: new Map(), problem: code === 'nothing-said' ? wrong.nothing : wrong.changed };
}

/** The page with everything that was typed, as the request stands by now. */
async function again(
  c: Page,
  deps: PagesDeps,
  session: SessionOf<Staff>,
  { id, sent, status }: { readonly id: RequestId; readonly sent: SentForm; readonly status: ShownAnswer['status'] },
): Promise<Response> {
  const view = await deps.staff.read(session.person, id);
  if (view?.task !== 'answer') return movedPage(c, deps, session);
  return showAnswer(c, deps, session, { view, sent: shownIn(view, sent, c), status });
}

/** Without errors of inputs that are not on the page any more: a colleague gave it, or it may not be done now. */
function shownIn(view: InboxView, sent: SentForm, c: Page): SentForm {
  const ofAnswer = view.mustSeal ? [] : ['looked', ...fieldsLeft(view).map(({ id }) => inputOf(id))];
  const ofRefusal = view.request.state === 'awaiting-source' ? ['ground'] : [];
  const inputs = new Set([...ofAnswer, ...ofRefusal, 'text', 'role', 'colleague', 'note']);
  const errors = new Map([...sent.errors].filter(([name]) => inputs.has(name)));
  const changed = errors.size < sent.errors.size ? c.get('words').answers.wrong.changed : null;
  return { ...sent, errors, problem: sent.problem ?? changed };
}

/** One request that waits for an answer, as it was read. */
export async function showAnswer(
  c: Page,
  deps: PagesDeps,
  session: SessionOf<Staff>,
  { view, sent = unsent, status = 200 }: { view: InboxView; sent?: SentForm; status?: ShownAnswer['status'] },
): Promise<Response> {
  const words = staffWords(c, deps);
  const { person, formToken } = session;
  const source = deps.registry.current().units.get(person.unit);
  const kinds = source && deps.policies.boundTo(source)?.catalogue.partnerKinds;
  const said = done.safeParse(c.req.query('done'));
  return answerPage(c, {
    bar: staffBar(c, words, session),
    words,
    view,
    messages: await deps.staff.messages(person, view.request.id),
    roles: [...(kinds?.get(source?.kind ?? '')?.roles.keys() ?? [])],
    formToken,
    page: deps.entropy.id(),
    sent,
    done: said.success ? said.data : null,
    status,
  });
}
