import { checkServerIdentity, type PeerCertificate, type SecureContextOptions } from 'node:tls';
import { SourceAgent } from './source-agent.ts';

/** How a connection to one source differs from that to another. */
export interface ConnectionNeeds {
  /** Server certificates that are accepted; none: any that is valid. */
  readonly certificates: readonly string[];
  /** The client certificate to show, with its key; null: the one that the gateway shows everywhere. */
  readonly identity: { readonly name: string; readonly cert: string; readonly key: string } | null;
}

/** Connections to sources, apart for each client certificate and each set of accepted ones. */
export interface SourceAgents {
  /** @param kept used again, and taken from those that stand open; otherwise each is opened for one exchange */
  to(needs: ConnectionNeeds, kept: boolean): SourceAgent;
  /** A connection is judged when it is opened: what stands open now was judged by the old lists. */
  retire(): void;
  destroy(): void;
}

/**
 * One agent per set: Node keeps no connection whose identity is checked by a function of the request,
 * and a connection that was opened under one set must not serve another.
 */
export function agentsFor(tls: SecureContextOptions, maxSockets: number): SourceAgents {
  const agents = new Map<string, SourceAgent>();
  return {
    to({ certificates, identity }, kept) {
      const key = [kept, identity?.name ?? '', ...certificates].join(' ');
      const known = agents.get(key);
      if (known !== undefined) return known;
      const judge = (host: string, certificate: PeerCertificate) => identityProblem(certificates, host, certificate);
      const { name: _, ...own } = identity ?? { name: '' };
      // A session that is resumed is not judged again.
      const common = { rejectUnauthorized: true, keepAlive: kept, maxSockets, maxCachedSessions: 0 };
      const options = { ...tls, ...own, ...common };
      const agent = new SourceAgent(certificates.length === 0 ? options : { ...options, checkServerIdentity: judge });
      agents.set(key, agent);
      return agent;
    },
    retire() {
      for (const agent of agents.values()) agent.retire();
    },
    destroy() {
      for (const agent of agents.values()) agent.destroy();
    },
  };
}

/** Judged before anything is sent: the question names a person. */
function identityProblem(accepted: readonly string[], host: string, certificate: PeerCertificate): Error | undefined {
  const problem = checkServerIdentity(host, certificate);
  if (problem !== undefined) return problem;
  const thumbprint = certificate.fingerprint256.replaceAll(':', '').toLowerCase();
  if (accepted.includes(thumbprint)) return undefined;
  return Object.assign(new Error('not a certificate that is accepted here'), { code: 'SLUIS_OTHER_CERTIFICATE' });
}
