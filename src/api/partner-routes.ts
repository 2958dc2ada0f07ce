import type { Partner } from '../core/partner/partner.ts';
import type { PartnerDeps } from './ports.ts';
import type { Route } from './route.ts';
import { approveRoute } from './routes/approvals.ts';
import { requestConsentRoute, withdrawConsentRoute } from './routes/consents.ts';
import { eventsRoute } from './routes/events.ts';
import { attestFactRoute, endFactRoute } from './routes/facts.ts';
import { checkpointRoute, proofRoute } from './routes/ledger.ts';
import { readNoticeRoute } from './routes/notices.ts';
import { askRoute, collectRoute, readRequestRoute } from './routes/requests.ts';

/** Every route of the partner listener, in the order of the API description. */
export const partnerRoutes: readonly Route<PartnerDeps, Partner>[] = [
  askRoute,
  readRequestRoute,
  collectRoute,
  approveRoute,
  attestFactRoute,
  endFactRoute,
  requestConsentRoute,
  withdrawConsentRoute,
  eventsRoute,
  readNoticeRoute,
  checkpointRoute,
  proofRoute,
];
