import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { instant, type UnitId } from '../core/brand.ts';
import { openKeys } from '../crypto/keys.ts';
import { issueLoginCode, registerOfficer } from '../store/pages/logins.ts';
import { openPool } from '../store/pool.ts';
import { createSubjects } from '../store/subjects.ts';
import { createProgress, duration, type Progress } from './progress.ts';
import { roles, type Stage } from './story/scene.ts';
import { type Played, playStory, zwolleStory } from './story/story.ts';
import { renderTable } from './table.ts';
import { startWorld, type World } from './world.ts';

const codeValidMs = 8 * 3_600_000;

/**
 * `sluis demo`: starts the chain, plays the story, shows what happened, and stays up until it is told
 * to stop. With `once` it ends after the story; exit code 1 if anything turned out otherwise than told.
 */
export async function runDemo({ once }: { readonly once: boolean }): Promise<void> {
  const startedAt = performance.now();
  const progress = createProgress({ terminal: process.stdout, env: process.env, now: () => performance.now() });
  progress.heading('Sluis: de keten van Zwolle op deze computer');
  const world = await startWorld({ signals: true, progress });
  let asTold = false;
  try {
    const codes = await loginCodes(world);
    progress.heading('Het verhaal');
    const stage = await openStage(world, codes.detainee, progress);
    const played = await playStory(zwolleStory, stage, progress);
    asTold = played.every((scene) => scene.asTold);
    showTable(played);
    const verdict = asTold ? 'Alles liep zoals verteld' : 'NIET alles liep zoals verteld';
    process.stdout.write(`\n${verdict}, in ${duration(performance.now() - startedAt)}.\n`);
    if (!once) showDoors(world, codes);
  } finally {
    if (once) await world.stop();
  }
  if (!asTold) process.exitCode = 1;
  // What stays up is held by its listeners; a signal ends it (see `startWorld`).
  if (!once) await new Promise(() => setInterval(() => undefined, 3_600_000));
}

interface Codes {
  readonly detainee: string;
  readonly officer: string;
  readonly unitOfficer: string;
}

async function loginCodes(world: World): Promise<Codes> {
  const keys = await openKeys({ directory: join(world.dataDir, 'keys'), create: false });
  const pool = openPool(world.database.serve, { max: 1 });
  try {
    const subjects = createSubjects({
      pool,
      secrets: keys.identifiers,
      cipher: keys.subjects,
      clock: { now: () => instant(new Date()) },
      entropy: { id: randomUUID },
    });
    const subject = await subjects.ensure({ type: 'bsn', value: world.persons[0]?.bsn ?? '' });
    const officer = await registerOfficer(pool, { name: 'F. Gerritsen (FG van Sluis)', unit: null });
    const unit = roles.municipality as UnitId;
    const unitOfficer = await registerOfficer(pool, { name: 'M. Kuipers (FG van de gemeente)', unit });
    const expires = instant(new Date(Date.now() + codeValidMs));
    return {
      detainee: await issueLoginCode(pool, { subject }, expires),
      officer: await issueLoginCode(pool, { officer }, expires),
      unitOfficer: await issueLoginCode(pool, { officer: unitOfficer }, expires),
    };
  } finally {
    await pool.end();
  }
}

async function openStage(world: World, code: string, progress: Progress): Promise<Stage> {
  const [person, stranger] = [world.persons[0], world.persons[7]];
  if (person === undefined || stranger === undefined) throw new Error('the demo has too few people');
  const detainee = world.visitor();
  await progress.step('De gedetineerde logt in met een code', async () => {
    await detainee.submit(await detainee.visit('/login'), '/login', { code });
  });
  const clients = Object.entries(roles).map(([role, unit]) => [role, world.client(unit)] as const);
  const partners = Object.fromEntries(clients) as Stage['partners'];
  return { world, person, stranger, partners, detainee, pseudonym: null, receipts: [] };
}

function showTable(played: readonly Played[]): void {
  const columns = [{ header: '' }, { header: 'Wat' }, { header: 'Verteld' }, { header: 'Gebeurd' }];
  const rows = played.map(({ title, told, happened, asTold }) => [asTold ? '✓' : '✗', title, told, happened]);
  process.stdout.write(`\n${renderTable(columns, rows, process.stdout.columns ?? 120)}\n`);
}

function showDoors(world: World, codes: Codes): void {
  const publicUrl = world.gateways[0]?.ready.publicUrl;
  const columns = [{ header: 'Wie' }, { header: 'Adres' }, { header: 'Code' }];
  const rows = [
    ['Gedetineerde', `${publicUrl}/login`, codes.detainee],
    ['FG van de gateway', `${publicUrl}/login`, codes.officer],
    ['FG van de gemeente', `${publicUrl}/login`, codes.unitOfficer],
  ];
  process.stdout.write(`\n${renderTable(columns, rows, process.stdout.columns ?? 120)}\n`);
  process.stdout.write(
    `\nPartners: ${world.gateways[0]?.ready.partnerUrl} (certificaten in ${world.authority.directory})\n` +
      'De browser kent de demo-autoriteit niet en waarschuwt: dat hoort zo. Stoppen: Ctrl-C.\n',
  );
}
