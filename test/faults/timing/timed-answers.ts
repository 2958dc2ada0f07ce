import { readFileSync } from 'node:fs';
import { v7 } from 'uuid';
import { withUserToken } from '../../../src/demo/sign-user-token.ts';
import { gatewayOin, type World } from '../../../src/demo/world.ts';
import { openConnection, type RawConnection } from '../../bench/raw-connection.ts';

/** One question that an attacker asks again and again. */
export interface Question {
  readonly path: string;
  readonly body: object;
  /** What it is answered by; anything else is no sample. */
  readonly status: number;
  /** Added by whoever stands between, before the answer is passed on. */
  readonly lateMs?: number;
}

export interface Timed {
  readonly ms: number;
  /** By the clock of whoever asks. */
  readonly endedMs: number;
}

/** By class, in the order of the rounds. */
export type Samples = ReadonlyMap<string, readonly Timed[]>;

export interface Series {
  readonly world: World;
  readonly unit: string;
  readonly questions: ReadonlyMap<string, Question>;
  readonly rounds: number;
}

const warmUp = 15;

/**
 * Asks every class once in each round, in an order that is drawn anew, on one kept connection: what an attacker would
 * do, so that neither a connection nor a slow minute of the machine tells classes apart. Before each question it waits
 * for a moment that is drawn as well, so that it is not always asked at the same place of a clock of the gateway.
 */
export async function timedAnswers({ world, unit, questions, rounds }: Series): Promise<Samples> {
  const connection = await connect(world, unit);
  const samples = new Map([...questions.keys()].map((name) => [name, [] as Timed[]]));
  try {
    for (let round = -warmUp; round < rounds; round++) {
      for (const [name, question] of shuffled([...questions])) {
        const text = await written(world, unit, question);
        await pause(Math.random() * 4);
        const answer = await timed(connection, question, text);
        if (round >= 0) samples.get(name)?.push(answer);
      }
    }
    return samples;
  } finally {
    connection.close();
  }
}

async function connect(world: World, unit: string): Promise<RawConnection> {
  const files = world.credentials.get(unit);
  const url = world.gateways[0]?.ready.partnerUrl;
  if (files === undefined || url === undefined) throw new RangeError(`no unit ${unit} takes part`);
  return openConnection(new URL(url), {
    cert: readFileSync(files.certificateFile, 'utf8'),
    key: readFileSync(files.keyFile, 'utf8'),
    ca: readFileSync(world.authority.caFile, 'utf8'),
  });
}

/** The whole request, signed before the clock runs. */
async function written(world: World, unit: string, { path, body }: Question): Promise<string> {
  const privateJwk = world.signers.units.get(unit)?.privateJwk;
  if (privateJwk === undefined) throw new RangeError(`nobody signs for ${unit}`);
  const text = JSON.stringify(await withUserToken({ unit, gatewayOin, privateJwk }, path, body));
  return [
    `POST ${path} HTTP/1.1`,
    'host: localhost',
    'content-type: application/json',
    `idempotency-key: ${v7()}`,
    `content-length: ${Buffer.byteLength(text)}`,
    '',
    text,
  ].join('\r\n');
}

async function timed(connection: RawConnection, { status, lateMs }: Question, text: string): Promise<Timed> {
  const began = performance.now();
  const answered = await connection.exchange(text);
  if (lateMs !== undefined) spin(lateMs);
  const endedMs = performance.now();
  if (answered !== status) throw new Error(`answered by ${answered}, not ${status}`);
  return { ms: endedMs - began, endedMs };
}

function spin(ms: number): void {
  const end = performance.now() + ms;
  while (performance.now() < end);
}

/** Without giving the processor away to a timer, whose steps are as long as what is measured. */
async function pause(ms: number): Promise<void> {
  const end = performance.now() + ms;
  while (performance.now() < end) await new Promise((resolve) => setImmediate(resolve));
}

function shuffled<T>(items: T[]): T[] {
  for (let last = items.length - 1; last > 0; last--) {
    const drawn = Math.floor(Math.random() * (last + 1));
    const [one, other] = [items[last], items[drawn]];
    if (one !== undefined && other !== undefined) [items[last], items[drawn]] = [other, one];
  }
  return items;
}
