import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { socketListener } from '../../../src/api/fronts/socket-listener.ts';
import { malformedRequests } from '../../../src/api/malformed-request.ts';
import { createMetrics } from '../../../src/api/metrics.ts';
import { entropy } from '../../../src/crypto/entropy.ts';

const log = { access: () => undefined, fault: () => undefined };
const malformed = malformedRequests({ entropy, log, metrics: createMetrics() });
const hello = () => new Response('hello');

let folder = '';
let path = '';
const closers: (() => Promise<void>)[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sluis-socket-'));
  chmodSync(folder, 0o750);
  path = join(folder, 'proxy.sock');
});

afterEach(async () => {
  for (let close = closers.pop(); close !== undefined; close = closers.pop()) await close();
  rmSync(folder, { recursive: true, force: true });
});

async function open(): Promise<void> {
  const listener = await socketListener(hello, path, malformed);
  closers.push(() => listener.close());
}

function status(): Promise<number> {
  return new Promise((resolve, reject) => {
    const call = request({ socketPath: path, path: '/' }, (answer) => resolve(answer.statusCode ?? 0));
    call.on('error', reject);
    call.end();
  });
}

describe('the socket for a proxy on this machine', () => {
  it('answers, and lets its owner and group in alone', async () => {
    await open();
    expect(await status()).toBe(200);
    expect(statSync(path).mode & 0o777).toBe(0o660);
  });

  it.each([0o755, 0o751, 0o754, 0o777, 0o1777, 0o702])('is not opened in a folder of mode %o', async (mode) => {
    chmodSync(folder, mode);
    await expect(open()).rejects.toThrow('open to everybody');
    expect(existsSync(path)).toBe(false);
  });

  it('is not opened where there is no folder, or a file', async () => {
    path = join(folder, 'none', 'proxy.sock');
    await expect(open()).rejects.toThrow('is not a folder');
    writeFileSync(join(folder, 'file'), '');
    path = join(folder, 'file', 'proxy.sock');
    await expect(open()).rejects.toThrow('is not a folder');
  });

  it('does not take the place of something else', async () => {
    writeFileSync(path, 'kept');
    await expect(open()).rejects.toThrow('is not a socket');
    rmSync(path);
    mkdirSync(path);
    await expect(open()).rejects.toThrow('is not a socket');
  });

  it('does not take the place of a listener, and does of one that died', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(path, resolve));
    await expect(open()).rejects.toThrow('another process listens there');
    await new Promise<void>((resolve) => other.close(() => resolve()));
    await open();
    await closers.pop()?.();
    expect(existsSync(path)).toBe(false);
  });
});
