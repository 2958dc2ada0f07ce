import type pg from 'pg';
import type { Chance } from './chance.ts';

/** One thing that somebody changes in a row, removes, or puts where it does not belong. */
export type Tampering = (client: pg.PoolClient, chance: Chance) => Promise<unknown>;

/** A row of a table at random, by its place on disk. */
const one = (table: string, chance: Chance, where = 'true'): string =>
  `ctid = (SELECT ctid FROM ${table} WHERE ${where} ORDER BY ctid OFFSET floor(${chance.part()} *
    (SELECT count(*) FROM ${table} WHERE ${where})) LIMIT 1)`;
const covered = 'id IN (SELECT entry_id FROM ledger_tree)';
const coveredOpening = 'entry_id IN (SELECT entry_id FROM ledger_tree)';
const flip = (column: string, chance: Chance): string => {
  const place = `floor(${chance.part()} * octet_length(${column}))::integer`;
  return `${column} = set_byte(${column}, ${place}, get_byte(${column}, ${place}) # ${1 << chance.below(8)})`;
};

const update = (table: string, set: (chance: Chance) => string, where?: string): Tampering => {
  return (client, chance) => client.query(`UPDATE ${table} SET ${set(chance)} WHERE ${one(table, chance, where)}`);
};
const remove = (table: string, where?: string): Tampering => {
  return (client, chance) => client.query(`DELETE FROM ${table} WHERE ${one(table, chance, where)}`);
};
const without = (constraints: readonly (readonly [table: string, name: string])[], tamper: Tampering): Tampering => {
  return async (client, chance) => {
    for (const [table, name] of constraints) await client.query(`ALTER TABLE ${table} DROP CONSTRAINT ${name} CASCADE`);
    await tamper(client, chance);
  };
};
/** A superuser drops whatever a table insists on. */
const withoutChecks = (table: string, tamper: Tampering): Tampering => {
  return async (client, chance) => {
    const { rows } = await client.query<{ name: string }>(
      `SELECT conname AS name FROM pg_constraint WHERE conrelid = $1::regclass AND contype = 'c'`,
      [table],
    );
    await without(
      rows.map(({ name }) => [table, name]),
      tamper,
    )(client, chance);
  };
};
/** Of two rows that differ there: two instances count alike, and what is swapped with its like is not changed. */
const swap = (table: string, key: string, column: string, where = 'true'): Tampering => {
  return (client, chance) =>
    client.query(`WITH two AS (SELECT ${key} AS key, ${column} AS value, row_number() OVER () AS n FROM
        (SELECT * FROM (SELECT DISTINCT ON (${column}) * FROM ${table} WHERE ${where}
          ORDER BY ${column}, md5(${key}::text || '${chance.part()}')) unlike
          ORDER BY md5(${key}::text || '${chance.part()}') LIMIT 2) picked)
      UPDATE ${table} t SET ${column} = other.value FROM two mine, two other
      WHERE t.${key} = mine.key AND other.n = 3 - mine.n`);
};

/** A character of a leaf that makes another, at a random place. */
const flippedLeaf = (chance: Chance): string => {
  const place = `(floor(${chance.part()} * length(leaf))::integer + 1)`;
  return `leaf = overlay(leaf PLACING (CASE substring(leaf FROM ${place} FOR 1) WHEN 'x' THEN 'y' ELSE 'x' END) FROM ${place} FOR 1)`;
};

export const inPlace: Readonly<Record<string, Tampering>> = {
  'flip a character of a leaf': update('ledger_entry', flippedLeaf, covered),
  'flip a bit of a leaf hash': update('ledger_entry', (chance) => flip('leaf_hash', chance), covered),
  'delete an entry': remove('ledger_entry', covered),
  'delete an entry and its place in the tree': async (client, chance) => {
    const { rows } = await client.query(
      `DELETE FROM ledger_tree WHERE ${one('ledger_tree', chance)} RETURNING entry_id`,
    );
    await client.query('DELETE FROM ledger_entry WHERE id = $1', [rows[0].entry_id]);
    await client.query('DELETE FROM ledger_opening WHERE entry_id = $1', [rows[0].entry_id]);
  },
  'reorder two places in the tree': without(
    [['ledger_tree', 'ledger_tree_entry_id_key']],
    swap('ledger_tree', 'index', 'entry_id'),
  ),
  'swap the sequences of two entries': without(
    [['ledger_entry', 'ledger_entry_instance_sequence_key']],
    swap('ledger_entry', 'id', 'sequence', covered),
  ),
  'swap two leaves': swap('ledger_entry', 'id', 'leaf', covered),
  'duplicate a place in the tree': without([['ledger_tree', 'ledger_tree_entry_id_key']], (client) =>
    client.query(`INSERT INTO ledger_tree (index, entry_id)
      SELECT (SELECT max(index) + 1 FROM ledger_tree), entry_id FROM ledger_tree ORDER BY random() LIMIT 1`),
  ),
  'put an entry in the tree a second time, over another': without(
    [['ledger_tree', 'ledger_tree_entry_id_key']],
    update(
      'ledger_tree',
      (chance) => `entry_id = (SELECT e.entry_id FROM ledger_tree e WHERE e.index <> ledger_tree.index
        ORDER BY md5(e.entry_id::text || '${chance.part()}') LIMIT 1)`,
    ),
  ),
  'swap two openings': swap('ledger_opening', 'entry_id', 'ciphertext', `${coveredOpening} AND name = 'subject'`),
  'flip a bit of an opening': update('ledger_opening', (chance) => flip('ciphertext', chance), coveredOpening),
  'delete an opening': remove('ledger_opening', coveredOpening),
  'rename an opening': update('ledger_opening', () => `name = name || 'x'`, coveredOpening),
  'erase an opening that nobody ordered erased': update(
    'ledger_opening',
    () => 'digest = sha256(ciphertext), ciphertext = NULL, subject_id = NULL',
    coveredOpening,
  ),
  'put another ciphertext under the digest of the one that was there': withoutChecks(
    'ledger_opening',
    update('ledger_opening', () => `digest = sha256(ciphertext), ciphertext = sha256(ciphertext)`, coveredOpening),
  ),
  'take an opening away and leave no digest': withoutChecks(
    'ledger_opening',
    update('ledger_opening', () => 'ciphertext = NULL, subject_id = NULL', coveredOpening),
  ),
  'take a leaf away': update('ledger_entry', () => 'leaf = NULL', covered),
  'change a time': update('ledger_entry', (chance) => `time = time + interval '${1 + chance.below(999)} ms'`, covered),
  'change a kind': update('ledger_entry', () => `kind = kind || '-x'`, covered),
  'change a request': update('ledger_entry', () => 'request_id = id', covered),
  'change a recipient': update('ledger_entry', () => `recipient = coalesce(recipient, '') || 'x'`, covered),
  'move an entry to the other instance': without(
    [['ledger_entry', 'ledger_entry_instance_sequence_key']],
    update(
      'ledger_entry',
      () => `instance = (SELECT f.instance FROM ledger_flush f WHERE f.instance <> ledger_entry.instance LIMIT 1)`,
      covered,
    ),
  ),
  'move an entry to another flush': update(
    'ledger_entry',
    (chance) => `flush = flush + ${1 + chance.below(3)}`,
    covered,
  ),
  'delete a flush': remove('ledger_flush'),
  'renumber a flush': without(
    [['ledger_flush', 'ledger_flush_pkey']],
    update('ledger_flush', (chance) => `number = number + ${1 + chance.below(3)}`),
  ),
  'change the count of a flush': update('ledger_flush', () => 'count = count + 1'),
  'change the first of a flush': update('ledger_flush', () => 'first = first + 1'),
  ...Object.fromEntries(
    ['root', 'previous', 'head', 'signature'].map((column) => [
      `flip a bit of the ${column} of a flush`,
      update('ledger_flush', (chance) => flip(column, chance)),
    ]),
  ),
  'change the key of a flush': update('ledger_flush', () => `key_id = 'A' || substring(key_id FROM 2) || 'x'`),
  'flip a bit of a tile': update('ledger_tile', (chance) => flip('hashes', chance)),
  'delete a tile': remove('ledger_tile'),
  'cut a tile short': update('ledger_tile', () => 'hashes = substring(hashes FOR octet_length(hashes) - 32)'),
  'add a tile': (client) => client.query(`INSERT INTO ledger_tile VALUES (3, 0, sha256('x'))`),
  'flip a bit of the root of a checkpoint': update('ledger_checkpoint', (chance) => flip('root', chance)),
  'change the size of a checkpoint': update('ledger_checkpoint', () => 'size = size + 1000'),
  'change the note of a checkpoint': update(
    'ledger_checkpoint',
    (chance) => `note = overlay(note PLACING 'Z' FROM ${1 + chance.below(120)} FOR 1) || ' '`,
  ),
  'remove a heartbeat': remove('ledger_entry', `kind = 'heartbeat'`),
  'change a file of a policy set': update('policy_set_file', (chance) => flip('bytes', chance)),
  'change a key on record': update(
    'key',
    () => `jwk = jsonb_set(jwk::jsonb, '{x}', to_jsonb(repeat('A', 43)))`,
    `use IS NOT NULL`,
  ),
};
