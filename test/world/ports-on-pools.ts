import type { Clock, Registry } from '../../src/core/disclosure/ports.ts';
import type { IdentifierSecrets, SubjectCipher } from '../../src/core/subject/ports.ts';
import { entropy } from '../../src/crypto/entropy.ts';
import { markUnder } from '../../src/crypto/kept-marks.ts';
import { permitTokens } from '../../src/crypto/permit-tokens.ts';
import { createAnswers } from '../../src/store/answers.ts';
import { createCaseReferences } from '../../src/store/case-reference.ts';
import { createConsents } from '../../src/store/consents.ts';
import { createCorrections } from '../../src/store/corrections.ts';
import { createDuties } from '../../src/store/duties.ts';
import { createFacts } from '../../src/store/facts.ts';
import { createInbox } from '../../src/store/inbox.ts';
import { createInformingDelays } from '../../src/store/informing-delays.ts';
import { createInvolvementClaims } from '../../src/store/involvement-claims.ts';
import { createReckonings } from '../../src/store/reckonings.ts';
import { createMessages } from '../../src/store/request-messages.ts';
import { createRequests } from '../../src/store/requests.ts';
import { createRightsRequests } from '../../src/store/rights-requests.ts';
import { createSnapshots } from '../../src/store/snapshots.ts';
import { createSubjects } from '../../src/store/subjects.ts';
import { createTimers } from '../../src/store/timers.ts';
import { createWaitingRequests } from '../../src/store/waiting-requests.ts';
import type { FreshDatabase } from './database.ts';
import { newSigner } from './ledger-keys.ts';
import type { WorldPorts } from './memory-world.ts';

/** What the ports of one gateway stand on beside its pools. */
export interface PortsOn {
  readonly clock: Clock;
  readonly registry: Registry;
  readonly cipher: SubjectCipher;
  readonly secrets: IdentifierSecrets;
  /** What sources answer. */
  readonly answer: () => Promise<Record<string, unknown>>;
}

/** The ports of one gateway as the program itself makes them, without its policies and its journal. */
export function portsOnPools(
  { serve, vault }: Pick<FreshDatabase['pools'], 'serve' | 'vault'>,
  { clock, registry, cipher, secrets, answer }: PortsOn,
): Omit<WorldPorts, 'policies' | 'journal'> {
  return {
    clock,
    entropy,
    registry,
    snapshots: createSnapshots(serve, secrets),
    sources: { fetch: answer },
    sealingSources: { fetchSealed: async () => ({}) },
    permits: permitTokens(newSigner(), '00000099000000009000'),
    marks: { person: markUnder(Buffer.alloc(32, 1), 'person-mark') },
    references: createCaseReferences(serve, secrets),
    sealer: { seal: async () => 'a.b.c.d.e' },
    requests: createRequests(serve),
    inbox: createInbox(serve),
    users: { find: async () => null },
    answers: createAnswers(serve),
    messages: createMessages(serve, secrets),
    facts: createFacts(serve, secrets),
    claims: createInvolvementClaims(serve, secrets),
    timers: createTimers(serve),
    duties: createDuties(serve),
    reckonings: createReckonings(serve),
    corrections: createCorrections(serve),
    informing: createInformingDelays(serve),
    rights: createRightsRequests(serve),
    waiting: createWaitingRequests(serve),
    consents: createConsents(serve),
    subjects: createSubjects({ pool: serve, vault, secrets, cipher, clock, entropy }),
  };
}
