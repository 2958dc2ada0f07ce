import type { Hono } from 'hono';
import { z } from 'zod';
import type { EntryId } from '../../core/brand.ts';
import type { EntryKind, Receipt } from '../../core/ledger/entry.ts';
import { forOfficer, type SessionOf } from '../door.ts';
import { messagePage } from '../layout.ts';
import type { Page, PagesEnv } from '../page-context.ts';
import { cutPage, readPageKey } from '../page-key.ts';
import type { EntryDetail, Officer, PagesDeps } from '../ports.ts';
import { receiptFile, receiptFor } from '../receipt-file.ts';
import { alertRoutes } from './alerts-page.ts';
import { breakGlassRoutes } from './break-glass-routes.ts';
import { checkProof } from './check-proof.ts';
import { correctionsRoutes } from './corrections-page.ts';
import { destructionRoutes } from './destruction-page.ts';
import { entryPage } from './entry-page.ts';
import { explain, officerReceipt } from './explain.ts';
import { informingRoutes } from './informing-page.ts';
import { kindsFor, mayLook, readFilter } from './list-filter.ts';
import { listPage } from './list-page.ts';
import { recordLook } from './look.ts';
import { namedUsers, seen } from './named-users.ts';
import { officerBar, officerWords } from './officer-bar.ts';
import { partnerChangeOf } from './partner-change.ts';
import { partnersRoutes } from './partners-page.ts';
import { officerRightsRoutes } from './rights-page.ts';
import { sourcesRoutes } from './sources-page.ts';

const pageSize = 50;
/** Kinds that say who asked, and why. */
const decisions: readonly EntryKind[] = ['permit', 'refusal', 'break-glass'];

/** The pages of privacy officers: of a unit for what concerns that unit, of the gateway for everything. */
export function officerRoutes(app: Hono<PagesEnv>, deps: PagesDeps): void {
  app.get('/officer', (c) => c.redirect('/officer/disclosures', 303));

  app.get(
    '/officer/disclosures',
    forOfficer(async (c, session) => {
      const search = new URL(c.req.url).searchParams;
      const read = readFilter(search, session.person);
      const after = readPageKey(search.get('after') ?? '');
      const rows = read.filter === null ? [] : await deps.entries.page(read.filter, after, pageSize + 1);
      const { rows: lines, next } = cutPage(rows, pageSize, (line) => line.time);
      return listPage(c, {
        bar: await officerBar(c, deps, session),
        words: officerWords(c, deps),
        read,
        kinds: kindsFor(session.person),
        set: deps.policies.current(),
        registry: deps.registry.current(),
        lines,
        next,
        isFirst: after === null,
      });
    }),
  );

  app.get(
    '/officer/entries/:id',
    forOfficer((c, session) => showEntry(c, deps, session)),
  );

  fileRoutes(app, deps);
  alertRoutes(app, deps);
  partnersRoutes(app, deps);
  sourcesRoutes(app, deps);
  destructionRoutes(app, deps);
  correctionsRoutes(app, deps);
  breakGlassRoutes(app, deps);
  informingRoutes(app, deps);
  officerRightsRoutes(app, deps);

  app.all(
    '/officer/*',
    forOfficer(async (c, session) => {
      const { notFoundTitle, notFound } = c.get('words').problem;
      return messagePage(c, {
        title: notFoundTitle,
        text: notFound,
        status: 404,
        bar: await officerBar(c, deps, session),
      });
    }),
  );
}

/** What an officer takes along of an entry; each is a look on record. */
function fileRoutes(app: Hono<PagesEnv>, deps: PagesDeps): void {
  app.get(
    '/officer/entries/:id/proof.json',
    forOfficer(async (c, session) => {
      const entry = await findEntry(c, deps, session.person);
      if (entry === null || entry === 'forgotten') return gone(c, deps, session, entry);
      if (!(await recordLook(c, deps, session.person, entry, { form: 'download', users: [] })))
        return notRecorded(c, deps, session);
      const { receipt, inclusion, report } = await readProof(deps, entry);
      c.header('Content-Disposition', `attachment; filename="sluis-${entry.id}.json"`);
      const checks = Object.fromEntries(report.checks.map(({ name, state }) => [name, state]));
      return c.json({
        v: 1,
        entry: entry.id,
        checkedAt: deps.clock.now(),
        checks,
        receipt: receipt && officerReceipt(session.person, entry, receipt),
        inclusion,
      });
    }),
  );

  app.get(
    '/officer/entries/:id/receipt.json',
    forOfficer(async (c, session) => {
      const { person } = session;
      const entry = await findEntry(c, deps, person);
      if (entry === null || entry === 'forgotten') return gone(c, deps, session, entry);
      if (!(await recordLook(c, deps, person, entry, { form: 'download', users: [] })))
        return notRecorded(c, deps, session);
      const opens = (receipt: Receipt) => officerReceipt(person, entry, receipt).openings;
      const receipt = await receiptFor(deps, entry.id, opens);
      return receipt === null ? gone(c, deps, session, null) : receiptFile(c, `sluis-${entry.id}.json`, receipt);
    }),
  );
}

/** Who is looked at is looked up before the look is put on record, and shown after it. */
async function showEntry(c: Page, deps: PagesDeps, session: SessionOf<Officer>): Promise<Response> {
  const entry = await findEntry(c, deps, session.person);
  if (entry === null || entry === 'forgotten') return gone(c, deps, session, entry);
  const { receipt, inclusion, report } = await readProof(deps, entry);
  const receipts = [...(receipt === null ? [] : [receipt]), ...(await decisionReceipts(deps, session.person, entry))];
  const shown = withinReach(session.person, entry);
  const explanation = explain(session.person, shown, receipts);
  const users = await namedUsers(deps, session.person, explanation);
  const look = { form: 'page', users: seen(users) } as const;
  if (!(await recordLook(c, deps, session.person, entry, look))) return notRecorded(c, deps, session);
  return entryPage(c, {
    bar: await officerBar(c, deps, session),
    words: officerWords(c, deps),
    entry: shown,
    explanation,
    users,
    partnerChange: partnerChangeOf(session.person, entry, receipt?.openings ?? []),
    report,
    place: inclusion,
  });
}

/** null: no such entry, or not this officer's to see: one answer for both. */
async function findEntry(c: Page, deps: PagesDeps, officer: Officer): Promise<EntryDetail | 'forgotten' | null> {
  const id = z.uuid().safeParse(c.req.param('id'));
  const entry = id.success ? await deps.entries.find(id.data as EntryId) : null;
  // Whose it was is forgotten too: only an officer of the gateway hears that there was one.
  if (entry === 'forgotten') return officer.unit === null ? entry : null;
  return entry !== null && mayLook(officer, entry) ? entry : null;
}

/**
 * The steps of the same request that this officer may open. Of an offer the recipient's sees the decision as it reached them:
 * without what its source may not give.
 */
function withinReach(officer: Officer, entry: EntryDetail): EntryDetail {
  if (entry.request === null) return entry;
  const { decision, steps: all } = entry.request;
  const steps = all.filter((step) => mayLook(officer, step));
  const isOffer = all.some(({ kind }) => kind === 'source-offered');
  const reached = isOffer && officer.unit !== null && officer.unit !== entry.source;
  return {
    ...entry,
    request: { ...entry.request, decision: reached ? { ...decision, refused: [] } : decision, steps },
  };
}

/** Who asked and why stands with the request's decision, not with every later step. */
async function decisionReceipts(deps: PagesDeps, officer: Officer, entry: EntryDetail): Promise<readonly Receipt[]> {
  const decided = withinReach(officer, entry).request?.steps.filter(
    (step) => step.id !== entry.id && decisions.includes(step.kind),
  );
  const first = decided?.[0];
  const receipt = first === undefined ? null : await deps.journal.receipt(first.id);
  return receipt === null ? [] : [receipt];
}

async function readProof(deps: PagesDeps, entry: EntryDetail) {
  const [receipt, inclusion, keys] = await Promise.all([
    deps.journal.receipt(entry.id),
    deps.proofs.inclusion(entry.id),
    deps.proofs.keys(),
  ]);
  return { receipt, inclusion, report: checkProof(entry, receipt, inclusion, { keys, log: deps.proofs.log }) };
}

/** null: not there, or not this officer's. */
async function gone(
  c: Page,
  deps: PagesDeps,
  session: SessionOf<Officer>,
  entry: 'forgotten' | null,
): Promise<Response> {
  const { goneTitle, gone: text, forgottenTitle, forgotten, back } = c.get('words').entry;
  const bar = await officerBar(c, deps, session);
  const link = { path: '/officer/disclosures', text: back };
  if (entry === 'forgotten')
    return messagePage(c, { title: forgottenTitle, text: forgotten, status: 410, bar, back: link });
  return messagePage(c, { title: goneTitle, text, status: 404, bar, back: link });
}

async function notRecorded(c: Page, deps: PagesDeps, session: SessionOf<Officer>): Promise<Response> {
  const { notRecordedTitle, notRecorded: text, back } = c.get('words').entry;
  const link = { path: '/officer/disclosures', text: back };
  return messagePage(c, {
    title: notRecordedTitle,
    text,
    status: 503,
    bar: await officerBar(c, deps, session),
    back: link,
  });
}
