import { jwkThumbprint } from '../core/partner/jwk-thumbprint.ts';
import type { KeyProblem } from '../core/partner/key-check.ts';
import { readKeyProof } from '../core/partner/key-proof.ts';
import type { Unit } from '../core/partner/partner.ts';
import { unitFile } from '../core/partner/unit-file.ts';
import type { ChangedUnit, PartnerChangeRefusal, PartnerEffect } from '../core/partner-change/apply-change.ts';
import type { ComingKeyRefusal } from '../core/partner-change/check-keys.ts';
import type { PartnerChange } from '../core/partner-change/partner-change.ts';
import type { PartnerProposalRefusal } from '../core/partner-change/propose-change.ts';
import { approvalWords } from './approvals.ts';

/** What a change does, one line for each member that differs: what an approver reads before signing. */
export function effectLines({ organisations, units }: PartnerEffect): readonly string[] {
  return [
    ...organisations.map(({ oin, name }) => `organisation ${oin} is named ${JSON.stringify(name)}`),
    ...units.flatMap(unitLines),
  ];
}

function unitLines({ before, after, members }: ChangedUnit): readonly string[] {
  const { id, kind, organisation, state } = after;
  const now = readable(after);
  const then = before === null ? {} : readable(before);
  const head = `unit ${id} (${kind} of ${organisation.oin}), ${before === null ? 'new, ' : ''}${state}`;
  const lines = members
    .filter((member) => before !== null || !['id', 'kind', 'state'].includes(member))
    .map((member) => `  ${member}: ${shown(then[member])} -> ${shown(now[member])}`);
  return [head, ...lines];
}

/** A key to seal to by what an approver can compare; its digits and its proof are not for reading. */
function readable(unit: Unit): Readonly<Record<string, unknown>> {
  const keys = unit.encryptionKeys?.map(({ jwk, proof }) => {
    const kind = jwk.kty === 'RSA' ? jwk.kty : jwk.crv;
    const name = jwk.kid === undefined ? jwkThumbprint(jwk) : `${jwkThumbprint(jwk)} (kid ${jwk.kid})`;
    const until = proof === null ? null : (readKeyProof(proof)?.until ?? 'unreadable');
    return `${kind} ${name}, ${until === null ? 'not signed by the unit' : `signed by the unit until ${until}`}`;
  });
  return { ...unitFile(unit), encryptionKeys: keys ?? null };
}

function shown(value: unknown): string {
  return value === undefined ? 'nothing' : JSON.stringify(value);
}

export function refusalText(refusal: PartnerProposalRefusal): string {
  switch (refusal.kind) {
    case 'approval':
      return approvalWords(refusal.refusal);
    case 'change':
      return changeRefusalText(refusal.refusal);
    case 'key':
      return keyRefusalText(refusal.refusal);
    case 'too-large':
      return 'the change is larger than 48 KiB: split the file, so that approvers can read what they sign';
    case 'approval-used':
      return 'one of the approvals was used before: sign again';
  }
}

export function changeRefusalText({ problem, unit, member }: PartnerChangeRefusal): string {
  const about = [unit, member].filter((word) => word !== null).join(', ');
  return about === '' ? words[problem] : `${about}: ${words[problem]}`;
}

const words: Readonly<Record<PartnerChangeRefusal['problem'], string>> = {
  'unknown-unit': 'is not a registered unit; `partner list` names them',
  'moves-organisation': 'is registered under another organisation: a unit does not move, give it another id',
  'moves-kind': 'is registered as another kind of partner: a unit does not change kind, give it another id',
  'number-taken': 'is the number of another unit',
  'not-there': 'names what is not registered; `partner show` tells what is',
  'there-already': 'names what is registered already, or names it twice',
  'opens-to-all': 'must keep one: without any, every certificate of the organisation would speak for this unit',
  'too-many': 'are more than a unit may have (32 certificates, 4 keys of each use)',
  'one-at-a-time': 'come and go in one change: add first, and drop what goes in a change of its own',
  unseals:
    'are left out, and answers to this unit would no longer be sealed: name them, as `partner show` does ([] for none)',
  'nothing-changes': 'it is so already: nothing changes',
};

function keyRefusalText({ unit, key, problem, detail }: ComingKeyRefusal): string {
  return `${unit}, encryptionKeys, ${key}: ${keyWords[problem]}${detail === null ? '' : ` (${detail})`}`;
}

const keyWords: Readonly<Record<KeyProblem, string>> = {
  unfit: 'nothing can be sealed to this key: take RSA from 2048 bits, P-256, P-384, P-521 or X25519',
  'of-certificate': 'is the key of a certificate of this unit: make a key that is for sealing alone',
  'proof-malformed': 'its proof has not the form that docs/partners.md shows, or is for longer than two years',
  'proof-of-other-unit': 'its proof is of another unit (`iss`) or number (`oin`): the unit signs its own',
  'proof-of-other-key': 'its proof is over another key than the one beside it (`jwk`)',
  'proof-not-yet': 'its proof does not count yet (`nbf`)',
  'proof-over': 'its proof is over (`exp`): have it signed again',
  'proof-outlives-certificate': 'its proof is for longer than the certificate that signs it: take an earlier `exp`',
  'proof-certificate': 'the certificate of its proof would not be let in',
  'proof-certificate-of-other': 'the certificate of its proof does not speak for this unit',
  'proof-wrong-algorithm':
    'its proof is not signed by the one algorithm of the certificate’s key (ES256, ES384, ES512, PS256, EdDSA)',
  'proof-does-not-match': 'its proof is not signed by the key of its certificate',
};

/** Ids of the units that a change names. */
export function unitsNamed(change: PartnerChange): readonly string[] {
  return change.action === 'add' ? change.organisations.flatMap((one) => one.units.map(({ id }) => id)) : [change.unit];
}
