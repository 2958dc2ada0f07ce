import { chmodSync, lstatSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { type Child, createProcesses, type Processes } from '../processes/processes.ts';
import type { DatabaseUrls } from '../store/logins.ts';
import { openDatabase } from '../store/open-database.ts';
import { applyPartners } from '../store/partners.ts';
import { openPool } from '../store/pool.ts';
import { agreeOnPolicies } from './agree-on-policies.ts';
import { type Credentials, createAuthority, type DemoAuthority } from './authority.ts';
import { type PageVisitor, pageVisitor } from './page-visitor.ts';
import { type PartnerClient, partnerClient } from './partner-client.ts';
import { demoPartners, demoUnits } from './partners.ts';
import { type PolicySigners, policySigners } from './policy-signers.ts';
import { type Person, population } from './population.ts';
import type { Progress } from './progress.ts';
import { type UserSigner, withUserToken } from './sign-user-token.ts';
import { type SourceProcess, startSource } from './source-process.ts';
import { sourceViews } from './source-views.ts';
import { startWebhookReceiver, type WebhookReceiver } from './webhook-receiver.ts';

export interface WorldOptions {
  /** Gateways on one database. */
  readonly gateways?: number;
  readonly persons?: number;
  /** Added to the gateways' environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** Whether signals end the world and this process. */
  readonly signals: boolean;
  /** An owner's URL of a server that is there; absent: a PostgreSQL of the world's own. */
  readonly databaseUrl?: string;
  readonly progress?: Progress;
  /** Issues or revokes certificates of its own before a gateway reads the lists. */
  readonly prepare?: (authority: DemoAuthority) => Promise<void>;
}

interface GatewayAddress {
  readonly partnerUrl: string;
  readonly publicUrl: string;
  readonly proxyUrl: string | null;
  readonly metricsUrl: string | null;
}

/** A running chain: certificates, database, sources, gateways, each a process of its own on loopback. */
export interface World {
  readonly directory: string;
  readonly dataDir: string;
  readonly authority: DemoAuthority;
  readonly credentials: ReadonlyMap<string, Credentials>;
  readonly gatewayCredentials: Credentials;
  readonly gateways: readonly Child<GatewayAddress>[];
  readonly sources: ReadonlyMap<string, SourceProcess>;
  /** Where one municipality wants to be told of its events. */
  readonly receiver: WebhookReceiver;
  readonly database: DatabaseUrls;
  /** The settings of every gateway, for commands that are run beside them. */
  readonly settings: Readonly<Record<string, string>>;
  /** By whose keys policies are approved and accepted. */
  readonly signers: PolicySigners;
  readonly persons: readonly Person[];
  /** A partner's system, on the given gateway or the first. */
  client(unit: string, gateway?: number): PartnerClient;
  /** The body as that unit's system would send it there: with a token for whom it names. */
  signed(unit: string, path: string, body: unknown): Promise<unknown>;
  visitor(gateway?: number): PageVisitor;
  stop(): Promise<void>;
}

/** Where everything of this world is. */
export const loopbackNetworks = '127.0.0.0/8,::1/128';
export const gatewayOin = '00000099000000009000';
const address = z.object({
  partnerUrl: z.url(),
  publicUrl: z.url(),
  proxyUrl: z.url().nullable(),
  metricsUrl: z.url().nullable(),
});
const seed = 2026;

/** Starts everything, or nothing: what was started before something failed is stopped again. */
export async function startWorld(options: WorldOptions): Promise<World> {
  sweepLeftovers();
  const directory = mkdtempSync(join(tmpdir(), `sluis-demo-${process.pid}-`));
  // PostgreSQL's own user must be able to pass through; what is in it keeps its own modes.
  chmodSync(directory, 0o711);
  const closers: (() => Promise<void> | void)[] = [];
  const closeAll = async (): Promise<void> => {
    for (let close = closers.pop(); close !== undefined; close = closers.pop()) await close();
    rmSync(directory, { recursive: true, force: true });
  };
  const processes = createProcesses({ signals: options.signals, after: closeAll });
  try {
    return await build(options, directory, processes, closers);
  } catch (error) {
    await processes.stop();
    throw error;
  }
}

async function build(
  options: WorldOptions,
  directory: string,
  processes: Processes,
  closers: (() => Promise<void> | void)[],
): Promise<World> {
  const step = <T>(title: string, work: () => Promise<T>): Promise<T> => options.progress?.step(title, work) ?? work();
  const dataDir = join(directory, 'gateway');
  mkdirSync(dataDir, { mode: 0o711 });

  const trust = await step('Certificaten: autoriteit, intrekkingslijsten, partners', () => certify(directory));
  await options.prepare?.(trust.authority);
  const urls = options.databaseUrl;
  const database = await step('PostgreSQL met vier logins', async () => {
    const settings = urls === undefined ? null : { owner: urls, serve: null, sequencer: null, eraser: null };
    const open = await openDatabase({ dataDir, urls: settings, vault: null }, false);
    closers.push(open.stop);
    return open.urls;
  });
  const today = new Date().toISOString().slice(0, 10);
  const count = options.persons ?? 400;
  const sources = await step(`Bronsystemen van ${sourceViews.size} partners, ${count} verzonnen personen`, () =>
    startSources(trust, closers, { count, today, directory }),
  );
  const receiver = await startReceiver(trust, closers);
  const signers = await policySigners(demoUnits.map(({ id }) => id));
  await registerPartners(database.owner, trust, { sources, receiver }, signers);
  const policies = options.env?.SLUIS_POLICIES ?? fileURLToPath(new URL('../../policies', import.meta.url));
  await step(`Beleid: goedgekeurd door twee mensen, geaccepteerd door ${demoUnits.length} onderdelen`, () =>
    agreeOnPolicies(database, dataDir, policies, signers),
  );
  const gateways: Child<GatewayAddress>[] = [];
  const settings = { ...gatewayEnvironment(trust, dataDir, database), ...options.env };
  for (let number = 1; number <= (options.gateways ?? 1); number++) {
    gateways.push(await step(`Gateway ${number}`, () => startGatewayProcess(processes, directory, number, settings)));
  }
  const addressOf = (gateway: number): GatewayAddress => {
    const child = gateways[gateway];
    if (child === undefined) throw new RangeError(`there is no gateway ${gateway}`);
    return child.ready;
  };
  const { caFile } = trust.authority;
  return {
    directory,
    dataDir,
    authority: trust.authority,
    credentials: trust.credentials,
    gatewayCredentials: trust.gateway,
    gateways,
    sources,
    receiver,
    database,
    settings,
    signers,
    persons: population({ seed, count, today }),
    client(unit, gateway = 0) {
      const credentials = trust.credentials.get(unit);
      if (credentials === undefined) throw new RangeError(`no unit ${unit} takes part`);
      return partnerClient(addressOf(gateway).partnerUrl, { ...credentials, caFile }, userSigner(signers, unit));
    },
    signed: (unit, path, body) => withUserToken(userSigner(signers, unit), path, body),
    visitor: (gateway = 0) => pageVisitor(addressOf(gateway).publicUrl, caFile),
    stop: () => processes.stop(),
  };
}

/** By what a unit of this world says for whom it calls. */
export function userSigner({ units }: PolicySigners, unit: string): UserSigner {
  const signer = units.get(unit);
  if (signer === undefined) throw new RangeError(`nobody signs for ${unit}`);
  return { unit, gatewayOin, privateJwk: signer.privateJwk };
}

/** A demo that was killed could not tidy up: its folder names the process that is gone. */
function sweepLeftovers(): void {
  for (const name of readdirSync(tmpdir())) {
    const owner = /^sluis-demo-(\d+)-/.exec(name)?.[1];
    if (owner === undefined || isRunning(Number(owner))) continue;
    const folder = join(tmpdir(), name);
    // Another user's is theirs to tidy up, and one that another demo tidied up just now is gone.
    const found = lstatSync(folder, { throwIfNoEntry: false });
    if (found?.uid === process.getuid?.()) rmSync(folder, { recursive: true, force: true });
  }
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // Somebody else's process runs too; only one that does not exist is gone.
    return !(error instanceof Error && 'code' in error && error.code === 'ESRCH');
  }
}

interface WorldTrust {
  readonly authority: DemoAuthority;
  readonly credentials: ReadonlyMap<string, Credentials>;
  /** With which the gateway serves, and with which it asks sources. */
  readonly server: Credentials;
  readonly gateway: Credentials;
}

async function certify(directory: string): Promise<WorldTrust> {
  const authority = await createAuthority(join(directory, 'certificates'));
  const server = await authority.issueServer({ name: 'sluis-server' });
  const gateway = await authority.issueClient({ name: 'sluis', oin: gatewayOin });
  const credentials = new Map<string, Credentials>();
  for (const { id, name, oin } of demoUnits) {
    credentials.set(id, await authority.issueClient({ name: id, cn: name.slice(0, 60), oin }));
  }
  return { authority, credentials, server, gateway };
}

async function startSources(
  { authority, gateway }: WorldTrust,
  closers: (() => Promise<void> | void)[],
  { count, today, directory }: { readonly count: number; readonly today: string; readonly directory: string },
): Promise<ReadonlyMap<string, SourceProcess>> {
  const sources = new Map<string, SourceProcess>();
  const { caFile, crlFile } = authority;
  closers.push(async () => {
    await Promise.all([...sources.values()].map((source) => source.stop()));
  });
  await Promise.all(
    [...sourceViews.keys()].map(async (unit) => {
      const { certificateFile, keyFile } = await authority.issueServer({ name: `bron-${unit}` });
      const files = { certificateFile, keyFile, caFile, crlFile };
      const settings = { unit, seed, count, today, port: 0, gateway: gateway.thumbprint, ...files };
      sources.set(unit, await startSource(settings, join(directory, `bron-${unit}.log`)));
    }),
  );
  return sources;
}

async function startReceiver(
  { authority, gateway }: WorldTrust,
  closers: (() => Promise<void> | void)[],
): Promise<WebhookReceiver> {
  const server = await authority.issueServer({ name: 'meldingen-gemeente-zwolle' });
  const receiver = await startWebhookReceiver({ ...server, caFile: authority.caFile }, gateway.thumbprint);
  closers.push(receiver.close);
  return receiver;
}

async function registerPartners(
  ownerUrl: string,
  { credentials }: WorldTrust,
  { sources, receiver }: Pick<World, 'sources' | 'receiver'>,
  { units }: PolicySigners,
): Promise<void> {
  const pool = openPool(ownerUrl, { max: 1 });
  try {
    const thumbprints = new Map([...credentials].map(([unit, { thumbprint }]) => [unit, thumbprint]));
    const signingKeys = new Map([...units].map(([unit, { publicJwk }]) => [unit, publicJwk]));
    const webhooks = new Map([['gemeente-zwolle', receiver.host]]);
    await applyPartners(pool, demoPartners({ thumbprints, sources, signingKeys, webhooks }));
  } finally {
    await pool.end();
  }
}

function gatewayEnvironment({ authority, server, gateway }: WorldTrust, dataDir: string, database: DatabaseUrls) {
  return {
    SLUIS_ENVIRONMENT: 'demo',
    SLUIS_DATA_DIR: dataDir,
    DATABASE_URL: database.owner,
    DATABASE_URL_SERVE: database.serve,
    DATABASE_URL_SEQUENCER: database.sequencer,
    DATABASE_URL_ERASER: database.eraser,
    SLUIS_PARTNER_PORT: '0',
    SLUIS_PUBLIC_PORT: '0',
    SLUIS_TLS_CERT: server.certificateFile,
    SLUIS_TLS_KEY: server.keyFile,
    SLUIS_CLIENT_CA: authority.caFile,
    SLUIS_CLIENT_CRL: authority.crlFile,
    SLUIS_SOURCE_CERT: gateway.certificateFile,
    SLUIS_SOURCE_KEY: gateway.keyFile,
    SLUIS_SOURCE_CA: authority.caFile,
    SLUIS_SOURCE_CRL: authority.crlFile,
    SLUIS_OIN: gatewayOin,
    SLUIS_WEBHOOK_NETWORKS: loopbackNetworks,
  };
}

function startGatewayProcess(
  processes: Processes,
  directory: string,
  number: number,
  env: Readonly<Record<string, string>>,
): Promise<Child<GatewayAddress>> {
  return processes.start({
    name: `gateway ${number}`,
    module: new URL('../main.ts', import.meta.url),
    args: ['serve'],
    env,
    log: join(directory, `gateway-${number}.log`),
    ready: address,
  });
}
