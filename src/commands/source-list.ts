import { httpOf } from '../core/partner/connector.ts';
import { silentSources } from '../store/alerts.ts';
import { readRegistry } from '../store/registry.ts';
import { printJson, printLines, textTable } from './terminal.ts';
import { withDatabase } from './with-database.ts';

/** `sluis source list`: one line for each unit that has a connector. */
export async function sourceList({ json }: { readonly json: boolean }): Promise<void> {
  const { units, silent } = await withDatabase('serve', async (pool) => ({
    units: [...(await readRegistry(pool)).registry.units.values()],
    silent: await silentSources(pool),
  }));
  const sources = units
    .flatMap(({ id, state, connector }) => (connector === null ? [] : [{ id, state, connector }]))
    .toSorted((one, other) => (one.id < other.id ? -1 : 1))
    .map(({ id, state, connector }) => ({ id, state, http: httpOf(connector) }))
    // Without an address: its people answer what is in their inbox.
    .map(({ id, state, http }) => ({
      unit: id,
      state,
      url: http?.url ?? null,
      asks: http?.subject.scheme ?? null,
      fields: http === null ? null : Object.keys(http.fields).length,
      certificate: http?.certificate ?? null,
      safe: http?.safe === true,
      silentOn: silent.get(id)?.slice(0, 10) ?? null,
    }));
  if (json) return printJson(sources);
  const header = ['unit', 'state', 'asks by', 'fields', 'certificate', 'asked again', 'silent on', 'address'];
  const rows = sources.map(({ unit, state, asks, fields, certificate, safe, silentOn, url }) => [
    ...[
      unit,
      state,
      asks ?? '-',
      fields ?? '-',
      certificate ?? '-',
      safe ? 'yes' : 'no',
      silentOn ?? '-',
      url ?? 'inbox',
    ],
  ]);
  printLines(textTable(header, rows));
}
