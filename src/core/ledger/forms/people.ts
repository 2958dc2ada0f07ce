import { aboutNobody, type EntryVersions, entryForm, maybeStored, stored } from './entry-form.ts';
import { body, uuid } from './members.ts';

/** Who is who. The number that was wrong, and the other record, may be somebody else's. */

const change = body({ change: uuid });
const asked = { subject: stored('subject'), requestedBy: stored(), ground: stored() };

export const subjectIdentifierCorrected: EntryVersions = [
  entryForm(
    change,
    { ...asked, scheme: stored('subject'), numberAfter: stored('subject'), numberBefore: maybeStored() },
    aboutNobody,
  ),
];

/** `withdrawn`: the numbers that find nobody any more, kept here alone. */
export const subjectMerged: EntryVersions = [
  entryForm(change, { ...asked, other: stored(), withdrawn: maybeStored() }, aboutNobody),
];

/** `takesBack`: the joining that it undoes. */
export const subjectSplit: EntryVersions = [
  entryForm(body({ change: uuid, takesBack: uuid.optional() }), { ...asked, other: stored() }, aboutNobody),
];
