import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { text } from 'node:stream/consumers';
import type { HttpConnector } from '../../../src/core/partner/connector.ts';
import { partnersFile } from '../../../src/core/partner/partners-file.ts';
import { demoPartners } from '../../../src/demo/partners.ts';
import { applyPartners } from '../../../src/store/partners.ts';
import type { Chain } from '../../world/chain.ts';
import { main } from './running-chain.ts';

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** A command as an operator runs it at the gateway. */
export async function sluis({ world }: Chain, args: readonly string[], input = ''): Promise<Ended> {
  const env = { PATH: process.env.PATH ?? '', TMPDIR: tmpdir(), NO_COLOR: '1', ...world.settings };
  const child = spawn(process.execPath, [main, ...args], { env });
  child.stdin.end(input);
  const [out, err, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  return { code, out, err };
}

/** As an operator changes a partners file, and nothing else; the gateway takes it up while it runs. */
export async function connect(
  { world, owner }: Chain,
  connectors: Readonly<Record<string, HttpConnector>>,
): Promise<void> {
  const thumbprints = new Map([...world.credentials].map(([id, { thumbprint }]) => [id, thumbprint]));
  const signingKeys = new Map([...world.signers.units].map(([id, { publicJwk }]) => [id, publicJwk]));
  const { organisations } = demoPartners({ thumbprints, sources: world.sources, signingKeys });
  const written = organisations.map((organisation) => ({
    ...organisation,
    units: organisation.units.map((one) => ({ ...one, connector: connectors[one.id] ?? one.connector })),
  }));
  await applyPartners(owner, partnersFile.parse(JSON.parse(JSON.stringify({ organisations: written }))));
}
