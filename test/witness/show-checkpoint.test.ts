import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { type Checkpoint, noteVerifierKey, signCheckpoint } from '../../src/core/ledger/checkpoint.ts';
import { treeOf } from '../../src/core/ledger/merkle.ts';
import { leafHash } from '../../src/core/ledger/tree-hash.ts';
import { cosignerKey } from '../../src/core/ledger/witnessed.ts';
import { showCheckpoint } from '../../src/witness/show-checkpoint.ts';
import { type Answer, createWitness, type Witness } from '../../src/witness/witness.ts';
import { listenAsWitness, type WitnessListener } from '../../src/witness/witness-listener.ts';
import { newSigner } from '../world/ledger-keys.ts';
import { newWitness } from '../world/witness-keys.ts';

const origin = 'log.example/1';
const signer = newSigner();
const key = { name: origin, publicKey: signer.publicKey, check: signer.check };
const keys = newWitness('w.example/1');
const folder = mkdtempSync(join(tmpdir(), 'sluis-show-'));
const closing: (() => Promise<void>)[] = [];
let count = 0;

function history(seed: string) {
  const leaves = Array.from({ length: 40 }, (_, n) => leafHash(`${seed}${n}`));
  const tree = (size: number) => treeOf(leaves.slice(0, size));
  const checkpoint = (size: number): Checkpoint => ({ origin, size, root: tree(size).root });
  return {
    checkpoint,
    note: (size: number) => signCheckpoint(checkpoint(size), key, signer.sign),
    prove: async (older: number, newer: number) => tree(newer).consistency(older),
  };
}

const honest = history('');
const other = history('other ');
let url = '';
let asked = 0;

beforeEach(async () => {
  count += 1;
  asked = 0;
  const state = join(folder, String(count));
  const logs = new Map([[origin, { origin, keys: [key] }]]);
  const tell = () => undefined;
  const real = createWitness({ state, logs, key: cosignerKey(keys), sign: keys.sign, now: Date.now, tell });
  const witness: Witness = {
    add(request): Promise<Answer> {
      asked += 1;
      return real.add(request);
    },
  };
  url = await listening(
    await listenAsWitness(witness, { host: '127.0.0.1', port: 0, tls: null, onFault: () => undefined }),
  );
});
afterAll(async () => {
  for (const close of closing) await close();
  rmSync(folder, { recursive: true });
});

async function listening(listener: WitnessListener): Promise<string> {
  closing.push(listener.close);
  return `http://127.0.0.1:${listener.port}`;
}

function show(
  size: number,
  known: number,
  of = honest,
  options: { readonly tree?: number; readonly at?: string; readonly timeoutMs?: number } = {},
) {
  return showCheckpoint({
    url: options.at ?? url,
    witness: keys,
    timeoutMs: options.timeoutMs ?? 10_000,
    now: () => Date.now() / 1_000,
    stopped: new AbortController().signal,
    note: of.note(size),
    checkpoint: of.checkpoint(size),
    known,
    prove: of.prove,
    size: async () => options.tree ?? size,
  });
}

describe('a checkpoint that is shown to a witness', () => {
  test('is cosigned, from the size that is known with one request, and from another with two', async () => {
    expect(noteVerifierKey(key)).toContain(origin);
    expect(await show(5, 0)).toMatchObject({ came: 'cosigned', rolledBack: false });
    expect(asked).toBe(1);
    expect(await show(9, 5)).toMatchObject({ came: 'cosigned', rolledBack: false });
    expect(asked).toBe(2);
    expect(await show(12, 0)).toMatchObject({ came: 'cosigned', rolledBack: false });
    expect(asked).toBe(4);
    expect(await show(12, 12)).toMatchObject({ came: 'cosigned', rolledBack: false });
  });

  test('finds out that the witness remembers less than it cosigned', async () => {
    await show(5, 0);
    expect(await show(12, 9)).toMatchObject({ came: 'cosigned', rolledBack: true });
  });

  test('is not the newest that the witness saw: no fault, as long as this tree has grown so far', async () => {
    await show(20, 0);
    expect(await show(9, 0, honest, { tree: 20 })).toEqual({ came: 'newer', size: 20 });
    expect(await show(9, 5, honest, { tree: 19 })).toEqual({ came: 'forked', size: 20 });
  });

  test.each([0, 9, 12])('of another history is a fork, whatever size of it is known: %i', async (known) => {
    await show(12, 0, other);
    expect(await show(12, known)).toEqual({ came: 'forked', size: 12 });
    expect(await show(30, known)).toEqual({ came: 'forked', size: 12 });
  });
});

describe('an answer that is none', () => {
  const now = () => Math.floor(Date.now() / 1_000);
  const lineOf = (size: number, time: number, by = keys) => by.cosign(honest.note(size), honest.checkpoint(size), time);
  test.each<[string, (response: ServerResponse) => void, string]>([
    ['an error', (r) => r.writeHead(500).end(), 'away'],
    ['bytes without end', (r) => r.writeHead(200).end(lineOf(7, now()) + 'x'.repeat(50_000)), 'away'],
    ['a way to somebody else', (r) => r.writeHead(307, { location: url }).end(), 'away'],
    ['silence', () => undefined, 'away'],
    ['nothing', (r) => r.writeHead(200).end(), 'away'],
    ['no signature', (r) => r.writeHead(200).end('ok\n'), 'away'],
    ['the signature of another', (r) => r.writeHead(200).end(lineOf(7, now(), newWitness('w.example/1'))), 'away'],
    ['one over another checkpoint', (r) => r.writeHead(200).end(lineOf(6, now())), 'away'],
    ['one of times to come', (r) => r.writeHead(200).end(lineOf(7, now() + 3_600)), 'away'],
    ['one of no time', (r) => r.writeHead(200).end(lineOf(7, 0)), 'away'],
    ['two of them', (r) => r.writeHead(200).end(lineOf(7, now()) + lineOf(7, now() - 1)), 'away'],
    ['a size under another type', (r) => r.writeHead(409, { 'content-type': 'text/plain' }).end('5\n'), 'away'],
    ['a size that is none', (r) => r.writeHead(409, { 'content-type': 'text/x.tlog.size' }).end('05\n'), 'away'],
    ['a size without its end', (r) => r.writeHead(409, { 'content-type': 'text/x.tlog.size' }).end('5'), 'away'],
    ['the same size again', (r) => r.writeHead(409, { 'content-type': 'text/x.tlog.size' }).end('3\n'), 'away'],
    ['that it does not know the log', (r) => r.writeHead(404).end(), 'unknown'],
    ['that it does not know the key', (r) => r.writeHead(403).end(), 'unknown'],
    [
      'one good line among others',
      (r) => r.writeHead(200).end(lineOf(7, now(), newWitness('x')) + lineOf(7, now())),
      'cosigned',
    ],
  ])('%s', async (_, answering, came) => {
    const server = createServer((_request, response) => answering(response));
    await new Promise<void>((open) => server.listen(0, '127.0.0.1', open));
    const shown = await show(7, 3, honest, { at: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
    server.closeAllConnections();
    await new Promise((closed) => server.close(closed));
    expect(shown.came).toBe(came);
  });

  test('nobody there', async () => {
    expect(await show(7, 3, honest, { at: 'http://127.0.0.1:1' })).toEqual({ came: 'away' });
  });
});
