import { readFileSync } from 'node:fs';
import { v7 } from 'uuid';
import { withUserToken } from '../../../src/demo/sign-user-token.ts';
import { gatewayOin, type World } from '../../../src/demo/world.ts';
import { openConnection, type RawConnection } from '../../bench/raw-connection.ts';

/** How far the moments are apart at which the gateway lets held answers go. */
export const tickMs = 2;

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

export interface Asked {
  readonly world: World;
  readonly unit: string;
  readonly questions: ReadonlyMap<string, Question>;
}

/** One who asks on a kept connection. */
export interface Asking {
  /** Asks every class once in each of at most so many rounds, as many as begin before `untilMs` of the clock. */
  block(rounds: number, untilMs: number): Promise<Samples>;
  close(): void;
}

const warmUp = 10;

/**
 * In each round every class is asked once, in an order that is drawn anew, right after each other on one connection:
 * what an attacker would do, so that neither a connection nor a slow minute of the machine tells classes apart. Before
 * each question it waits for a moment within one tick that is drawn as well, so that it is not always asked at the same
 * place of a clock of the gateway. Whatever takes time on this side is done before a block begins.
 */
export async function startAsking({ world, unit, questions }: Asked): Promise<Asking> {
  const connection = await connect(world, unit);
  const block = async (rounds: number, untilMs: number): Promise<Samples> => {
    const samples = new Map([...questions.keys()].map((name) => [name, [] as Timed[]]));
    // A few at a time: the tokens in them live for minutes only.
    for (let done = 0; done < rounds && performance.now() < untilMs; done += atOnce) {
      const texts = await writtenRounds({ world, unit, questions }, Math.min(atOnce, rounds - done));
      for (const round of texts) {
        for (const { name, question, text } of shuffled(round)) {
          await pause(Math.random() * tickMs);
          samples.get(name)?.push(await timed(connection, question, text));
        }
      }
    }
    return samples;
  };
  await block(warmUp, Number.POSITIVE_INFINITY);
  return { block, close: () => connection.close() };
}

const atOnce = 25;

function writtenRounds({ world, unit, questions }: Asked, rounds: number) {
  const one = ([name, question]: readonly [string, Question]) =>
    written(world, unit, question).then((text) => ({ name, question, text }));
  return Promise.all(Array.from({ length: rounds }, () => Promise.all([...questions].map(one))));
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
