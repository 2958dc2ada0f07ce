/**
 * Extension by which every certificate of the demo authority can be recognised. Anybody can make a
 * demo authority, so it must never be a trust anchor where real data is. The arc 2.999 is set aside
 * for examples; no real certificate holds it.
 */
export const demoMarkerOid = '2.999.83.76.85.73.83';

/** @param all identifiers of the extensions that the certificate has */
export function isDemoCertificate({ all }: { readonly all: ReadonlySet<string> }): boolean {
  return all.has(demoMarkerOid);
}
