// Reads an export (docs/ledger.md, Export). What is not of the form of an export is an error: nothing is said about it then.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { decode, isInteger, isObject, isUuid } from './values.mjs';

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
export const readText = (path) => utf8.decode(readFileSync(path));

function must(holds, what) {
  if (!holds) throw new Error(what);
}

const isCount = (value) => isInteger(value) && value >= 0;
const isText = (value) => typeof value === 'string';
const isHash = (value) => decode(value, 'base64url', 32) !== null;

/** An object with no other members than these, each of its form; those with `?` may be left out. */
function object(text, what, forms) {
  const value = JSON.parse(text);
  must(isObject(value), `${what}: not an object`);
  const names = Object.keys(forms).map((name) => name.replace('?', ''));
  must(
    Object.keys(value).every((name) => names.includes(name)),
    `${what}: another member`,
  );
  for (const [name, fits] of Object.entries(forms)) {
    const given = value[name.replace('?', '')];
    must(given === undefined ? name.endsWith('?') : fits(given), `${what}: ${name}`);
  }
  return value;
}

const COLUMNS = {
  'id?': isText,
  'instance?': isText,
  'sequence?': (value) => typeof value === 'number',
  'kind?': isText,
  'time?': isText,
  'purpose?': isText,
  'source?': isText,
  'recipient?': isText,
  'request?': isText,
};
const isColumns = (value) =>
  isObject(value) &&
  Object.entries(value).every(
    ([name, column]) => COLUMNS[`${name}?`] && (column === null || COLUMNS[`${name}?`](column)),
  );
const isOpenings = (value) =>
  Array.isArray(value) &&
  value.every(
    (opening) =>
      Array.isArray(opening) &&
      opening.length === 3 &&
      opening.every(isText) &&
      ['kept', 'erased'].includes(opening[2]),
  );
const ROW = { 'flush?': isCount, 'hash?': isText, 'columns?': isColumns, 'openings?': isOpenings };

/** The lines of a file, each of which ends in 0x0A. */
function linesOf(path) {
  const lines = readText(path).split('\n');
  must(lines.pop() === '', `${path}: the last line has no end`);
  return lines;
}

/** The files of a folder and what is below it, as paths with `/`, in order; none where there is no folder. */
export function filesBelow(folder) {
  if (!existsSync(folder)) return [];
  const found = readdirSync(folder, { recursive: true, withFileTypes: true });
  for (const each of found) must(each.isFile() || each.isDirectory(), `${each.name}: neither file nor folder`);
  return found
    .filter((file) => file.isFile() && !file.name.startsWith('.'))
    .map((file) => relative(folder, join(file.parentPath, file.name)).split(sep).join('/'))
    .sort();
}

const numbered = (folder) =>
  filesBelow(folder)
    .filter((name) => /^\d{12}-\d{12}\.ndjson$/.test(name))
    .map((name) => join(folder, name));

export function readKeys(path) {
  const { keys } = object(readText(path), path, { keys: Array.isArray });
  must(
    keys.every((key) => isObject(key) && isObject(key.jwk)),
    `${path}: not a set of keys`,
  );
  return keys;
}

const KEY = {
  ...{ alg: isText, createdAt: isText, id: isText, jwk: isObject, use: isText },
  retiredAt: (value) => value === null || isText(value),
};

/** Pairs of lines: leaf and row. */
function* entriesOf(path, isPending) {
  const lines = linesOf(path);
  must(lines.length % 2 === 0, `${path}: a leaf without its row`);
  for (let at = 0; at < lines.length; at += 2) {
    const row = object(
      lines[at + 1],
      `${path}: row`,
      isPending ? { ...ROW, 'queued?': isText } : { ...ROW, index: isCount },
    );
    must((row.flush === undefined) === (row.hash === undefined), `${path}: flush or hash alone`);
    must(lines[at] === 'null' || /^[{"]/.test(lines[at]), `${path}: no leaf`);
    // The text that is hashed; null where there is none: the leaf is gone, or was never an object on one line.
    yield {
      text: lines[at].startsWith('{') ? lines[at] : null,
      gone: lines[at] === 'null',
      row,
      openings: row.openings ?? [],
    };
  }
}

function flushesOf(folder, instance) {
  return numbered(join(folder, instance))
    .flatMap(linesOf)
    .map((line) => {
      const flush = object(line, `flush of ${instance}`, {
        ...{ count: isCount, first: isCount, number: isCount, key: isText, signature: isText },
        ...{ head: isHash, previous: isHash, root: isHash },
      });
      return { ...flush, instance };
    });
}

function readCheckpoint(line) {
  const isOutside = Object.hasOwn(JSON.parse(line), 'outside');
  const beside = isOutside ? { outside: (value) => value === true } : { at: isText, root: isText, size: isCount };
  return object(line, 'checkpoints', { note: isText, ...beside });
}

export function readExport(folder) {
  const manifest = object(readText(join(folder, 'sluis-ledger.json')), 'manifest', {
    v: (value) => value === 1,
    origin: isText,
    since: isCount,
    size: isCount,
    pending: isCount,
    state: isText,
    writtenAt: isText,
  });
  must(manifest.state === 'whole', 'the export is not whole: run it again');
  must(manifest.since <= manifest.size, 'manifest: since');

  const stored = numbered(join(folder, 'entries')).flatMap((path) => [...entriesOf(path, false)]);
  const pending = [...entriesOf(join(folder, 'pending.ndjson'), true)];
  const flushFolder = join(folder, 'flushes');
  const instances = existsSync(flushFolder) ? readdirSync(flushFolder).filter(isUuid).sort() : [];
  const flushes = new Map(instances.map((instance) => [instance, flushesOf(flushFolder, instance)]));

  const newest = join(folder, 'checkpoint');
  return {
    manifest,
    stored,
    pending,
    flushes,
    keys: readKeys(join(folder, 'keys.json')).map((key) => object(JSON.stringify(key), 'keys.json', KEY)),
    checkpoint: existsSync(newest) ? readText(newest) : null,
    checkpoints: linesOf(join(folder, 'checkpoints.ndjson')).map(readCheckpoint),
    tiles: new Map(filesBelow(join(folder, 'tile')).map((path) => [path, readFileSync(join(folder, 'tile', path))])),
    marks: filesBelow(join(folder, 'marks')).map((path) => ({
      where: `marks/${path}`,
      bytes: readFileSync(join(folder, 'marks', path)),
    })),
    sets: existsSync(join(folder, 'policies'))
      ? readdirSync(join(folder, 'policies'))
          .filter((name) => !name.startsWith('.'))
          .sort()
      : [],
    fileOfSet: (set, path) => readFileSync(join(folder, 'policies', set, path)),
    filesOfSet: (set) => filesBelow(join(folder, 'policies', set)),
    timestamps: filesBelow(join(folder, 'timestamps')),
  };
}
