/**
 * Whether a request may still give what is corrected now. What its source offers is there already, sealed, also while it waits
 * for a second person of that source; a question that waits for people gives what its source holds once they agreed.
 */
export const isUnderWay = `(state IN ('fetching', 'answered', 'partly-answered')
      OR (state = 'awaiting-approval' AND direction = 'push'))`;
