import { z } from 'zod';
import { wholeNumber } from './whole-number.ts';

const databaseUrl = z.string().regex(/^postgres(ql)?:\/\//, 'must be a postgres:// URL');

/** Where the ledger and the keys of subjects stand, and by which logins. */
export const databaseSettings = z.object({
  DATABASE_URL: databaseUrl.optional(),
  DATABASE_URL_SERVE: databaseUrl.optional(),
  DATABASE_URL_SEQUENCER: databaseUrl.optional(),
  DATABASE_URL_ERASER: databaseUrl.optional(),
  DATABASE_URL_VAULT: databaseUrl.optional(),
  DATABASE_URL_VAULT_SERVE: databaseUrl.optional(),
  DATABASE_URL_VAULT_ERASER: databaseUrl.optional(),
  SLUIS_DATABASE_POOL: wholeNumber(1, 100).default(8),
});

type Values = z.output<typeof databaseSettings>;

export interface DatabasePlace {
  /** null: the gateway starts its own PostgreSQL in the data directory. */
  readonly urls: {
    readonly owner: string;
    readonly serve: string | null;
    readonly sequencer: string | null;
    readonly eraser: string | null;
  } | null;
  /** Where the keys of subjects stand; null: in a second database beside that one. */
  readonly vault: {
    readonly owner: string;
    readonly logins: { readonly serve: string; readonly eraser: string } | null;
  } | null;
  readonly pool: number;
}

interface Problems {
  readonly problems: readonly string[];
}

/** The place, or why these settings name none. */
export function databasePlaceOf(values: Values): DatabasePlace | Problems {
  const { DATABASE_URL: owner, DATABASE_URL_SERVE: serve, DATABASE_URL_SEQUENCER: sequencer } = values;
  const eraser = values.DATABASE_URL_ERASER;
  const others = [serve, sequencer, eraser, values.DATABASE_URL_VAULT];
  if (owner === undefined && others.some((url) => url !== undefined)) {
    return { problems: ['DATABASE_URL is missing beside the URLs of its other logins'] };
  }
  const vault = vaultOf(values);
  if (vault !== null && 'problems' in vault) return vault;
  return {
    urls:
      owner === undefined
        ? null
        : { owner, serve: serve ?? null, sequencer: sequencer ?? null, eraser: eraser ?? null },
    vault,
    pool: values.SLUIS_DATABASE_POOL,
  };
}

function vaultOf(values: Values): DatabasePlace['vault'] | Problems {
  const { DATABASE_URL_VAULT: owner, DATABASE_URL_VAULT_SERVE: serve, DATABASE_URL_VAULT_ERASER: eraser } = values;
  if ((serve === undefined) !== (eraser === undefined)) {
    const missing = serve === undefined ? 'SERVE' : 'ERASER';
    return { problems: [`DATABASE_URL_VAULT_${missing} is missing beside the other login of the vault`] };
  }
  if (owner !== undefined) {
    return { owner, logins: serve === undefined || eraser === undefined ? null : { serve, eraser } };
  }
  return serve === undefined ? null : { problems: ['DATABASE_URL_VAULT is missing beside the URLs of its logins'] };
}
