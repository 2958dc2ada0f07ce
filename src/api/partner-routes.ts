import type { Partner } from '../core/partner/partner.ts';
import type { PartnerDeps, Technician } from './ports.ts';
import type { Route } from './route.ts';
import { approveRoute } from './routes/approvals.ts';
import { evaluationRoute, evaluationsRoute } from './routes/authzen.ts';
import { authzenMetadataRoute } from './routes/authzen-metadata.ts';
import { searchActionsRoute, searchResourcesRoute, searchSubjectsRoute } from './routes/authzen-searches.ts';
import { breakGlassRoute, readBreakGlassRoute, secondPersonRoute } from './routes/break-glass.ts';
import { connectionTestRoute } from './routes/connection-test.ts';
import { requestConsentRoute, withdrawConsentRoute } from './routes/consents.ts';
import { confirmCorrectionRoute, makeCorrectionRoute, readCorrectionRoute } from './routes/corrections.ts';
import { confirmDestructionRoute, reportDestructionRoute } from './routes/destructions.ts';
import { eventsRoute } from './routes/events.ts';
import { excessReportRoute } from './routes/excess-reports.ts';
import {
  attestFactRoute,
  confirmFactRoute,
  correctFactRoute,
  disputeFactRoute,
  endFactRoute,
  readFactRoute,
} from './routes/facts.ts';
import { answerRequestRoute, declineRequestRoute, delegateRequestRoute, questionRequestRoute } from './routes/inbox.ts';
import { delayInformingRoute } from './routes/informing-delays.ts';
import {
  claimInvolvementRoute,
  confirmClaimRoute,
  readClaimRoute,
  rejectClaimRoute,
} from './routes/involvement-claims.ts';
import { checkpointRoute, proofRoute } from './routes/ledger.ts';
import { readNoticeRoute } from './routes/notices.ts';
import { declineOfferRoute, offerRoute } from './routes/offers.ts';
import { permissionsRoute } from './routes/permissions.ts';
import { acceptPolicySetRoute, readPolicyAcceptancesRoute } from './routes/policy-acceptances.ts';
import { listInboxRoute, readInboxRoute } from './routes/read-inbox.ts';
import { readReceiptRoute } from './routes/receipts.ts';
import { confirmCollectionRoute, readMessagesRoute, replyRoute } from './routes/request-messages.ts';
import { askRoute, collectRoute, readRequestRoute } from './routes/requests.ts';
import { decideRightsRequestRoute, readRightsRequestRoute } from './routes/rights-requests.ts';
import { readSubjectChangeRoute } from './routes/subject-changes.ts';
import {
  endSubscriptionRoute,
  listSubscriptionsRoute,
  redeliverRoute,
  subscribeRoute,
} from './routes/subscriptions.ts';
import { bundleRoute, consistencyRoute, tileRoute } from './routes/tiles.ts';
import { readTimerRoute } from './routes/timers.ts';

/** Every route of the partner listener, in the order of the API description. */
export const partnerRoutes: readonly Route<PartnerDeps, Partner>[] = [
  askRoute,
  readRequestRoute,
  collectRoute,
  approveRoute,
  listInboxRoute,
  readInboxRoute,
  answerRequestRoute,
  declineRequestRoute,
  delegateRequestRoute,
  questionRequestRoute,
  replyRoute,
  readMessagesRoute,
  confirmCollectionRoute,
  offerRoute,
  declineOfferRoute,
  excessReportRoute,
  confirmDestructionRoute,
  reportDestructionRoute,
  delayInformingRoute,
  readRightsRequestRoute,
  decideRightsRequestRoute,
  breakGlassRoute,
  readBreakGlassRoute,
  secondPersonRoute,
  makeCorrectionRoute,
  readCorrectionRoute,
  confirmCorrectionRoute,
  attestFactRoute,
  readFactRoute,
  endFactRoute,
  correctFactRoute,
  disputeFactRoute,
  confirmFactRoute,
  claimInvolvementRoute,
  readClaimRoute,
  confirmClaimRoute,
  rejectClaimRoute,
  requestConsentRoute,
  withdrawConsentRoute,
  eventsRoute,
  subscribeRoute,
  listSubscriptionsRoute,
  endSubscriptionRoute,
  redeliverRoute,
  readNoticeRoute,
  readTimerRoute,
  readSubjectChangeRoute,
  acceptPolicySetRoute,
  readPolicyAcceptancesRoute,
  permissionsRoute,
  evaluationRoute,
  evaluationsRoute,
  searchSubjectsRoute,
  searchResourcesRoute,
  searchActionsRoute,
  authzenMetadataRoute,
  checkpointRoute,
  proofRoute,
  consistencyRoute,
  bundleRoute,
  tileRoute,
  readReceiptRoute,
];

/** Those of the partner listener that a recognised unit may call also while it is not let in. */
export const technicianRoutes: readonly Route<PartnerDeps, Technician>[] = [connectionTestRoute];
