import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CanaryWorld } from './canary-world.ts';
import { dump, filesBelow } from './dump.ts';

/** Where nobody may find anything about a person. */
export const placeNames = [
  'output of the gateways',
  'measurements',
  'questions to sources',
  'error bodies',
  'dump of the database',
  'dump of the vault',
  'files of the database and the gateways',
] as const;
export type PlaceName = (typeof placeNames)[number];

/** Made with marks in their names, and where a source writes is its own affair. */
const notOurs = new Set(['certificates']);

export async function places(c: CanaryWorld): Promise<ReadonlyMap<PlaceName, ReadonlyMap<string, string | Buffer>>> {
  const { directory, gateways } = c.world;
  const logs = readdirSync(directory).filter((name) => name.startsWith('gateway-'));
  for (const { name, ready } of gateways) {
    const answer = await fetch(ready.metricsUrl ?? '').catch(() => null);
    // A gateway that was killed told them before.
    if (answer !== null) c.measurements.set(name, await answer.text());
  }
  return new Map<PlaceName, ReadonlyMap<string, string | Buffer>>([
    ['output of the gateways', new Map(logs.map((name) => [name, readFileSync(join(directory, name))] as const))],
    ['measurements', new Map(c.measurements)],
    ['questions to sources', new Map(c.recorders.map((recorder) => [recorder.url, recorder.asked()] as const))],
    ['error bodies', new Map([...c.problems].map(([name, bodies]) => [name, bodies.join('\n')] as const))],
    ['dump of the database', await dump(c.owner)],
    ['dump of the vault', await dump(c.vault)],
    ['files of the database and the gateways', filesBelow(directory, notOurs)],
  ]);
}
