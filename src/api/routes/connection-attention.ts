import type { Label } from '../../core/category/catalogue.ts';
import type { Attention } from '../../core/partner/connection-report.ts';

/** What does not work, and what to do about it, as a partner's technician reads it. */
export const attentionWords: Readonly<Record<Attention, Label>> = {
  closed: {
    nl: 'Uw onderdeel is geregistreerd en mag nu niet naar binnen: nog niet toegelaten, of afgesloten. Elke andere aanroep wordt geweigerd. Vraag de beheerder van de gateway.',
    en: 'Your unit is registered and is not let in now: not admitted yet, or closed. Every other call is refused. Ask the operator of the gateway.',
  },
  'certificate-ends': {
    nl: 'Uw certificaat verloopt binnen zestig dagen. Vraag een nieuw aan en laat de vingerafdruk ervan op tijd registreren als uw onderdeel daaraan wordt herkend.',
    en: 'Your certificate ends within sixty days. Obtain a new one, and have its thumbprint registered in time if your unit is recognised by it.',
  },
  'authority-ends': {
    nl: 'Een certificaat van de verlener boven het uwe verloopt binnen zestig dagen. Vraag uw verlener wat daarvoor in de plaats komt.',
    en: 'A certificate of the authority above yours ends within sixty days. Ask your issuer what takes its place.',
  },
  'clock-differs': {
    nl: 'Uw klok wijkt meer dan dertig seconden af. Tokens van uw gebruikers worden dan geweigerd. Zet de klok gelijk (NTP).',
    en: 'Your clock differs by more than thirty seconds, so that tokens of your users are refused. Set it right (NTP).',
  },
  'no-part': {
    nl: 'In de regels die nu gelden heeft uw soort partner geen deel: u kunt niets vragen en u wordt niets gevraagd.',
    en: 'The policies in force have no part for your kind of partner: there is nothing to ask and nobody asks you.',
  },
  'no-set-accepted': {
    nl: 'U heeft als bron geen regels geaccepteerd die nu gelden en verstrekt daarom niets. Accepteer ze met POST /v1/policy-acceptances.',
    en: 'As a source you have accepted no policies that are in force, and therefore disclose nothing. Accept them by POST /v1/policy-acceptances.',
  },
  'newer-set-waits': {
    nl: 'U verstrekt onder oudere regels dan er nu gelden. Bekijk de nieuwe en accepteer ze met POST /v1/policy-acceptances.',
    en: 'You disclose under older policies than those in force. Look at the newer ones and accept them by POST /v1/policy-acceptances.',
  },
  'no-signing-key': {
    nl: 'Er is geen sleutel geregistreerd waarmee u ondertekent. U kunt geen regels accepteren en niet namens uw gebruikers vragen. Laat een sleutel registreren.',
    en: 'No key is registered by which you sign. You can accept no policies and ask on behalf of none of your users. Have a key registered.',
  },
  'no-encryption-key': {
    nl: 'Er is geen sleutel geregistreerd waarvoor antwoorden nu worden verzegeld. Gegevens die verzegeld moeten zijn krijgt u niet. Laat een sleutel registreren.',
    en: 'No key is registered to which answers are sealed now. You do not get data that must be sealed. Have a key registered.',
  },
  'encryption-key-unfit': {
    nl: 'Voor een van uw sleutels wordt niets verzegeld: alleen RSA-OAEP-256 en ECDH-ES gelden, met RSA vanaf 2048 bits, P-256, P-384, P-521 of X25519. Laat een andere registreren en deze vervallen.',
    en: 'Nothing is sealed to one of your keys: only RSA-OAEP-256 and ECDH-ES count, with RSA from 2048 bits, P-256, P-384, P-521 or X25519. Have another registered and this one dropped.',
  },
  'encryption-key-ends': {
    nl: 'De sleutel waarvoor antwoorden worden verzegeld geldt volgens uw eigen bewijs nog minder dan zestig dagen. Onderteken een nieuw bewijs, of laat een nieuwe sleutel met bewijs registreren.',
    en: 'By your own proof the key to which answers are sealed counts for less than sixty days more. Sign a new proof, or have a new key with its proof registered.',
  },
  'encryption-key-of-certificate': {
    nl: 'De sleutel van uw certificaat is ook geregistreerd om voor te verzegelen. Maak een sleutel die alleen daarvoor is, en laat deze vervallen.',
    en: 'The key of your certificate is also registered to be sealed to. Make a key that is for that alone, and have this one dropped.',
  },
  'no-connector': {
    nl: 'Uw soort partner kan bron zijn, en er is niet ingesteld waar de gateway uw systeem vindt. Aan u wordt niets gevraagd.',
    en: 'Your kind of partner may be a source, and it is not set up where the gateway finds your system. Nobody can ask you.',
  },
  'destruction-overdue': {
    nl: 'Van gegevens die u kreeg is de bewaartermijn voorbij, en u hebt de vernietiging niet gemeld. Vernietig ze en meld het met POST /v1/disclosures/{id}/destruction. Uw functionaris ziet welke het zijn.',
    en: 'The retention of data that you got has ended, and you did not report their destruction. Destroy them and report it by POST /v1/disclosures/{id}/destruction. Your officer sees which they are.',
  },
  'correction-overdue': {
    nl: 'Gegevens die u kreeg zijn verbeterd, gewist of beperkt, en u hebt niet op tijd gemeld wat u daarmee deed. Meld het met POST /v1/corrections/{id}/confirmations. Uw functionaris ziet welke het zijn.',
    en: 'Data that you got were corrected, erased or restricted, and you did not say in time what you did about it. Report it by POST /v1/corrections/{id}/confirmations. Your officer sees which they are.',
  },
};
