import type { CorrectionId, RequestId, RightsRequestId } from '../brand.ts';
import type {
  CorrectionBody,
  CorrectionConfirmation,
  CorrectionOutcome,
  CorrectionReport,
  CorrectionView,
} from '../correction/ports.ts';
import type { Call } from '../disclosure/operations.ts';
import type { InformingBody, InformingOutcome } from '../informing/delay-informing.ts';
import type { RightsDecision, RightsOutcome, RightsView } from './decide-rights-request.ts';

/** The verbs of the partner API by which what was given stays right, and the person is told of it. */
export interface RightsOperations {
  /** By the source of what was given, where its rule delays telling the person. */
  delayInforming(call: Call, id: RequestId, body: InformingBody): Promise<InformingOutcome>;
  /** null to everybody but the source that it was made to. */
  readRightsRequest(call: Pick<Call, 'partner'>, id: RightsRequestId): Promise<RightsView | null>;
  decideRightsRequest(call: Call, id: RightsRequestId, said: RightsDecision): Promise<RightsOutcome>;
  makeCorrection(call: Call, body: CorrectionBody): Promise<CorrectionOutcome>;
  confirmCorrection(call: Call, id: CorrectionId, report: CorrectionReport): Promise<CorrectionConfirmation>;
  /** null to everybody but its source and those who got what it corrects. */
  readCorrection(call: Pick<Call, 'partner'>, id: CorrectionId): Promise<CorrectionView | null>;
}
