import { join } from 'node:path';
import type pg from 'pg';
import { v7 } from 'uuid';
import { instant } from '../../../src/core/brand.ts';
import { entropy, randomBytes } from '../../../src/crypto/entropy.ts';
import { openMarkFiles } from '../../../src/store/journal/mark-files.ts';
import { type OpenJournal, openJournal } from '../../../src/store/journal/open-journal.ts';
import { median } from '../statistics.ts';
import { type Disclosures, disclosures } from './disclosures.ts';
import type { LedgerBenchServer, PartDatabase } from './ledger-bench-server.ts';
import type { AloneFigures, GroupFigures, Timing } from './ledger-report.ts';
import { createPlainTables, entryBytes, plainInserts, plainTransactions } from './plain-rows.ts';
import { commitsPerSecond, ledgerTransactions, type Transactions } from './transactions-alone.ts';

const connectionCounts = [8, 32] as const;
const callers = 32;
/** Requests that stand ready for each second of a measurement: more than any machine delivers. */
const readyPerSecond = 16_000;
const warmUpMs = 1_000;

/** What the transactions of both sides rest on, and with which keys the ledger's are written. */
interface Side {
  readonly works: Disclosures;
  readonly serve: pg.Pool;
  readonly ledger: () => Promise<Transactions>;
  readonly plain: () => Promise<Transactions>;
  readonly inserts: () => Promise<Transactions>;
}

async function bothSides({ keys }: LedgerBenchServer, database: PartDatabase): Promise<Side> {
  const [owner, vaultOwner, serve] = [database.pool('owner'), database.pool('vaultOwner'), database.pool('serve', 80)];
  const works = await disclosures({ owner, vaultOwner }, keys.subjects);
  const flushKeys = {
    signer: keys.ledger,
    cipher: keys.subjects,
    random: randomBytes,
    secrets: keys.identifiers,
    orderMark: keys.marks.order,
  };
  await createPlainTables(owner, new URL(database.urls.serve).username);
  await works.prepare(1);
  const bytes = entryBytes(flushKeys, works);
  return {
    works,
    serve,
    ledger: () => ledgerTransactions(serve, flushKeys, works),
    plain: () => plainTransactions(serve, works, bytes),
    inserts: () => plainInserts(serve, bytes),
  };
}

function open(count: number, make: () => Promise<Transactions>): Promise<readonly Transactions[]> {
  return Promise.all(Array.from({ length: count }, make));
}

/** Disclosure transactions with a commit each: with the ledger's rows and with plain ones, in turns. */
export function measureAlone(
  server: LedgerBenchServer,
  { seconds, repetitions, say }: Timing,
): Promise<AloneFigures[]> {
  return server.withDatabase(async (database) => {
    const { works, ledger, plain } = await bothSides(server, database);
    const figures: AloneFigures[] = [];
    for (const connections of connectionCounts) {
      const sides = { ledger: await open(connections, ledger), plain: await open(connections, plain) };
      const once = async (side: keyof typeof sides, ms: number) => {
        await works.prepare((readyPerSecond * ms) / 1_000);
        return commitsPerSecond(sides[side], ms);
      };
      for (const side of ['ledger', 'plain'] as const) await once(side, warmUpMs);
      const rounds: { ledger: number; plain: number }[] = [];
      for (let round = 1; round <= repetitions; round += 1) {
        say(`one commit each at ${connections} connections: round ${round} of ${repetitions}`);
        const order = round % 2 === 0 ? (['ledger', 'plain'] as const) : (['plain', 'ledger'] as const);
        const found = { ledger: 0, plain: 0 };
        for (const side of order) found[side] = await once(side, seconds * 1_000);
        rounds.push(found);
      }
      for (const each of [...sides.ledger, ...sides.plain]) each.end();
      figures.push({
        connections,
        ledgerPerSecond: median(rounds.map((round) => round.ledger)),
        plainPerSecond: median(rounds.map((round) => round.plain)),
        ratio: median(rounds.map((round) => round.ledger / round.plain)),
        rounds,
      });
    }
    return figures;
  });
}

/** A journal as a gateway opens it, with its marks outside the database. */
export async function gatewayJournal(
  { keys, folder }: LedgerBenchServer,
  database: PartDatabase,
): Promise<{ readonly journal: OpenJournal; close(): Promise<void> }> {
  const marks = await openMarkFiles(join(folder, `marks-${v7()}`));
  const journal = await openJournal({
    servePool: database.pool('serve', 4),
    vaultPool: database.pool('vault', 1),
    signer: keys.ledger,
    cipher: keys.subjects,
    secrets: keys.identifiers,
    orderMark: keys.marks.order,
    random: randomBytes,
    entropy,
    clock: { now: () => instant(new Date()) },
    marks,
  });
  return {
    journal,
    async close() {
      await journal.close();
      await marks.close();
    },
  };
}

/** Callers of one journal, each of which waits for its own entry: what they share is the commit. */
async function groupedPerSecond(journal: OpenJournal, works: Disclosures, ms: number): Promise<number> {
  const caller: Transactions = {
    async once() {
      const { outcome } = await journal.commit(works.next());
      if (outcome !== 'durable') throw new Error(`a disclosure was ${outcome}`);
    },
    end: () => undefined,
  };
  return commitsPerSecond(
    Array.from({ length: callers }, () => caller),
    ms,
  );
}

/** 32 callers on one journal, against 32 connections that commit one by one: the same work, and an INSERT alone. */
export function measureGroup(server: LedgerBenchServer, { seconds, repetitions, say }: Timing): Promise<GroupFigures> {
  return server.withDatabase(async (database) => {
    const { works, plain, inserts } = await bothSides(server, database);
    const sides = { plain: await open(callers, plain), inserts: await open(callers, inserts) };
    const { journal, close } = await gatewayJournal(server, database);
    const once = async (side: 'grouped' | 'plain' | 'inserts', ms: number) => {
      if (side !== 'inserts') await works.prepare((readyPerSecond * ms) / 1_000);
      return side === 'grouped' ? groupedPerSecond(journal, works, ms) : commitsPerSecond(sides[side], ms);
    };
    const all = ['grouped', 'plain', 'inserts'] as const;
    for (const side of all) await once(side, warmUpMs);
    const rounds: { grouped: number; plain: number; inserts: number }[] = [];
    for (let round = 1; round <= repetitions; round += 1) {
      say(`group commit: round ${round} of ${repetitions}`);
      const found = { grouped: 0, plain: 0, inserts: 0 };
      for (const [turn] of all.entries()) {
        const side = all[(round + turn) % all.length] ?? 'grouped';
        found[side] = await once(side, seconds * 1_000);
      }
      rounds.push(found);
    }
    await close();
    for (const each of [...sides.plain, ...sides.inserts]) each.end();
    return {
      callers,
      entriesPerSecond: median(rounds.map(({ grouped }) => grouped)),
      sameWorkPerSecond: median(rounds.map((round) => round.plain)),
      insertsPerSecond: median(rounds.map((round) => round.inserts)),
      ofSameWork: median(rounds.map((round) => round.grouped / round.plain)),
      ofInserts: median(rounds.map((round) => round.grouped / round.inserts)),
      rounds,
    };
  });
}
