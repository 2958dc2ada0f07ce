import type { RequestRecord } from './request.ts';

/**
 * Where a request is left that was being fetched and of which nothing was given. What people approved may be collected
 * again and is then decided anew, whatever is asked of them by now; what nobody approved is over, whatever will be asked.
 */
export function stateAfterFault({ approvals }: Pick<RequestRecord, 'approvals'>): 'failed' | 'permitted' {
  return approvals.length === 0 ? 'failed' : 'permitted';
}
