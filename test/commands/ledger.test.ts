import { cp, mkdir, readdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readManifest } from '../../src/archive/manifest.ts';
import { type CommandLedger, commandLedger } from '../world/command-ledger.ts';
import { newSigner } from '../world/ledger-keys.ts';

let world: CommandLedger;
let folder: string;

beforeAll(async () => {
  world = await commandLedger();
  folder = path.join(world.place, 'export');
  await world.write(300);
  await world.writePending(3);
});

afterAll(() => world.end());

async function verified(...args: readonly string[]) {
  const { code, out, err } = await world.ledger(['verify', ...args, '--json']);
  return { code, err, ...JSON.parse(out) };
}

const codes = ({ problems }: { problems: readonly { code: string }[] }) => new Set(problems.map(({ code }) => code));

describe('sluis ledger', () => {
  test('export and verify, for an auditor who has nothing but public keys', async () => {
    const exported = await world.ledger(['export', folder, '--json']);
    expect(exported).toMatchObject({ code: 0, err: '' });
    const done = JSON.parse(exported.out);
    expect(done).toMatchObject({ folder, since: 0, size: 301, entries: 301, pending: 6, checkpointSize: 301 });
    const mine = path.join(world.place, 'keys.json');
    await cp(path.join(folder, 'keys.json'), mine);
    const report = await verified(folder, '--keys', mine);
    expect(report).toMatchObject({ code: 0, err: '', ok: true, entries: 307, treeSize: 301, pending: 6, problems: [] });
    expect(report.checked).toMatchObject({ marks: 1, tiles: 3, heartbeats: 1, openings: 612 });
    expect(report.notChecked.map(({ what }: { what: string }) => what)).toEqual([
      'whether others saw this history',
      'cosignatures',
      '6 entries beyond the last checkpoint',
    ]);
  });

  test('verify says in words what was checked, what was not, and that an export vouches for itself', async () => {
    const { code, out, err } = await world.ledger(['verify', folder]);
    expect([code, err]).toEqual([0, '']);
    expect(out).toMatch(/^Checked\n {2}307 entries in \d+ flushes of 1 instances\n/);
    expect(out).toContain(
      'whose keys these are: the export vouches for itself: give the keys that you trust with --keys',
    );
    expect(out.trimEnd().split('\n').at(-1)).toBe('the ledger is whole');
  });

  test.each([[[]], [['--live']]])('verify %s reads the database', async (args) => {
    const report = await verified(...args);
    expect(report).toMatchObject({ code: 0, ok: true, entries: 307, treeSize: 301, pending: 6, problems: [] });
    expect(report.notChecked.map(({ what }: { what: string }) => what)).toContain('whose keys these are');
  });

  test('verify with the keys of somebody else believes nothing', async () => {
    const file = path.join(world.place, 'other.json');
    const { jwk } = newSigner();
    const keys = ['ledger', 'checkpoint'].map((use) => ({ ...jwk, sluis_use: use }));
    await writeFile(file, JSON.stringify({ keys }));
    const report = await verified(folder, '--keys', file);
    expect(report).toMatchObject({ code: 1, ok: false });
    expect(codes(report)).toEqual(new Set(['unknown-key', 'checkpoint', 'checkpoint-none', 'mark']));
  });

  test('verify believes a published key for what it is published for and nothing else', async () => {
    const [file, kept] = [path.join(world.place, 'roles.json'), path.join(folder, 'keys.json')];
    const { keys } = JSON.parse(await readFile(kept, 'utf8')) as { keys: { use: string; jwk: object }[] };
    const as = async (roles: Readonly<Record<string, string>>) => {
      const published = keys.map(({ use, jwk }) => ({ ...jwk, sluis_use: roles[use] ?? use }));
      await writeFile(file, JSON.stringify({ keys: published }));
      return codes(await verified(folder, '--keys', file));
    };
    expect(await as({})).toEqual(new Set());
    expect(await as({ checkpoint: 'answers' })).toContain('checkpoint');
    expect(await as({ ledger: 'answers' })).toContain('unknown-key');
  });

  test('verify leaves the signatures of flushes out where it is told to, and says so', async () => {
    const report = await verified(folder, '--no-signatures');
    expect(report).toMatchObject({ code: 0, ok: true });
    expect(report.checked.flushSignatures).toBe(0);
    expect(report.notChecked.map(({ what }: { what: string }) => what)).toContain('signatures of flushes');
  });

  test('verify with a checkpoint, a mark and a --since of one’s own', async () => {
    const note = path.join(folder, 'checkpoint');
    const marks = path.join(folder, 'marks');
    expect(await verified(folder, '--checkpoint', note, '--mark', marks)).toMatchObject({
      ok: true,
      checked: { marks: 2 },
    });
    expect(await verified(folder, '--since', note)).toMatchObject({ ok: true, entries: 6, treeSize: 301 });
    expect(await verified('--live', '--since', '100')).toMatchObject({ ok: true, entries: 207 });
    const other = path.join(world.place, 'other.mark');
    await writeFile(other, 'no mark\n');
    expect(codes(await verified(folder, '--mark', other))).toEqual(new Set(['mark']));
    const cut = path.join(world.place, 'cut.note');
    await writeFile(cut, (await readFile(note, 'utf8')).replace('\n301\n', '\n300\n'));
    expect(codes(await verified(folder, '--checkpoint', cut))).toEqual(new Set(['checkpoint']));
  });

  test('verify believes a mark by what stands in it, whatever its file is called', async () => {
    const marks = path.join(folder, 'marks');
    const [name = ''] = await readdir(marks);
    const text = await readFile(path.join(marks, name), 'utf8');
    const renamed = path.join(world.place, 'as somebody kept it.txt');
    await writeFile(renamed, text);
    expect(await verified(folder, '--mark', renamed)).toMatchObject({ ok: true, checked: { marks: 2 } });
    // In a folder those that are marks by name, and nothing else that lies there.
    const kept = path.join(world.place, 'kept');
    await mkdir(kept);
    for (const file of ['1.mark', '2.mark', 'read me.txt']) await writeFile(path.join(kept, file), text);
    expect(await verified(folder, '--mark', kept)).toMatchObject({ ok: true, checked: { marks: 3 } });
    await writeFile(path.join(kept, name), text.replace('sluis-flush-v1', 'sluis-flush-v2'));
    expect(codes(await verified(folder, '--mark', kept))).toEqual(new Set(['mark']));
    // One that was signed for more than is there.
    const shorter = path.join(world.place, 'shorter');
    await cp(folder, shorter, { recursive: true });
    await rm(path.join(shorter, 'marks'), { recursive: true });
    const flushes = path.join(shorter, 'flushes', name.replace('.mark', ''));
    const last = path.join(flushes, (await readdir(flushes)).toSorted().at(-1) ?? '');
    await writeFile(last, (await readFile(last, 'utf8')).replace(/[^\n]*\n$/, ''));
    expect(codes(await verified(shorter, '--mark', renamed))).toContain('mark-missing');
  });

  test('verify does not pass over a mark that is a link', async () => {
    const linked = path.join(world.place, 'linked');
    await cp(folder, linked, { recursive: true });
    const [name = ''] = await readdir(path.join(linked, 'marks'));
    const mark = path.join(linked, 'marks', name);
    await rename(mark, path.join(world.place, 'elsewhere.mark'));
    await symlink(path.join(world.place, 'elsewhere.mark'), mark);
    const { code, err } = await world.ledger(['verify', linked]);
    expect([code, err]).toEqual([2, `sluis: ${mark}: is a link or device: put the file itself there\n`]);
  });

  test('verify takes receipts of both versions, compressed or not, one by one or a folder of them', async () => {
    const { atOnce, final } = await world.receipts(7);
    const kept = path.join(world.place, 'receipts');
    await mkdir(kept);
    const write = (name: string, receipt: unknown, pack = (bytes: Buffer): Buffer => bytes) =>
      writeFile(path.join(kept, name), pack(Buffer.from(JSON.stringify(receipt))));
    await write('1.json', atOnce);
    await write('2.json', final);
    await write('3.json.gz', atOnce, gzipSync);
    await write('4.json.gz', final, gzipSync);
    await writeFile(path.join(kept, 'read me.txt'), 'receipts');
    expect(await verified(folder, '--receipt', kept)).toMatchObject({ ok: true, checked: { receipts: 4 } });
    const odd = path.join(world.place, 'bewijs');
    await cp(path.join(kept, '4.json.gz'), odd);
    expect(await verified(folder, '--receipt', odd)).toMatchObject({ ok: true, checked: { receipts: 1 } });
    await write('5.json', { ...atOnce, leaf: atOnce.leaf.replace('"v":1', '"v":2') });
    await write('6.json.gz', { ...final, leaf: final.leaf.replace('"v":1', '"v":2') }, gzipSync);
    const { problems } = await verified(folder, '--receipt', kept);
    expect(problems).toEqual(
      ['5.json', '6.json.gz'].map((name) => ({ code: 'receipt', where: path.join(kept, name) })),
    );
  });

  test('verify tells what is wrong and where', async () => {
    const changed = path.join(world.place, 'changed');
    await cp(folder, changed, { recursive: true });
    const [name = ''] = await readdir(path.join(changed, 'entries'));
    const file = path.join(changed, 'entries', name);
    await writeFile(
      file,
      (await readFile(file, 'utf8')).replace('"purpose":"some-purpose"', '"purpose":"else-purpose"'),
    );
    const { code, out } = await world.ledger(['verify', changed]);
    expect(code).toBe(1);
    expect(out).toMatch(/WRONG leaf-hash at [0-9a-f-]{36}\n/);
    expect(out.trimEnd().split('\n').at(-1)).toMatch(/^the ledger is NOT whole: \d+ problems$/);
  });

  test.each([
    [['verify', '/nowhere/at/all'], /^sluis: \/nowhere\/at\/all: is no export of a ledger/],
    [['verify', 'package.json'], /^sluis: package.json\/sluis-ledger.json: /],
    [['verify', '--keys', 'package.json'], /^sluis: package.json: is not a JWK set/],
    [['verify', '--mark', 'src'], /^sluis: src: holds no file with a name that ends in .mark$/m],
    [['verify', '--receipt', 'src'], /^sluis: src: holds no file with a name that ends in .json or .json.gz$/m],
    [['verify', '--since', 'package.json'], /^sluis: package.json: is not a checkpoint/],
    [['verify', '--since', '99999'], /^sluis: --since 99999: the ledger has 301 entries$/m],
    [['verify', '--live', 'somewhere'], /--live and a folder do not go together/],
    [['export', 'src'], /^sluis: src: is not empty and no export/],
    [['export', '/nowhere/at/all'], /the folder above it does not exist/],
    [['export'], /missing required argument/],
  ])('%s: not understood or not possible', async (args, message) => {
    const { code, err, out } = await world.ledger(args);
    expect([code, out]).toEqual([2, '']);
    expect(err).toMatch(message);
    expect(err).not.toContain('    at ');
  });

  test('export that is killed goes on where it was, as often as it takes', async () => {
    await world.write(12_000);
    const where = path.join(world.place, 'killed');
    const isBegun = async () => (await readManifest(where))?.state === 'writing';
    let brokenOff = 0;
    for (const afterMs of [0, 60, 150, 300]) {
      const { signal } = await world.ledger(['export', where], { kill: { when: isBegun, afterMs } });
      if (signal === 'SIGKILL' && (await isBegun())) brokenOff += 1;
      if (brokenOff === 0) continue;
      const { code, err } = await world.ledger(['verify', where]);
      expect(code).toBe(2);
      expect(err).toContain('the export was broken off; run "sluis ledger export" again');
    }
    expect(brokenOff).toBeGreaterThan(0);
    expect((await world.ledger(['export', where])).code).toBe(0);
    expect(await verified(where)).toMatchObject({ ok: true, treeSize: 12_307 });
  });

  test('export says that the disk is full or the file too large, and goes on when there is room', async () => {
    const where = path.join(world.place, 'full');
    const { code, err } = await world.ledger(['export', where], { limit: '1024' });
    expect(code).toBe(2);
    expect(err).toBe(`sluis: ${where}: grew larger than this file system allows: choose another folder\n`);
    expect((await world.ledger(['export', where])).code).toBe(0);
    expect(await verified(where)).toMatchObject({ ok: true });
  });

  test('a second export into the same folder adds what is new', async () => {
    await world.write(4);
    const { out } = await world.ledger(['export', folder, '--json']);
    expect(JSON.parse(out)).toMatchObject({ size: 12_311, pending: 0 });
    expect(await verified(folder)).toMatchObject({ ok: true, treeSize: 12_311, pending: 0 });
    // Nothing more of any instance: what marks name lies before, and is there all the same.
    const note = path.join(folder, 'checkpoint');
    for (const args of [
      [folder, '--since', '12311'],
      ['--live', '--since', note],
    ]) {
      expect(await verified(...args)).toMatchObject({ ok: true, entries: 0, problems: [] });
    }
  });

  test('the export holds no personal value', async () => {
    const files = await readdir(folder, { recursive: true, withFileTypes: true });
    for (const file of files.filter((each) => each.isFile())) {
      expect(await readFile(path.join(file.parentPath, file.name), 'utf8')).not.toContain('somebody');
    }
  });
});
