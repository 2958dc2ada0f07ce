import { describe, expect, test } from 'vitest';
import {
  checkpointText,
  type NoteVerifier,
  noteKeyId,
  noteVerifierKey,
  openCheckpoint,
  signCheckpoint,
} from '../../../src/core/ledger/checkpoint.ts';
import { sha256 } from '../../../src/core/ledger/encoding.ts';
import { leafHash } from '../../../src/core/ledger/tree-hash.ts';
import { newSigner } from '../../world/ledger-keys.ts';

const origin = 'sluis.example/ledger';
const signer = newSigner();
const key: NoteVerifier = { name: origin, publicKey: signer.publicKey, check: signer.check };
const checkpoint = { origin, size: 20_852, root: leafHash('root') };
const note = signCheckpoint(checkpoint, key, signer.sign);

describe('a checkpoint', () => {
  test('is a C2SP signed note: origin, size, root, empty line, signature with the key id before it', () => {
    const [first, size, root, empty, signature, end] = note.split('\n');
    expect([first, size, root, empty, end]).toEqual([origin, '20852', checkpoint.root.toString('base64'), '', '']);
    const [dash, name, encoded = ''] = signature?.split(' ') ?? [];
    expect([dash, name]).toEqual(['—', origin]);
    const bytes = Buffer.from(encoded, 'base64');
    const id = sha256(Buffer.from(`${origin}\n\u0001`), signer.publicKey).subarray(0, 4);
    expect(bytes.subarray(0, 4)).toEqual(id);
    expect(signer.check(Buffer.from(checkpointText(checkpoint)), bytes.subarray(4))).toBe(true);
  });

  test('names its verifier key as witnesses take it', () => {
    const [name, id, material = ''] = noteVerifierKey(key).split('+');
    expect([name, id]).toEqual([origin, noteKeyId(key).toString('hex')]);
    expect(Buffer.from(noteVerifierKey(key).slice(`${name}+${id}+`.length), 'base64')).toEqual(
      Buffer.concat([Buffer.of(1), signer.publicKey]),
    );
    expect(material).not.toBe('');
  });

  test('opens with the key that signed it, and not with another, another name or another origin', () => {
    expect(openCheckpoint(note, origin, key)).toEqual(checkpoint);
    const other = newSigner();
    expect(openCheckpoint(note, origin, { ...key, publicKey: other.publicKey, check: other.check })).toBeNull();
    expect(openCheckpoint(note, origin, { ...key, name: 'other' })).toBeNull();
    expect(openCheckpoint(note, 'other', key)).toBeNull();
  });

  test('a bad signature of the known key rejects the note, also beside a good one', () => {
    const good = note.split('\n\n')[1] ?? '';
    const bad = signCheckpoint({ ...checkpoint, size: 1 }, key, signer.sign).split('\n\n')[1] ?? '';
    expect(openCheckpoint(`${checkpointText(checkpoint)}\n${good}${bad}`, origin, key)).toBeNull();
    expect(openCheckpoint(`${checkpointText(checkpoint)}\n${bad}${good}`, origin, key)).toBeNull();
  });

  test('signatures of unknown keys say nothing: neither for nor against', () => {
    const stranger = newSigner();
    const strange = signCheckpoint(checkpoint, { name: 'witness', publicKey: stranger.publicKey }, stranger.sign);
    const line = strange.split('\n\n')[1] ?? '';
    expect(openCheckpoint(note + line, origin, key)).toEqual(checkpoint);
    expect(openCheckpoint(strange, origin, key)).toBeNull();
  });

  test('any changed, dropped or added character, and the note is nothing', () => {
    for (let at = 0; at < note.length; at++) {
      for (const changed of [
        note.slice(0, at) + (note[at] === 'A' ? 'B' : 'A') + note.slice(at + 1),
        note.slice(0, at) + note.slice(at + 1),
        `${note.slice(0, at)} ${note.slice(at)}`,
      ]) {
        expect(openCheckpoint(changed, origin, key)).toBeNull();
      }
    }
  });

  test.each([
    ['a size with a leading zero', `${origin}\n01\n${checkpoint.root.toString('base64')}\n`],
    ['a size that is no safe integer', `${origin}\n9007199254740993\n${checkpoint.root.toString('base64')}\n`],
    ['a size with a sign', `${origin}\n-1\n${checkpoint.root.toString('base64')}\n`],
    ['a root in another spelling', `${origin}\n1\n${checkpoint.root.toString('base64').replace('=', '')}\n`],
    ['a root of another length', `${origin}\n1\nAAAA\n`],
    ['no root', `${origin}\n1\n`],
    ['an empty extension line', `${origin}\n1\n${checkpoint.root.toString('base64')}\n\nmore\n`],
    ['a control character', `${origin}\n1\n${checkpoint.root.toString('base64')}\n\u0007\n`],
  ])('%s, though signed, is no checkpoint', (_, text) => {
    const signature = Buffer.concat([noteKeyId(key), signer.sign(Buffer.from(text))]).toString('base64');
    expect(openCheckpoint(`${text}\n— ${origin} ${signature}\n`, origin, key)).toBeNull();
  });

  test('extension lines are carried and mean nothing', () => {
    const text = `${checkpointText(checkpoint)}extension\n`;
    const signature = Buffer.concat([noteKeyId(key), signer.sign(Buffer.from(text))]).toString('base64');
    expect(openCheckpoint(`${text}\n— ${origin} ${signature}\n`, origin, key)).toEqual(checkpoint);
  });

  test.each(['', 'two words', 'a+b', 'a\nb'])('an origin "%s" is a mistake', (bad) => {
    expect(() => checkpointText({ ...checkpoint, origin: bad })).toThrow(TypeError);
  });
});
