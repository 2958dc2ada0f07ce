import { loginCode } from './login-code.ts';
import { createProgress, duration } from './progress.ts';
import { roles } from './story/scene.ts';
import { openStage } from './story/stage.ts';
import { type Played, playStory, zwolleStory } from './story/story.ts';
import { renderTable } from './table.ts';
import { startWorld, type World } from './world.ts';

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
    const login = 'De gedetineerde logt in met een code';
    const stage = await progress.step(login, () => openStage(world, codes.detainee));
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
  return {
    detainee: await loginCode(world, { bsn: world.persons[0]?.bsn ?? '' }),
    officer: await loginCode(world, { officer: 'F. Gerritsen (FG van Sluis)', unit: null, seesUsers: true }),
    unitOfficer: await loginCode(world, { officer: 'M. Kuipers (FG van de gemeente)', unit: roles.municipality }),
  };
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
      'Het logboek nakijken zoals een auditor, in een ander venster:\n' +
      `  curl -sk ${publicUrl}/.well-known/jwks.json > jwks.json\n` +
      `  SLUIS_DATA_DIR=${world.dataDir} npm run sluis -- ledger export logboek\n` +
      '  npm run sluis -- ledger verify logboek --keys jwks.json\n' +
      'De browser kent de demo-autoriteit niet en waarschuwt: dat hoort zo. Stoppen: Ctrl-C.\n',
  );
}
