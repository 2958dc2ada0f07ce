import { spawn } from 'node:child_process';
import { z } from 'zod';
import { main } from '../../scenarios/chain/running-chain.ts';

const verified = z.looseObject({
  ok: z.boolean(),
  entries: z.int(),
  treeSize: z.int(),
  problems: z.array(z.unknown()),
});

/** `sluis ledger …`, as an operator runs it; resolves with its exit code and what it printed. */
export async function runLedgerCommand(
  environment: Readonly<Record<string, string>>,
  ...args: readonly string[]
): Promise<{ readonly code: number | null; readonly text: string }> {
  const child = spawn(process.execPath, [main, 'ledger', ...args, '--json'], {
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let text = '';
  child.stdout.on('data', (chunk: Buffer) => {
    text += chunk.toString();
  });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  return { code, text };
}

/** `ledger verify`, and what it found. */
export async function verifyByCommand(environment: Readonly<Record<string, string>>, ...args: readonly string[]) {
  const { code, text } = await runLedgerCommand(environment, 'verify', ...args);
  return { code, report: verified.parse(JSON.parse(text)) };
}
