import { fileURLToPath } from 'node:url';

/** Settings of a gateway under a load: no limit is in its way. */
export const plentyLimits = { SLUIS_LIMITS: fileURLToPath(new URL('./plenty-limits.yaml', import.meta.url)) };
