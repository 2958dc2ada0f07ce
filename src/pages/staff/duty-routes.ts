import type { Hono } from 'hono';
import { z } from 'zod';
import type { CorrectionId, RequestId, RightsRequestId } from '../../core/brand.ts';
import { datedStarts } from '../../core/category/retention-start.ts';
import { forStaff, type SessionOf } from '../door.ts';
import { sessionForm } from '../form-guard.ts';
import { refusedForm } from '../login/login-routes.ts';
import type { Page, PagesEnv } from '../page-context.ts';
import { readPageKey } from '../page-key.ts';
import type { PagesDeps, Staff } from '../ports.ts';
import type { Words } from '../words/words.ts';
import { correctionDutyPage } from './correction-duty-page.ts';
import { counted } from './counted.ts';
import { destructionDutyPage } from './destruction-duty-page.ts';
import { dutiesPage, dutyLists } from './duties-page.ts';
import { dutyDoneWords, type ShownDuty } from './duty-frame.ts';
import { noDutyPage, tellWhen, waitPage } from './gone-page.ts';
import {
  dutyForms,
  type ReadDutyAct,
  readConfirmation,
  readCorrection,
  readDecision,
  readDestruction,
} from './read-duty-act.ts';
import { rightsDutyPage } from './rights-duty-page.ts';
import { type SentForm, unsent } from './sent-form.ts';
import { dutiesPath, staffBar, staffWords } from './staff-bar.ts';
import type { DutyAct, DutyOutcome } from './staff-duties.ts';

/** What there is to do something about. */
const places = ['rights', 'corrections', 'disclosures'] as const;
type Place = (typeof places)[number];

const place = z.enum(places);
const list = z.enum(dutyLists);
const doneWord = z.enum(dutyDoneWords);

/** Where people of a unit see what it must still do, and do it: decide, correct, confirm, and report what was destroyed. */
export function dutyRoutes(app: Hono<PagesEnv>, deps: PagesDeps): void {
  app.get(
    dutiesPath,
    counted(deps, (c, session) => {
      const only = list.safeParse(c.req.query('list'));
      const after = readPageKey(c.req.query('after') ?? '');
      return dutiesPage(c, deps, session, only.success && after ? { list: only.data, after } : null);
    }),
  );
  app.get(
    `${dutiesPath}/:place/:id`,
    counted(deps, (c, session) => {
      const which = whichOf(c);
      const done = doneWord.safeParse(c.req.query('done'));
      if (which === null) return noDutyPage(c, deps, session);
      return show(c, deps, session, { ...which, done: done.success ? done.data : null });
    }),
  );
  dutyPosts(app, deps);
  // A page that answered a form is read again at its address.
  app.get(
    `${dutiesPath}/:place/:id/:sent`,
    forStaff((c, session) => {
      const which = whichOf(c);
      return which === null ? noDutyPage(c, deps, session) : c.redirect(addressOf(which), 303);
    }),
  );
}

function dutyPosts(app: Hono<PagesEnv>, deps: PagesDeps): void {
  const post = <Form extends { readonly formToken: string; readonly page: string }>(
    at: Place,
    what: DutyAct['kind'],
    schema: z.ZodType<Form>,
    read: (id: string, form: Form, w: Words) => ReadDutyAct,
  ) =>
    app.post(
      `${dutiesPath}/${at}/:id/${what}`,
      forStaff(async (c, session) => {
        const form = await sessionForm(c, session, schema);
        const id = z.uuid().safeParse(c.req.param('id'));
        if (form === null || !id.success) return refusedForm(c);
        const given = read(id.data, form, c.get('words'));
        const texts = Object.entries(form).filter((entry): entry is [string, string] => typeof entry[1] === 'string');
        return carryOut(c, deps, session, {
          ...{ place: at, id: id.data, page: form.page, given },
          ...{ sentBy: what, values: new Map(texts) },
        });
      }),
    );
  post('rights', 'decision', dutyForms.decision, (id, form, w) => readDecision(id as RightsRequestId, form, w));
  post('rights', 'correction', dutyForms.correction, (id, form, w) =>
    readCorrection({ rightsRequest: id as RightsRequestId }, form, w),
  );
  post('corrections', 'confirmation', dutyForms.confirmation, (id, form, w) =>
    readConfirmation(id as CorrectionId, form, w),
  );
  post('corrections', 'correction', dutyForms.correction, (id, form, w) =>
    readCorrection({ corrects: id as CorrectionId }, form, w),
  );
  post('disclosures', 'destruction', dutyForms.destruction, (id, form, w) => readDestruction(id as RequestId, form, w));
}

interface Which {
  readonly place: Place;
  readonly id: string;
}

/** null: an address at which there is nothing. */
function whichOf(c: Page): Which | null {
  const [at, id] = [place.safeParse(c.req.param('place')), z.uuid().safeParse(c.req.param('id'))];
  return at.success && id.success ? { place: at.data, id: id.data } : null;
}

function addressOf({ place: at, id }: Which): string {
  return `${dutiesPath}/${at}/${id}`;
}

interface Sending extends Which {
  readonly page: string;
  readonly given: ReadDutyAct;
  readonly sentBy: DutyAct['kind'];
  readonly values: SentForm['values'];
}

async function carryOut(c: Page, deps: PagesDeps, session: SessionOf<Staff>, sending: Sending): Promise<Response> {
  const { given, values, page } = sending;
  if (!('act' in given)) {
    // The page that comes back shows the duty again.
    const over = await deps.staff.count(session.person);
    if (over !== null) return waitPage(c, deps, session, over);
    return show(c, deps, session, { ...sending, sent: { ...given, values }, status: 400 });
  }
  const { act } = given;
  const outcome = await deps.staff.duties.act(session.person, c.get('trace'), act, page);
  if (outcome.kind === 'on-record') {
    return c.redirect(`${addressOf(sending)}?done=${doneBy(act.kind, outcome)}`, 303);
  }
  if (outcome.kind === 'not-found') return noDutyPage(c, deps, session);
  const isOver = outcome.kind === 'over-limit';
  const problem = isOver ? tellWhen(c, outcome) : c.get('words').duties.wrong.changed;
  const sent = { values, errors: new Map(), problem };
  return show(c, deps, session, { ...sending, sent, status: isOver ? 429 : 409 });
}

function doneBy(
  kind: DutyAct['kind'],
  { isAsSaid }: Extract<DutyOutcome, { kind: 'on-record' }>,
): (typeof dutyDoneWords)[number] {
  if (!isAsSaid) return 'first';
  return kind === 'correction' ? 'corrected' : 'recorded';
}

interface Showing extends Which {
  readonly done?: ShownDuty['done'];
  readonly sent?: SentForm;
  readonly sentBy?: DutyAct['kind'];
  readonly status?: ShownDuty['status'];
}

/** One duty as it stands by now, with everything that was typed. */
async function show(c: Page, deps: PagesDeps, session: SessionOf<Staff>, showing: Showing): Promise<Response> {
  const { place: at, id, done = null, sent = unsent, sentBy = null, status = 200 } = showing;
  const words = staffWords(c, deps);
  const bar = staffBar(c, words, session);
  const { formToken } = session;
  const shown: ShownDuty = { bar, words, formToken, page: deps.entropy.id(), sent, sentBy, done, status };
  const { duties } = deps.staff;
  switch (at) {
    case 'rights': {
      const duty = await duties.readRights(session.person, id as RightsRequestId);
      return duty === null ? noDutyPage(c, deps, session) : rightsDutyPage(c, shown, duty);
    }
    case 'corrections': {
      const duty = await duties.readCorrection(session.person, id as CorrectionId);
      return duty === null ? noDutyPage(c, deps, session) : correctionDutyPage(c, shown, duty);
    }
    case 'disclosures': {
      const duty = await duties.readDestruction(session.person, id as RequestId);
      const starts = datedStarts(deps.policies.current().retentionStarts);
      return duty === null ? noDutyPage(c, deps, session) : destructionDutyPage(c, shown, duty, starts);
    }
  }
}
