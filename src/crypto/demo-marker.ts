import type { X509Certificate } from '@peculiar/x509';

/**
 * Extension by which every certificate of the demo authority can be recognised. Anybody can make a
 * demo authority, so it must never be a trust anchor where real data is. The arc 2.999 is set aside
 * for examples; no real certificate holds it.
 */
export const demoMarkerOid = '2.999.83.76.85.73.83';

export function isDemoCertificate(certificate: X509Certificate): boolean {
  return certificate.getExtension(demoMarkerOid) !== null;
}
