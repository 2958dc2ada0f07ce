import { instant } from '../core/brand.ts';
import { keyFileOf } from '../crypto/key-files.ts';
import type { KeyUse } from '../crypto/key-uses.ts';
import { openKeys } from '../crypto/keys.ts';
import { keyHolders, keyVersions } from '../store/key-versions.ts';
import { openRecordedKeys } from '../store/recorded-keys.ts';
import { printJson, printLines, textTable } from './terminal.ts';
import { withDatabase } from './with-database.ts';

const dayMs = 86_400_000;
/** How long a gateway counts as running after its last sign of life. */
export const livingMs = 20_000;

/** `sluis keys list`: what is on record about each key, and how many running gateways hold it. */
export async function keysList(options: { readonly retired: boolean; readonly json: boolean }): Promise<void> {
  const { rows, gateways } = await withDatabase('serve', async (pool, _dataDir, settings) => {
    const now = instant(new Date());
    const keys = await openRecordedKeys(pool, (may) => openKeys({ ...settings, ...may }), now);
    const holders = await keyHolders(pool, livingMs);
    const here = new Map(keys.versions().map((version) => [`${version.use} ${version.id}`, version.state]));
    const listed = (await keyVersions(pool)).map(({ use, id, knownAt, activatedAt, retiredAt }) => ({
      use,
      key: id,
      state: retiredAt === null ? (here.get(`${use} ${id}`) ?? 'gone') : 'retired',
      since: activatedAt ?? knownAt,
      days: Math.floor((Date.parse(now) - Date.parse(activatedAt ?? knownAt)) / dayMs),
      gateways: holders.filter((holder) => holder.keys.some((held) => held.use === use && held.id === id)).length,
      place: keyFileOf(settings, use as KeyUse) === null ? 'token' : 'file',
    }));
    return { rows: listed.filter(({ state }) => options.retired || state !== 'retired'), gateways: holders.length };
  });
  if (options.json) {
    printJson({ gateways, keys: rows });
    return;
  }
  printLines(
    textTable(
      ['use', 'state', 'key', 'since', 'days', 'gateways'],
      rows.map(({ use, state, key, since, days, gateways: count }) => [use, state, key, since, days, count]),
    ),
  );
  printLines([`${gateways} gateway${gateways === 1 ? '' : 's'} running`]);
}
