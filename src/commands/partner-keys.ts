import { join } from 'node:path';
import type pg from 'pg';
import { readPartnerTrust } from '../config.ts';
import type { KeyChecks } from '../core/partner/key-check.ts';
import { keyChecks } from '../crypto/encryption-key-proof.ts';
import { joseSealer } from '../crypto/seal.ts';
import { loadTrust } from '../crypto/trust.ts';
import { certificateKeys } from '../store/seen-certificates.ts';

/**
 * Judges encryption keys that a command registers, by the settings of the gateway. They are read when a key brings a
 * proof, and no sooner: then their absence is a `ConfigError`, for what cannot be checked is not registered.
 */
export function commandKeyChecks(pool: pg.Pool): KeyChecks {
  return keyChecks({
    sealer: joseSealer(),
    certificateKeys: (unit) => certificateKeys(pool, unit),
    rules: partnerRules,
  });
}

function partnerRules() {
  const settings = readPartnerTrust(process.env);
  const { SLUIS_ENVIRONMENT: environment, SLUIS_CLIENT_CRL: lists, SLUIS_CLIENT_POLICIES: policies = [] } = settings;
  // Where a gateway that runs beside it keeps the lists that it fetches.
  const fetched =
    settings.SLUIS_CLIENT_CRL_URLS === undefined ? [] : [join(settings.SLUIS_DATA_DIR, 'revocation-lists')];
  const files = { caFiles: settings.SLUIS_CLIENT_CA, crlFiles: [...lists, ...fetched] };
  const trust = loadTrust(files, { environment, now: new Date(), policies });
  return { trust, acceptTestOins: environment === 'demo' };
}
