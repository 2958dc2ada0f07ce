import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type NoteVerifier, openCheckpoint, signCheckpoint } from '../../../src/core/ledger/checkpoint.ts';
import { cosignatureMessage } from '../../../src/core/ledger/cosignature.ts';
import { readNote, readSignatureLines, signatureLine } from '../../../src/core/ledger/note.ts';
import { leafHash } from '../../../src/core/ledger/tree-hash.ts';
import { signatureTypes } from '../../../src/core/ledger/verifier-key.ts';
import { openWitnessed, type WitnessPolicy } from '../../../src/core/ledger/witnessed.ts';
import { newSigner } from '../../world/ledger-keys.ts';
import { newWitness } from '../../world/witness-keys.ts';

const origin = 'sluis.example/ledger';
const signer = newSigner();
const log: NoteVerifier = { name: origin, publicKey: signer.publicKey, check: signer.check };
const checkpoint = { origin, size: 20_852, root: leafHash('root') };
const note = signCheckpoint(checkpoint, log, signer.sign);
const [first, second, third] = ['w.example/1', 'w.example/2', 'w.example/3'].map((name) => newWitness(name));
if (first === undefined || second === undefined || third === undefined) throw new Error('there are three');
const policy: WitnessPolicy = { witnesses: [first, second, third], quorum: 2 };

const open = (text: string, by: WitnessPolicy = policy) => openWitnessed(text, origin, [log], by);

describe('the example of C2SP tlog-cosignature', () => {
  const text = 'example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n';
  const line =
    '— witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==\n';

  test('is a note of one signature: key id, time, and 64 bytes', () => {
    const [signature] = readNote(`${text}\n${line}`)?.signatures ?? [];
    expect(signature?.keyId.toString('hex')).toBe('8d66cf3f');
    expect(signature?.bytes.readBigUInt64BE(0)).toBe(1_679_315_147n);
    expect(signature?.bytes.length).toBe(8 + 64);
    expect(signature?.line).toBe(line);
  });

  test('signs the header, the time and the text of the note', () => {
    const key = { name: 'w', type: signatureTypes.ed25519Cosignature, publicKey: Buffer.alloc(32) };
    expect(cosignatureMessage(key, 1_679_315_147, text, checkpoint).toString()).toBe(
      `cosignature/v1\ntime 1679315147\n${text}`,
    );
  });

  test('signs with ML-DSA-44 the label, the names, the time, the range and the root, as TLS presents them', () => {
    const key = { name: 'w', type: signatureTypes.mlDsa44Cosignature, publicKey: Buffer.alloc(1312) };
    const root = Buffer.alloc(32, 0xab);
    const message = cosignatureMessage(key, 258, text, { origin: 'log', size: 772, root });
    expect(message.toString('hex')).toBe(
      [
        '737562747265652f76310a00',
        '0177',
        '0000000000000102',
        '036c6f67',
        '0000000000000000',
        '0000000000000304',
        'ab'.repeat(32),
      ].join(''),
    );
  });
});

describe('a witnessed checkpoint', () => {
  const cosigned = note + first.cosign(note, checkpoint, 1_700_000_001) + third.cosign(note, checkpoint, 1_700_000_003);

  test('says who cosigned it and when', () => {
    expect(open(cosigned)).toEqual({
      ...checkpoint,
      cosigners: [
        { name: 'w.example/1', time: 1_700_000_001 },
        { name: 'w.example/3', time: 1_700_000_003 },
      ],
    });
  });

  test('is none below the quorum, nor by a policy that asks for a number that is none', () => {
    expect(open(note + first.cosign(note, checkpoint))).toBeNull();
    expect(open(note)).toBeNull();
    for (const quorum of [3, 4, Number.NaN, -1, 1.5, Number.POSITIVE_INFINITY])
      expect(open(cosigned, { ...policy, quorum })).toBeNull();
    expect(open(note, { witnesses: [], quorum: 0 })).toEqual({ ...checkpoint, cosigners: [] });
    expect(open(cosigned, { witnesses: [], quorum: 1 })).toBeNull();
  });

  test('counts a witness once, however often it cosigned, with its last time', () => {
    const twice =
      note + first.cosign(note, checkpoint, 5) + first.cosign(note, checkpoint, 9) + first.cosign(note, checkpoint, 7);
    expect(open(twice)).toBeNull();
    expect(open(twice, { ...policy, quorum: 1 })?.cosigners).toEqual([{ name: 'w.example/1', time: 9 }]);
  });

  test('counts a key once, though it goes by two names', () => {
    const alias = { ...first, name: 'w.example/alias' };
    const both = { witnesses: [first, alias], quorum: 2 };
    const key = { ...alias, type: signatureTypes.ed25519Cosignature };
    const line = cosignedBy(key, first.sign);
    expect(open(note + first.cosign(note, checkpoint) + line, both)).toBeNull();
  });

  test('takes no cosignature of a time that is zero or larger than numbers count', () => {
    expect(open(note + first.cosign(note, checkpoint, 0) + second.cosign(note, checkpoint))).toBeNull();
    const key = { name: first.name, type: signatureTypes.ed25519Cosignature, publicKey: first.publicKey };
    const huge = Buffer.concat([Buffer.from('ffffffffffffffff', 'hex'), Buffer.alloc(64)]);
    expect(open(cosigned + signatureLine(key, huge))).toBeNull();
  });

  test('is nothing with one bad cosignature of a known witness, however many are good', () => {
    const other = { ...checkpoint, size: 1 };
    const wrong = signCheckpoint(other, log, signer.sign);
    expect(open(cosigned + second.cosign(wrong, other))).toBeNull();
    const key = { name: second.name, type: signatureTypes.ed25519Cosignature, publicKey: second.publicKey };
    for (const length of [0, 8, 63, 71, 73, 80])
      expect(open(cosigned + signatureLine(key, Buffer.alloc(length + 1)))).toBeNull();
  });

  test('does not mind signatures of witnesses that it does not know', () => {
    const stranger = newWitness('w.example/stranger');
    expect(open(cosigned + stranger.cosign(note, checkpoint))?.cosigners).toHaveLength(2);
    expect(open(note + stranger.cosign(note, checkpoint) + first.cosign(note, checkpoint))).toBeNull();
  });

  test('does not count the log’s own kind of signature by the key of a witness', () => {
    const asLog = signCheckpoint(checkpoint, { name: first.name, publicKey: first.publicKey }, first.sign);
    const line = asLog.slice(asLog.indexOf('\n\n') + 2);
    expect(open(note + line, { ...policy, quorum: 1 })).toBeNull();
  });

  test('may be cosigned with ML-DSA-44, which binds the name of the witness too', () => {
    const quantum = newWitness('w.example/pq', 'ml-dsa-44');
    const one = { witnesses: [quantum], quorum: 1 };
    const line = quantum.cosign(note, checkpoint, 11);
    expect(open(note + line, one)?.cosigners).toEqual([{ name: 'w.example/pq', time: 11 }]);
    const bytes = Buffer.from(line.split(' ')[2] ?? '', 'base64');
    bytes[2_000] = (bytes[2_000] ?? 0) ^ 1;
    expect(open(`${note}— w.example/pq ${bytes.toString('base64')}\n`, one)).toBeNull();
  });

  test('any changed character, and it is nothing, or less than it was', () => {
    fc.assert(
      fc.property(fc.nat({ max: cosigned.length - 1 }), fc.constantFrom('A', 'b', '0', '\n', ' ', '='), (at, other) => {
        fc.pre(cosigned[at] !== other);
        expect(open(cosigned.slice(0, at) + other + cosigned.slice(at + 1))).toBeNull();
      }),
      { numRuns: 500 },
    );
  });
});

describe('the log’s own ML-DSA-44 line', () => {
  const quantum = newWitness(origin, 'ml-dsa-44');
  const own: NoteVerifier = { name: origin, publicKey: quantum.publicKey, check: quantum.check };
  const both = note + quantum.cosign(note, checkpoint);

  test('is checked by who knows the key, and ignored by who does not', () => {
    expect(openCheckpoint(both, origin, log, own)).toEqual(checkpoint);
    expect(openCheckpoint(both, origin, log)).toEqual(checkpoint);
    const other = { ...checkpoint, root: leafHash('other') };
    const wrong = note + quantum.cosign(signCheckpoint(other, log, signer.sign), other);
    expect(openCheckpoint(wrong, origin, log, own)).toBeNull();
    expect(openCheckpoint(wrong, origin, log)).toEqual(checkpoint);
  });

  test('is never enough by itself', () => {
    const alone = `${both.slice(0, both.indexOf('\n\n') + 2)}${quantum.cosign(note, checkpoint)}`;
    expect(openCheckpoint(alone, origin, log, own)).toBeNull();
  });
});

describe('lines that a witness answers', () => {
  test('are signature lines and nothing else', () => {
    const line = first.cosign(note, checkpoint);
    expect(readSignatureLines(line)).toHaveLength(1);
    expect(readSignatureLines(line + line)).toHaveLength(2);
    for (const bad of ['', '\n', line.slice(0, -1), `${line}\n`, `x${line}`, `${line} `, line.repeat(101), '— a b\n'])
      expect(readSignatureLines(bad)).toBeNull();
  });
});

function cosignedBy(key: { name: string; type: number; publicKey: Buffer }, sign: (message: Buffer) => Buffer): string {
  const time = 1_700_000_000;
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt(time));
  const text = readNote(note)?.text ?? '';
  return signatureLine(key, Buffer.concat([bytes, sign(cosignatureMessage(key, time, text, checkpoint))]));
}
