import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, readdirSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { until } from '../scenarios/chain/running-chain.ts';
import { gatewaySettings } from '../world/gateway-settings.ts';
import { familyOf } from './family-of.ts';

const checkout = fileURLToPath(new URL('../..', import.meta.url));
/** The gateway, the keeper, PostgreSQL and its own processes. */
const familySize = 8;

let place: string;
let settings: Readonly<Record<string, string>>;
beforeEach(async () => {
  place = realpathSync(mkdtempSync(join(tmpdir(), 'sluis-newcomer-')));
  chmodSync(place, 0o711);
  ({ settings } = await gatewaySettings(place));
});
afterEach(() => {
  for (const pid of familyOf(place)) process.kill(pid, 'SIGKILL');
  rmSync(place, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
});

/** `npm start` as npm starts it, with a database of its own; resolves when it serves, with what it said. */
async function start(): Promise<{ readonly child: ChildProcess; readonly said: string }> {
  const env = { PATH: process.env.PATH ?? '', TMPDIR: place, ...settings };
  const script = ['--import', './src/node-version.mjs', 'src/main.ts', 'serve'];
  const child = spawn(process.execPath, script, {
    cwd: checkout,
    env,
    detached: true,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => {
    said += chunk.toString();
  });
  await until(() => said.includes('partners on') || child.exitCode !== null, 'a gateway that serves', 50_000);
  expect(child.exitCode, said).toBeNull();
  return { child, said };
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
  const exited = once(child, 'exit');
  process.kill(signal === 'SIGINT' ? -Number(child.pid) : Number(child.pid), signal);
  const [code] = await exited;
  await until(() => familyOf(place).length === 0, 'no process that is left');
  return typeof code === 'number' ? code : null;
}

describe.skipIf(process.platform !== 'linux')('a gateway with a database of its own (on Linux: reads /proc)', () => {
  it('says which Node it runs on, ends by SIGTERM with 0, and starts again on the same data', async () => {
    const first = await start();
    expect(first.said).toContain(`(Node ${process.version})`);
    expect(familyOf(place).length).toBeGreaterThanOrEqual(familySize);
    expect(await end(first.child, 'SIGTERM')).toBe(0);
    const kept = readdirSync(join(place, 'data')).sort();
    expect(kept).toEqual(expect.arrayContaining(['keys', 'postgres']));
    const { child } = await start();
    expect(await end(child, 'SIGINT')).toBe(0);
    expect(readdirSync(join(place, 'data')).sort()).toEqual(kept);
  });

  it('takes its database with it when it is killed, and starts again after that', async () => {
    const { child } = await start();
    await end(child, 'SIGKILL');
    const again = await start();
    expect(await end(again.child, 'SIGTERM')).toBe(0);
  });
});
