import { Agent } from 'node:https';
import { checkServerIdentity, type PeerCertificate, type SecureContextOptions } from 'node:tls';

/** How a connection to one source differs from that to another. */
export interface ConnectionNeeds {
  /** Server certificates that are accepted; none: any that is valid. */
  readonly certificates: readonly string[];
  /** The client certificate to show, with its key; null: the one that the gateway shows everywhere. */
  readonly identity: { readonly name: string; readonly cert: string; readonly key: string } | null;
}

/** Kept connections to sources, apart for each client certificate and each set of accepted ones. */
export interface SourceAgents {
  to(needs: ConnectionNeeds): Agent;
  /** A connection is judged when it is opened: what stands open now was judged by the old lists. */
  retire(): void;
  destroy(): void;
}

/**
 * One agent per set: Node keeps no connection whose identity is checked by a function of the request,
 * and a connection that was opened under one set must not serve another.
 */
export function agentsFor(tls: SecureContextOptions, maxSockets: number): SourceAgents {
  const agents = new Map<string, Agent>();
  return {
    to({ certificates, identity }) {
      const key = [identity?.name ?? '', ...certificates].join(' ');
      const kept = agents.get(key);
      if (kept !== undefined) return kept;
      const judge = (host: string, certificate: PeerCertificate) => identityProblem(certificates, host, certificate);
      const { name: _, ...own } = identity ?? { name: '' };
      const options = { ...tls, ...own, rejectUnauthorized: true, keepAlive: true, maxSockets };
      const agent = new Agent(certificates.length === 0 ? options : { ...options, checkServerIdentity: judge });
      agents.set(key, agent);
      return agent;
    },
    retire: () => agents.forEach(retire),
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

function retire(agent: Agent): void {
  agent.maxFreeSockets = 0; // those in use now close once they are free
  for (const socket of Object.values(agent.freeSockets).flat()) socket?.destroy();
}
