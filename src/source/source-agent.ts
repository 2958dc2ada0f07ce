import type { X509Certificate } from 'node:crypto';
import { Agent } from 'node:https';
import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';

/** Node's, that can say of a connection whether what it was judged by still stands. */
export class SourceAgent extends Agent {
  #retired = false;
  readonly #ends = new WeakMap<Socket, number>();

  /** No question begins on its connections any more. */
  retire(): void {
    this.#retired = true;
    this.maxFreeSockets = 0; // those in use now close once they are free
    for (const socket of Object.values(this.freeSockets).flat()) socket?.destroy();
  }

  /** Whether nothing may be sent over a connection any more: it is judged when it is opened, and not when it is used again. */
  isOver(socket: Socket): boolean {
    return this.#retired || this.#endOf(socket) <= Date.now();
  }

  /** When the first certificate on the way to an authority ends. */
  #endOf(socket: Socket): number {
    const known = this.#ends.get(socket);
    if (known !== undefined) return known;
    const own = socket instanceof TLSSocket ? socket.getPeerX509Certificate() : undefined;
    // still opening, and judged by OpenSSL in a moment
    if (own === undefined) return Number.POSITIVE_INFINITY;
    const end = Math.min(...pathOf(own).map(({ validToDate }) => validToDate.getTime()));
    this.#ends.set(socket, end);
    return end;
  }
}

function pathOf(certificate: X509Certificate): readonly X509Certificate[] {
  const { issuerCertificate } = certificate;
  return issuerCertificate === undefined ? [certificate] : [certificate, ...pathOf(issuerCertificate)];
}
