/** Lives per property; `SLUIS_MODEL_RUNS` asks for more of them, by night or after a change of how requests live. */
export const numRuns = Number(process.env.SLUIS_MODEL_RUNS ?? 300);

/** The same on PostgreSQL, where a life takes a hundred times as long: `SLUIS_MODEL_POSTGRES_RUNS`. */
export const postgresRuns = Number(process.env.SLUIS_MODEL_POSTGRES_RUNS ?? 12);

/** Within so many a planted mistake must be found there. */
export const plantedRuns = 30;

const { SLUIS_MODEL_SEED, SLUIS_MODEL_PATH } = process.env;

/** Which lives: those that `SLUIS_MODEL_SEED` and `SLUIS_MODEL_PATH` name, as printed of a life that went wrong; else any. */
export const sameLives: { readonly seed?: number; readonly path?: string } = {
  ...(SLUIS_MODEL_SEED === undefined ? {} : { seed: Number(SLUIS_MODEL_SEED) }),
  ...(SLUIS_MODEL_PATH === undefined ? {} : { path: SLUIS_MODEL_PATH }),
};

/** As long as that many may take on a machine that has more to do. */
export const patienceMs = Math.max(60_000, numRuns * 200);
export const postgresPatienceMs = Math.max(120_000, postgresRuns * 25_000);
