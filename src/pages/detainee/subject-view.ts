import { z } from 'zod';
import type { ConsentId, EntryId, FieldId, Instant, UnitId } from '../../core/brand.ts';
import type { Consent, ConsentState } from '../../core/consent/consent.ts';
import { consentNotice, restsOn } from '../../core/policy/consent-notice.ts';
import { fieldsOf, grantsBetween } from '../../core/policy/policy-set.ts';
import { remindersAt } from '../../core/policy/reminder.ts';
import type { SessionOf, Subject } from '../door.ts';
import { namesIn } from '../names.ts';
import type { Html, Page } from '../page-context.ts';
import type { PagesDeps, Sharing } from '../ports.ts';
import { sessionBar } from '../session-bar.ts';
import type { Language } from '../words/words.ts';
import type { ShownConsent } from './consent-card.ts';
import { consentBehind, type Outcome, outcomeOf } from './outcome.ts';
import type { CardWords } from './sharing-card.ts';

const consentLimit = 200;

/** What the pages under `/me` read and show, for one request of one subject. */
export class SubjectView {
  readonly words: CardWords;
  readonly session: SessionOf<Subject>;
  readonly #c: Page;
  readonly #deps: PagesDeps;

  constructor(c: Page, deps: PagesDeps, session: SessionOf<Subject>) {
    const language = c.get('language');
    const w = c.get('words');
    this.#c = c;
    this.#deps = deps;
    this.session = session;
    const set = deps.policies.current();
    this.words = {
      language,
      w,
      names: namesIn(language, w, set, deps.registry.current()),
      reminders: remindersAt(set.reminders, 'consent').map((text) => text[language]),
    };
  }

  /** Units whose attempts the subject may see. A unit or kind that is not known is not among them. */
  attemptsShown(): readonly UnitId[] {
    const { partnerKinds } = this.#deps.policies.current().catalogue;
    return [...this.#deps.registry.current().units.values()]
      .filter((unit) => partnerKinds.get(unit.kind)?.attempts === 'shown')
      .map((unit) => unit.id);
  }

  async consents(): Promise<readonly ShownConsent[]> {
    const now = this.#deps.clock.now();
    const consents = await this.#deps.consents.of(this.session.person.id, consentLimit);
    return consents.map((consent) => this.#show(consent, now));
  }

  /** The consent of the path, when it is this subject's. */
  async ownConsent(): Promise<ShownConsent | null> {
    const id = z.uuid().safeParse(this.#c.req.param('id'));
    if (!id.success) return null;
    const consent = await this.#deps.consents.find(this.session.person.id, id.data as ConsentId);
    return consent && this.#show(consent, this.#deps.clock.now());
  }

  /** The entry of a sharing that this subject may see now; null for every other id. */
  async entryOf(id: string): Promise<EntryId | null> {
    if (!z.uuid().safeParse(id).success) return null;
    return this.#deps.sharings.entry(this.session.person.id, this.attemptsShown(), this.#deps.clock.now(), id);
  }

  outcome(sharing: Sharing, consents: readonly ShownConsent[]): Outcome {
    const { source, recipient, purpose } = sharing;
    const own = consents
      .map(({ consent }) => consent)
      .filter((consent) => consent.source === source && consent.recipient === recipient && consent.purpose === purpose);
    return outcomeOf(this.words.language, this.words.w, sharing, {
      needsConsent: this.#notice(sharing) !== null,
      consent: consentBehind(sharing, own),
      law: this.#deps.policies.current().catalogue.purposes.get(purpose)?.law ?? [],
    });
  }

  /** What somebody reads who decides for the subject; null for the subject itself. */
  represents(): string | null {
    const { representative } = this.session.person;
    return representative === undefined ? null : this.words.w.consent.represents(representative);
  }

  bar(consents: readonly ShownConsent[]): Html {
    const { w } = this.words;
    const count = openQuestions(consents);
    const waiting = count === 0 ? {} : { waiting: { count, text: w.me.waiting(count) } };
    return sessionBar(this.#c, {
      label: w.me.nav,
      tabs: [
        { path: '/me', text: w.me.shared },
        { path: '/me/consents', text: w.me.consents, ...waiting },
        { path: '/me/rights', text: w.rights.tab },
      ],
      formToken: this.session.formToken,
      who: this.session.person.representative ?? null,
    });
  }

  #show(consent: Consent, now: Instant): ShownConsent {
    const notice = this.#notice(consent);
    const isOver = (consent.state === 'requested' || consent.state === 'given') && consent.validUntil <= now;
    const state: ConsentState = isOver ? 'expired' : consent.state;
    const language: Language = this.words.language;
    const fields = this.#fields(consent);
    return { consent, state, fields, notice: notice?.version === consent.noticeVersion ? notice.text[language] : null };
  }

  /** Only what both the consent's categories and a rule that rests on consent name can ever be given. */
  #fields(consent: Consent): readonly FieldId[] {
    const { units } = this.#deps.registry.current();
    const source = units.get(consent.source);
    const set = source === undefined ? null : this.#deps.policies.boundTo(source);
    if (set === null) return [];
    const [from, to] = [source?.kind ?? '', units.get(consent.recipient)?.kind ?? ''];
    const grants = grantsBetween(set, consent.purpose, from, to).filter((grant) =>
      restsOn(grant.consent, consent.kind),
    );
    return fieldsOf(set.catalogue, grants).filter((field) =>
      consent.categories.includes(set.catalogue.fields.get(field)?.category ?? ''),
    );
  }

  /** Of the policies that the source accepted: what it discloses under is what the subject decides on. */
  #notice(about: Pick<Consent, 'purpose' | 'source' | 'recipient'> & Partial<Pick<Consent, 'kind'>>) {
    const { units } = this.#deps.registry.current();
    const source = units.get(about.source);
    const recipient = units.get(about.recipient);
    if (source === undefined || recipient === undefined) return null;
    const set = this.#deps.policies.boundTo(source);
    return set && consentNotice(set, about.purpose, source.kind, recipient.kind, about.kind);
  }
}

export function openQuestions(consents: readonly ShownConsent[]): number {
  return consents.filter(({ state }) => state === 'requested').length;
}
