import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Chance } from '../faults/tamper-matrix/chance.ts';

/** A change of the files of an export, at a random place. */
export type FileTampering = (folder: string, chance: Chance) => Promise<void>;

/** Changes the content of one file out of those whose path is of this form. */
function inOneOf(form: RegExp, change: (content: Buffer, chance: Chance) => Buffer | string): FileTampering {
  return async (folder, chance) => {
    const file = await someFile(folder, form, chance);
    await writeFile(file, change(await readFile(file), chance));
  };
}

async function someFile(folder: string, form: RegExp, chance: Chance): Promise<string> {
  const found = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = found.filter((each) => each.isFile()).map((each) => path.join(each.parentPath, each.name));
  const fitting = files.filter((file) => form.test(path.relative(folder, file))).sort();
  const file = fitting[chance.below(fitting.length)];
  if (file === undefined) throw new RangeError(`no file like ${form}`);
  return file;
}

/** As `inOneOf`, of a file that is read as lines in groups of so many. */
function lines(
  form: RegExp,
  size: number,
  change: (groups: string[][], at: number, chance: Chance) => void,
): FileTampering {
  return inOneOf(form, (content, chance) => {
    const all = content.toString().split('\n').slice(0, -1);
    const groups = Array.from({ length: all.length / size }, (_, n) => all.slice(n * size, n * size + size));
    change(groups, chance.below(groups.length), chance);
    return groups
      .flat()
      .map((line) => `${line}\n`)
      .join('');
  });
}

const entries = /^entries\//;
const flushes = /^flushes\//;

/** One character in a text for another, which is a digit or letter as it was. */
function otherSign(text: string, chance: Chance): string {
  const at = chance.below(text.length);
  const sign = text[at] ?? '';
  const others = /[0-9]/.test(sign)
    ? '0123456789'
    : /[a-z]/.test(sign)
      ? 'abcdefxyz'
      : /[A-Z]/.test(sign)
        ? 'ABCXYZ'
        : sign;
  return `${text.slice(0, at)}${others[chance.below(others.length)]}${text.slice(at + 1)}`;
}

export const fileTamperings: Readonly<Record<string, FileTampering>> = {
  'another sign in a leaf': lines(entries, 2, (groups, at, chance) => {
    const group = groups[at] as string[];
    group[0] = otherSign(group[0] ?? '', chance);
  }),
  'another sign in a row': lines(entries, 2, (groups, at, chance) => {
    const group = groups[at] as string[];
    group[1] = otherSign(group[1] ?? '', chance);
  }),
  'an entry that is gone': lines(entries, 2, (groups, at) => void groups.splice(at, 1)),
  'an entry twice': lines(entries, 2, (groups, at) => void groups.splice(at, 0, groups[at] as string[])),
  'two entries in another order': lines(entries, 2, (groups, at, chance) => {
    const other = chance.below(groups.length);
    [groups[at], groups[other]] = [groups[other] as string[], groups[at] as string[]];
  }),
  'the leaf of another entry': lines(entries, 2, (groups, at, chance) => {
    (groups[at] as string[])[0] = groups[chance.below(groups.length)]?.[0] ?? '';
  }),
  'a leaf that is gone': lines(entries, 2, (groups, at) => {
    (groups[at] as string[])[0] = 'null';
  }),
  'a leaf as a JSON string': lines(entries, 2, (groups, at) => {
    (groups[at] as string[])[0] = JSON.stringify(groups[at]?.[0]);
  }),
  'a leaf with a space': lines(entries, 2, (groups, at) => {
    (groups[at] as string[])[0] += ' ';
  }),
  'a place without its entry': lines(entries, 2, (groups, at) => {
    const { index } = JSON.parse(groups[at]?.[1] ?? '');
    groups[at] = ['null', JSON.stringify({ index })];
  }),
  'the last entries': lines(entries, 2, (groups, at) => void groups.splice(at)),
  'a flush with another sign': lines(flushes, 1, (groups, at, chance) => {
    groups[at] = [otherSign(groups[at]?.[0] ?? '', chance)];
  }),
  'a flush that is gone': lines(flushes, 1, (groups, at) => void groups.splice(at, 1)),
  'a flush twice': lines(flushes, 1, (groups, at) => void groups.splice(at, 0, groups[at] as string[])),
  'another byte in a tile': inOneOf(/^tile\//, (content, chance) => {
    const at = chance.below(content.length);
    content[at] = (content[at] ?? 0) ^ (1 << chance.below(8));
    return content;
  }),
  'a shorter tile': inOneOf(/^tile\//, (content) => content.subarray(0, -32)),
  'another sign in a checkpoint': lines(/^checkpoints/, 1, (groups, at, chance) => {
    groups[at] = [otherSign(groups[at]?.[0] ?? '', chance)];
  }),
  'an older newest checkpoint': async (folder) => {
    const [first = ''] = (await readFile(path.join(folder, 'checkpoints.ndjson'), 'utf8')).split('\n');
    await writeFile(path.join(folder, 'checkpoint'), JSON.parse(first).note);
  },
  'another sign in what waits': lines(/^pending/, 2, (groups, at, chance) => {
    const group = groups[at] as string[];
    const side = chance.below(2);
    group[side] = otherSign(group[side] ?? '', chance);
  }),
  'what waits in another order': lines(/^pending/, 2, (groups) => void groups.reverse()),
  'what waits is gone': lines(/^pending/, 2, (groups, at) => void groups.splice(at)),
  'another sign in a mark': inOneOf(/^marks\//, (content, chance) => otherSign(content.toString(), chance)),
  'another sign in the keys': inOneOf(/^keys/, (content, chance) => otherSign(content.toString(), chance)),
  'another sign in the manifest': inOneOf(/^sluis-ledger/, (content, chance) => otherSign(content.toString(), chance)),
  'another sign in a policy': inOneOf(/^policies\//, (content) => `${content}#`),
  'a byte that is no text': inOneOf(entries, (content, chance) => {
    content[chance.below(content.length)] = 0xff;
    return content;
  }),
  'a file that is gone': async (folder, chance) => rm(await someFile(folder, /./, chance)),
  'a file that is cut short': inOneOf(/ndjson$/, (content) => content.subarray(0, -1)),
};
