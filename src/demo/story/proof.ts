import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { verifyReceipt } from '../../core/ledger/receipt.ts';
import { keyRing } from '../../store/journal/key-ring.ts';
import type { World } from '../world.ts';
import { insist, type Scene } from './scene.ts';

const jwks = z.object({ keys: z.array(z.record(z.string(), z.unknown())).min(1) });
const report = z.looseObject({ ok: z.boolean(), entries: z.int(), treeSize: z.int(), checkpoints: z.int() });

/** That what happened stands in the ledger, for whoever wants to check. */
export const proofScenes: readonly Scene[] = [
  {
    title: 'De ontvangers controleren hun ontvangstbewijzen, met alleen de publieke sleutels',
    told: 'elk bewijs klopt',
    async play(stage) {
      const page = await stage.detainee.visit('/.well-known/jwks.json');
      const { keys } = jwks.parse(JSON.parse(page.html));
      const ring = keyRing(keys.filter((key) => key.sluis_use === 'ledger'));
      for (const receipt of stage.receipts) {
        const checked = verifyReceipt(receipt, ring);
        insist(checked.ok, 'een ontvangstbewijs klopt niet');
        insist(checked.value.kind === 'disclosure', 'een ontvangstbewijs is niet van een verstrekking');
      }
      return `${stage.receipts.length} bewijzen kloppen`;
    },
  },
  {
    title: 'sluis ledger verify rekent het hele logboek na',
    told: 'heel',
    async play({ world }) {
      const { code, text } = await ledgerVerify(world);
      insist(code === 0, `het commando eindigt met ${code}`);
      const { ok, entries, checkpoints } = report.parse(JSON.parse(text));
      insist(ok, 'het logboek is niet heel');
      return `${entries} regels nagerekend, ${checkpoints} ondertekende standen`;
    },
  },
];

/** The real command, as an operator runs it. */
function ledgerVerify(world: World): Promise<{ code: number | null; text: string }> {
  const main = fileURLToPath(new URL('../../main.ts', import.meta.url));
  const child = spawn(process.execPath, [main, 'ledger', 'verify', '--json'], {
    env: { ...process.env, ...databaseEnvironment(world) },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let text = '';
  child.stdout.on('data', (chunk: Buffer) => {
    text += chunk.toString('utf8');
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, text }));
  });
}

/** With which a command finds the world's database and keys. */
export function databaseEnvironment({ dataDir, database }: World): Readonly<Record<string, string>> {
  return {
    SLUIS_DATA_DIR: dataDir,
    DATABASE_URL: database.owner,
    DATABASE_URL_SERVE: database.serve,
    DATABASE_URL_SEQUENCER: database.sequencer,
    DATABASE_URL_ERASER: database.eraser,
  };
}
