import { type Kysely, sql } from 'kysely';

/**
 * The hashes of the tree stand in tiles of 256 (C2SP tlog-tiles), as they are published, in place of a row for each
 * leaf and node. What is there is carried over as it stands; a tree with holes is left alone, for whoever must look into it.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  `CREATE TABLE ledger_tile (
    level smallint NOT NULL CHECK (level >= 0),
    index bigint NOT NULL CHECK (index >= 0),
    -- The roots of complete subtrees of 256^level leaves side by side, 32 bytes each.
    hashes bytea NOT NULL CHECK (octet_length(hashes) BETWEEN 32 AND 8192 AND octet_length(hashes) % 32 = 0),
    PRIMARY KEY (level, index)
  )`,
  // Hashes do not compress: trying costs time with each write.
  `ALTER TABLE ledger_tile ALTER COLUMN hashes SET STORAGE EXTERNAL`,
  `DO $$
  DECLARE
    leaves bigint := (SELECT count(*) FROM ledger_tree);
    size bigint := (SELECT coalesce(max(index) + 1, 0) FROM ledger_tree);
  BEGIN
    IF leaves <> size
      OR EXISTS (SELECT 1 FROM generate_series(1, 6) AS tile (level)
        WHERE (SELECT count(*) FROM ledger_node WHERE level = tile.level * 8) <> div(size::numeric, 256::numeric ^ tile.level))
    THEN RAISE EXCEPTION 'the tree of the ledger has holes: run "sluis ledger verify" of the version before';
    END IF;
  END $$`,
  `INSERT INTO ledger_tile SELECT 0, index / 256, string_agg(leaf_hash, '' ORDER BY index) FROM ledger_tree GROUP BY 2`,
  `INSERT INTO ledger_tile SELECT level / 8, index / 256, string_agg(hash, '' ORDER BY index) FROM ledger_node
    WHERE level % 8 = 0 GROUP BY 1, 2`,
  `DROP TABLE ledger_node`,
  `ALTER TABLE ledger_tree DROP COLUMN leaf_hash`,

  `CREATE FUNCTION ledger_tile_grows() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    IF substring(NEW.hashes FOR octet_length(OLD.hashes)) <> OLD.hashes THEN
      RAISE EXCEPTION 'a tile of the ledger only grows at its end';
    END IF;
    RETURN NEW;
  END $$`,
  `CREATE TRIGGER ledger_tile_grows BEFORE UPDATE ON ledger_tile FOR EACH ROW EXECUTE FUNCTION ledger_tile_grows()`,
];
