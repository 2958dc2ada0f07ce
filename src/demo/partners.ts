import { type PartnersFile, partnersFile } from '../core/partner/partners-file.ts';
import { sourceViews } from './source-views.ts';

/** Who takes part in the demo. Test numbers; the private parties are invented. */
const demoOrganisations = [
  {
    oin: '00000099000000001000',
    name: 'PI Zwolle',
    units: [
      { id: 'pi-zwolle', name: 'PI Zwolle', kind: 'prison' },
      { id: 'pi-zwolle-medisch', name: 'PI Zwolle, medische dienst', kind: 'prisonMedicalService' },
    ],
  },
  {
    oin: '00000099000000002000',
    name: 'Reclassering',
    units: [{ id: 'reclassering-zwolle', name: 'Reclassering, regio Zwolle', kind: 'probation' }],
  },
  {
    oin: '00000099000000003000',
    name: 'Gemeente Zwolle',
    units: [
      { id: 'gemeente-zwolle', name: 'Gemeente Zwolle, college van B en W', kind: 'municipality', staff: true },
      { id: 'burgemeester-zwolle', name: 'Burgemeester van Zwolle', kind: 'mayor' },
    ],
  },
  {
    oin: '00000099000000004000',
    name: 'Gemeente Deventer',
    units: [{ id: 'gemeente-deventer', name: 'Gemeente Deventer, college van B en W', kind: 'municipality' }],
  },
  {
    oin: '00000099000000005000',
    name: 'Politie',
    units: [{ id: 'politie-ijsselland', name: 'Politie, district IJsselland', kind: 'police' }],
  },
  {
    oin: '00000099000000006000',
    name: 'Zorg De Wissel',
    units: [{ id: 'zorg-de-wissel', name: 'Zorg De Wissel', kind: 'careProvider' }],
  },
  {
    oin: '00000099000000007000',
    name: 'Woonstichting De Hoven',
    units: [{ id: 'woonstichting-de-hoven', name: 'Woonstichting De Hoven', kind: 'housingAssociation' }],
  },
] as const;

export interface DemoUnit {
  readonly id: string;
  readonly name: string;
  readonly kind: string;
  readonly oin: string;
  readonly organisation: string;
}

/** Every unit with its organisation, in the order in which the demo starts them. */
export const demoUnits: readonly DemoUnit[] = demoOrganisations.flatMap(({ oin, name: organisation, units }) =>
  units.map((unit) => ({ ...unit, oin, organisation })),
);

/** Where a source system listens, and the SHA-256 thumbprint of the certificate that it shows. */
export interface DemoSource {
  readonly url: string;
  readonly thumbprint: string;
}

/** What differs from one start of the demo to the next. */
export interface DemoAddresses {
  /** SHA-256 of the unit's client certificate: units of one organisation are told apart by nothing else. */
  readonly thumbprints: ReadonlyMap<string, string>;
  /** Address of the unit's source system; a unit that has none cannot be asked. */
  readonly sources: ReadonlyMap<string, DemoSource>;
  /** By which a unit accepts policies and vouches for its people; without one it can accept none, and gives nothing. */
  readonly signingKeys?: ReadonlyMap<string, Readonly<Record<string, unknown>>>;
  /** `host:port` at which a unit may have its events sent. */
  readonly webhooks?: ReadonlyMap<string, string>;
}

/** The demo's partners as the registry takes them. Throws when a unit has no certificate. */
export function demoPartners({ thumbprints, sources, signingKeys, webhooks }: DemoAddresses): PartnersFile {
  return partnersFile.parse({
    organisations: demoOrganisations.map((organisation) => ({
      ...organisation,
      units: organisation.units.map((unit) => ({
        ...unit,
        thumbprints: [thumbprints.get(unit.id)],
        connector: connectorOf(unit.id, sources.get(unit.id)),
        signingKeys: [signingKeys?.get(unit.id) ?? []].flat(),
        webhooks: [webhooks?.get(unit.id) ?? []].flat(),
      })),
    })),
  });
}

function connectorOf(unit: string, source: DemoSource | undefined): object | null {
  const view = sourceViews.get(unit);
  if (view === undefined || source === undefined) return null;
  return {
    type: 'http',
    url: source.url,
    certificates: [source.thumbprint],
    subject: view.subject,
    fields: view.fields,
  };
}
