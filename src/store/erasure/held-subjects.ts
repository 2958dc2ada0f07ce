/** Everybody whose entries a legal hold keeps: whom it is on, and all who are one person with them. */
export const heldSubjects = `(SELECT one.id FROM legal_hold h
    JOIN subject held ON held.id = h.subject_id
    JOIN subject one ON coalesce(one.merged_into, one.id) = coalesce(held.merged_into, held.id)
    WHERE h.lifted_at IS NULL)`;
