import type { Partner } from '../../core/partner/partner.ts';
import type { PartnerDeps } from '../ports.ts';
import { routeFor } from '../route.ts';

/** Declares a route of the partner listener: its caller is always a recognised partner. */
export const partnerRoute = routeFor<PartnerDeps, Partner>();
