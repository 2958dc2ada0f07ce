import { ok, type Result, refuse } from '../../core/result.ts';
import { parseBinaryItem, parseBinaryList } from './binary-fields.ts';
import { isSpeltOtherwise, type TakenHeaders } from './take-headers.ts';

/** What the proxy says that somebody presented to it (RFC 9440), DER. */
export interface ForwardedPath {
  readonly certificate: Buffer;
  /** In the order in which it came; may be empty. */
  readonly chain: readonly Buffer[];
}

/**
 * `Client-Cert` and `Client-Cert-Chain` as an authenticated proxy sends them: each at most once and in
 * strict form. No `Client-Cert` at all means that the caller presented none; another spelling of either is refused.
 */
export function readForwardedPath(
  taken: TakenHeaders,
): Result<ForwardedPath, 'no-certificate' | 'proxy-header-malformed'> {
  if (isSpeltOtherwise(taken, ['client-cert', 'client-cert-chain'])) return refuse('proxy-header-malformed');
  const certificates = taken.get('client-cert') ?? [];
  const chains = taken.get('client-cert-chain') ?? [];
  const [own, ...others] = certificates;
  const [path, ...otherPaths] = chains;
  if (others.length > 0 || otherPaths.length > 0) return refuse('proxy-header-malformed');
  if (own === undefined) return refuse(path === undefined ? 'no-certificate' : 'proxy-header-malformed');
  const certificate = parseBinaryItem(own);
  const chain = path === undefined ? [] : parseBinaryList(path);
  if (certificate === null || chain === null) return refuse('proxy-header-malformed');
  return ok({ certificate, chain });
}
