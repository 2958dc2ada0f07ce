import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { ConfigError } from '../../src/config.ts';
import { noteVerifierKey } from '../../src/core/ledger/checkpoint.ts';
import { writeVerifierKey } from '../../src/core/ledger/verifier-key.ts';
import { cosignerKey } from '../../src/core/ledger/witnessed.ts';
import { readWitnessedLogs, readWitnessFile } from '../../src/witness-files.ts';
import { newSigner } from '../world/ledger-keys.ts';
import { newWitness } from '../world/witness-keys.ts';

const folder = mkdtempSync(join(tmpdir(), 'sluis-witness-files-'));
const file = join(folder, 'witnesses.yaml');
afterAll(() => rmSync(folder, { recursive: true }));

const [one, two] = [newWitness('w.example/1'), newWitness('w.example/2', 'ml-dsa-44')];
const vkey = (witness: typeof one) => writeVerifierKey(cosignerKey(witness));
const good = `witnesses:
  - name: w.example/1
    url: https://w1.example/sluis/
    key: ${vkey(one)}
  - name: w.example/2
    url: http://127.0.0.1:8555
    key: ${vkey(two)}
quorum: 2
alarm-after: PT30M
every: PT10S
`;

function problemsOf(text: string, read: (path: string) => unknown = readWitnessFile): readonly string[] {
  writeFileSync(file, text);
  try {
    read(file);
    return [];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.problems.map((problem) => problem.replace(`${file}:`, ''));
  }
}

describe('the file of witnesses', () => {
  test('says who they are, where, how many must cosign, and when it is too long', () => {
    writeFileSync(file, good);
    expect(readWitnessFile(file)).toMatchObject({
      witnesses: [
        { name: 'w.example/1', url: 'https://w1.example/sluis', publicKey: one.publicKey },
        { name: 'w.example/2', url: 'http://127.0.0.1:8555', publicKey: two.publicKey },
      ],
      quorum: 2,
      alarmAfterMs: 1_800_000,
      everyMs: 10_000,
    });
    writeFileSync(file, good.replace(/alarm-after.*\nevery.*\n/, ''));
    expect(readWitnessFile(file)).toMatchObject({ alarmAfterMs: 600_000, everyMs: 5_000 });
  });

  test.each<[string, (text: string) => string, string]>([
    ['no quorum', (text) => text.replace('quorum: 2\n', ''), 'quorum: '],
    ['a quorum of nobody', (text) => text.replace('quorum: 2', 'quorum: 0'), '8:9 quorum: must be at least 1'],
    [
      'a quorum of more than there are',
      (text) => text.replace('quorum: 2', 'quorum: 3'),
      '8:9 quorum: is more than the 2',
    ],
    ['a quorum in words', (text) => text.replace('quorum: 2', 'quorum: two'), '8:9 quorum: '],
    ['nobody', () => 'witnesses: []\nquorum: 1\n', 'must name a witness'],
    ['an unknown word', (text) => `${text}quorums: 2\n`, '11:1'],
    ['http elsewhere', (text) => text.replace('https://w1', 'http://w1'), '3:10 witnesses.0.url: must be an https URL'],
    ['another scheme', (text) => text.replace('https://w1', 'ftp://w1'), '3:10 witnesses.0.url: must be an https URL'],
    ['a password', (text) => text.replace('https://w1', 'https://a:b@w1'), 'without a query or a password'],
    ['a query', (text) => text.replace('/sluis/', '/sluis?x=1'), 'without a query or a password'],
    [
      'a key that was changed',
      (text) => text.replace(vkey(one), `${vkey(one).slice(0, -1)}${vkey(one).endsWith('A') ? 'B' : 'A'}`),
      'verifier key',
    ],
    [
      'the key of a log',
      (text) => text.replace(vkey(one), noteVerifierKey(one)),
      '4:10 witnesses.0.key: must be a verifier key',
    ],
    [
      'another name than its key',
      (text) => text.replace('name: w.example/1', 'name: w.example/x'),
      'is not the name in its key',
    ],
    [
      'a witness twice',
      (text) =>
        text.replace(/ {2}- name: w.example\/2[\s\S]*(?=quorum)/, (s) =>
          s.replace('w.example/2', 'w.example/1').replace(vkey(two), vkey(one)),
        ),
      'stands here twice',
    ],
    [
      'a key twice',
      (text) =>
        text
          .replace('name: w.example/2', 'name: w.example/a')
          .replace(vkey(two), vkey({ ...one, name: 'w.example/a' })),
      'is that of another one',
    ],
    ['a span in months', (text) => text.replace('PT30M', 'P1M'), '9:14 alarm-after: must be a duration'],
    ['no span', (text) => text.replace('PT30M', 'PT'), 'must be a duration'],
    ['too short a span', (text) => text.replace('PT30M', 'PT1S'), 'must be a duration from PT10S'],
    ['an alias', (text) => text.replace('quorum: 2', 'quorum: &a 2'), 'anchors, aliases and tags'],
    ['no YAML', () => '{', ''],
    ['nothing', () => '', ''],
  ])('is refused with %s, where it stands', (_, spoil, words) => {
    const problems = problemsOf(spoil(good));
    expect(problems.length).toBeGreaterThan(0);
    expect(problems.join('\n')).toContain(words);
    expect(problems.join('\n')).not.toContain(one.publicKey.toString('base64').slice(0, 20));
  });
});

describe('the file of logs that a witness knows', () => {
  const origin = 'log.example/1';
  const key = noteVerifierKey({ name: origin, publicKey: newSigner().publicKey });
  const quantum = writeVerifierKey(cosignerKey(newWitness(origin, 'ml-dsa-44')));
  const logs = `logs:\n  - origin: ${origin}\n    keys:\n      - ${key}\n      - ${quantum}\n`;

  test('names each with its keys', () => {
    writeFileSync(file, logs);
    expect(readWitnessedLogs(file).get(origin)?.keys).toHaveLength(2);
  });

  test.each<[string, (text: string) => string, string]>([
    ['another name than its key', (text) => text.replace(`origin: ${origin}`, 'origin: log.example/2'), 'another name'],
    ['no key', (text) => text.replace(/keys:[\s\S]*/, 'keys: []\n'), 'keys'],
    ['no Ed25519 key', (text) => text.replace(`      - ${key}\n`, ''), 'has no Ed25519 key'],
    ['a log twice', (text) => text + text.slice(text.indexOf('\n') + 1), 'stands here twice'],
    ['no logs', () => 'logs: []\n', 'logs'],
  ])('is refused with %s', (_, spoil, words) => {
    expect(problemsOf(spoil(logs), readWitnessedLogs).join('\n')).toContain(words);
  });
});
