import { instant, type UnitId } from '../core/brand.ts';
import { jwkThumbprint } from '../core/partner/jwk-thumbprint.ts';
import type { Unit } from '../core/partner/partner.ts';
import { standings } from '../core/partner/registered-key.ts';
import { unitFile } from '../core/partner/unit-file.ts';
import { listPartnerChanges } from '../store/partner-changes.ts';
import { readRegistry } from '../store/registry.ts';
import { type SeenCertificate, seenCertificates } from '../store/seen-certificates.ts';
import { unitsNamed } from './partner-words.ts';
import { withDatabase } from './with-database.ts';

/** `sluis partner list`: one line for each unit, then one for each change that is planned. */
export async function partnerList(options: { readonly json: boolean }): Promise<void> {
  const { units, changes } = await withDatabase('serve', async (pool) => ({
    units: [...(await readRegistry(pool)).registry.units.values()],
    changes: await listPartnerChanges(pool),
  }));
  const planned = changes.map(({ id, change, startsAt }) => ({
    id,
    action: change.action,
    units: unitsNamed(change),
    startsAt,
  }));
  const rows = units
    .toSorted((one, other) => (one.id < other.id ? -1 : 1))
    .map(({ id, state, kind, organisation, name }) => ({ id, state, kind, oin: organisation.oin, name }));
  if (options.json) {
    process.stdout.write(`${JSON.stringify({ units: rows, planned })}\n`);
    return;
  }
  const widths = (['id', 'state', 'kind', 'oin'] as const).map((column) =>
    Math.max(0, ...rows.map((row) => row[column].length)),
  );
  for (const { id, state, kind, oin, name } of rows) {
    const cells = [id, state, kind, oin].map((cell, index) => cell.padEnd(widths[index] ?? 0));
    process.stdout.write(`${cells.join('  ')}  ${name}\n`);
  }
  for (const { id, action, units: named, startsAt } of planned) {
    process.stdout.write(`planned from ${startsAt}: ${action} ${named.join(', ')} (change ${id})\n`);
  }
}

/** `sluis partner show UNIT`: what is on record of it. Exit code 1: there is no such unit. */
export async function partnerShow(id: string, options: { readonly json: boolean }): Promise<void> {
  const found = await withDatabase('serve', async (pool) => {
    const unit = (await readRegistry(pool)).registry.units.get(id as UnitId);
    return unit === undefined ? null : { unit, seen: await seenCertificates(pool, unit.id) };
  });
  if (found === null) {
    if (options.json) process.stdout.write(`${JSON.stringify({ error: 'unknown-unit' })}\n`);
    process.stderr.write(`sluis: ${id}: is not a registered unit; \`partner list\` names them\n`);
    process.exitCode = 1;
    return;
  }
  const shown = view(found.unit, found.seen);
  if (options.json) process.stdout.write(`${JSON.stringify(shown)}\n`);
  else
    for (const [member, value] of Object.entries(shown)) process.stdout.write(`${member}: ${JSON.stringify(value)}\n`);
}

function view(unit: Unit, seen: readonly SeenCertificate[]) {
  const { oin, name } = unit.organisation;
  return {
    organisation: { oin, name },
    ...unitFile(unit),
    // As `partner rotate` names the keys that go.
    signingKeyThumbprints: unit.signingKeys.map(jwkThumbprint),
    encryptionKeyStandings: standings(unit.encryptionKeys ?? [], instant(new Date())),
    acceptedPolicySet: unit.acceptedPolicySet,
    certificatesSeen: seen.map(({ thumbprint, key, notAfter, lastSeen }) => ({ thumbprint, key, notAfter, lastSeen })),
  };
}
