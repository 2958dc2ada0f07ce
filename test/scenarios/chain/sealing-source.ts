import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { openSealed, type PublishedKey } from 'sluis/client';
import { z } from 'zod';
import type { Reply } from '../../../src/demo/partner-client.ts';
import { gatewayOin } from '../../../src/demo/world.ts';
import { packClient, placeScripts } from '../../world/packed-client.ts';
import { oinOf, type WiderChain } from './wider-chain.ts';

/** Where the sources keep what they hold in clear: the only folder of a world in which it may stand. */
export const sourcesFolder = 'sources-own';

/** A source in a process of its own, as `docs/sealed.md` shows it, that seals what it holds with the packed client. */
export interface SealingSource {
  /** Its part of the partners file. */
  readonly connector: object;
  stop(): Promise<void>;
}

/** What a source holds: by how it refers to the person, each catalogue field with its value. */
export type Files = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

export async function publishedKeys({ world }: WiderChain): Promise<{ readonly keys: readonly PublishedKey[] }> {
  return JSON.parse((await world.visitor().visit('/.well-known/jwks.json')).html);
}

export async function startSealingSource(
  chain: WiderChain,
  { unit, scheme, files }: { readonly unit: string; readonly scheme: 'bsn' | 'caseReference'; readonly files: Files },
): Promise<SealingSource> {
  const { authority, directory } = chain.world;
  const cwd = join(directory, sourcesFolder, unit);
  mkdirSync(cwd, { recursive: true });
  await packClient(cwd);
  const own = await authority.issueServer({ name: `${unit}-bron` });
  placeScripts(cwd, ['docs/sealed.md'], {
    'source.json': { unit, gatewayOin, port: 0, recipients: 'any' },
    'gateway-jwks.json': await publishedKeys(chain),
    'files.json': files,
    'server.pem': own.certificate,
    'server.key': own.key,
    'ca.pem': authority.ca,
    'crl.pem': readFileSync(authority.crlFile, 'utf8'),
  });
  const child = spawn(process.execPath, ['seal-source.mjs'], { cwd, stdio: ['ignore', 'pipe', 'inherit'] });
  const [port] = await once(createInterface({ input: child.stdout }), 'line');
  const fields = [...new Set(Object.values(files).flatMap((held) => Object.keys(held)))];
  return {
    connector: {
      type: 'http',
      url: `https://localhost:${port}/dossiers`,
      certificates: [own.thumbprint],
      subject: { scheme, pointer: '/reference' },
      fields: Object.fromEntries(fields.map((field) => [field, '/none'])),
      answers: 'sealed',
    },
    async stop() {
      if (child.exitCode !== null) return;
      child.kill();
      await once(child, 'close');
    },
  };
}

const handed = z.looseObject({
  id: z.uuid(),
  state: z.literal('delivered'),
  parts: z.array(
    z.looseObject({ category: z.string(), fields: z.array(z.string()), sealed: z.string(), permit: z.string() }),
  ),
});

/** What was handed over sealed by its source, as it came. */
export function partsOf({ status, body }: Reply) {
  if (status !== 200) throw new Error(`collecting was answered by ${status}: ${JSON.stringify(body)}`);
  return handed.parse(body);
}

/** As the recipient opens it, with the client library and the private half that only it has; or with another's. */
export async function opened(chain: WiderChain, unit: string, reply: Reply, pair = chain.pairOf(unit)) {
  const { id: request, parts } = partsOf(reply);
  const privateKey = pair.privateKey.export({ format: 'jwk' });
  const gatewayKeys = await publishedKeys(chain);
  return openSealed({ parts, request, unit, oin: oinOf(unit), privateKey, gatewayKeys, gatewayOin });
}
