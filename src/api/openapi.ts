import { type OpenAPIObject, OpenApiBuilder, type PathItemObject, type ServerObject } from 'openapi3-ts/oas31';
import { apiVersion } from './api-version.ts';
import { type SchemaCollector, schemaCollector } from './json-schema.ts';
import { operationOf, versionHeader } from './openapi-operation.ts';
import { partnerRoutes, technicianRoutes } from './partner-routes.ts';
import type { Site } from './ports.ts';

/** The description as it is checked in; a gateway serves it with its own site. */
const exampleSite: Site = {
  contact: { name: 'Beheer Sluis', email: 'beheer@sluis.example', url: 'https://sluis.example' },
  partnerHost: 'partners.sluis.example',
  publicHost: 'sluis.example',
};

const tags = [
  { name: 'break-glass', description: 'Noodtoegang bij levensgevaar / access for life or limb' },
  { name: 'requests', description: 'Gegevens vragen, volgen, goedkeuren en ophalen / ask, follow, approve, collect' },
  {
    name: 'corrections',
    description: 'Wat is verbeterd, gewist of beperkt / what was corrected, erased or restricted',
  },
  { name: 'facts', description: 'Feiten waarop beslissingen rusten / facts that decisions rest on' },
  { name: 'consents', description: 'Toestemming vragen en intrekken / ask for and withdraw consent' },
  {
    name: 'events',
    description: 'Wat er voor u gebeurde, zonder persoonsgegevens / what happened, without personal data',
  },
  { name: 'policies', description: 'Onder welke regels u als bron verstrekt / under which policies you disclose' },
  {
    name: 'access',
    description: 'Vooraf weten wat mag, zonder gegevens / what would be permitted, without data (AuthZEN 1.0)',
  },
  { name: 'connection', description: 'De verbinding inregelen / set up the connection' },
  { name: 'ledger', description: 'Het bewijs van wat is vastgelegd / the proof of what is on record' },
  { name: 'description', description: 'Deze beschrijving / this description' },
];

const about = [
  'Sluis geeft een organisatie precies de gegevens die de wet voor één doel over één persoon toelaat, en bewijst achteraf',
  'wat is verstrekt, waarom en aan wie. / Sluis gives an organisation exactly the data that the law allows for one purpose',
  'about one person, and proves afterwards what was given, why and to whom.\n\n',
  'Partners connect over mutual TLS with a certificate that carries their OIN. Every POST needs an `Idempotency-Key`.',
  'Errors are problem documents (RFC 9457), in Dutch unless `Accept-Language` prefers English. What is absent, unknown or',
  'cannot be evaluated is a no. Public keys stand at `/.well-known/jwks.json` on the public listener; `sluis_use` says what each of them signs.',
].join(' ');

/** OpenAPI 3.1 from the same declarations that validate. */
export function buildOpenApi(site: Site = exampleSite): OpenAPIObject {
  const schemas = schemaCollector();
  const builder = OpenApiBuilder.create()
    .addOpenApiVersion('3.1.0')
    .addTitle('Sluis partner API')
    .addVersion(apiVersion)
    .addDescription(about)
    .addContact(site.contact)
    .addLicense({ name: 'EUPL-1.2', identifier: 'EUPL-1.2' })
    .addServer(server(`https://${site.partnerHost}/v1`, 'partners, over mutual TLS'))
    .addHeader('API-Version', versionHeader);
  for (const tag of tags) builder.addTag(tag);
  for (const [path, item] of pathItems(schemas, site)) builder.addPath(path, item);
  for (const [name, schema] of [...schemas.components].sort(([a], [b]) => (a < b ? -1 : 1))) {
    builder.addSchema(name, schema);
  }
  return withMutualTls(builder.getSpec());
}

function pathItems(schemas: SchemaCollector, site: Site): ReadonlyMap<string, PathItemObject> {
  const items = new Map<string, PathItemObject>();
  for (const route of [...partnerRoutes, ...technicianRoutes]) {
    const base = route.path.match(/^\/(v1|\.well-known)(?=\/)/)?.[0] ?? '';
    const path = route.path.slice(base.length);
    items.set(path, {
      ...(items.get(path) ?? (base === '/v1' ? {} : { servers: rootServers(site, base, route.listeners) })),
      [route.method]: operationOf(route, schemas),
    });
  }
  items.set('/openapi.json', {
    servers: [server(`https://${site.publicHost}/v1`, 'public')],
    get: {
      tags: ['description'],
      operationId: 'readDescription',
      summary: 'Deze beschrijving / This description',
      description: 'Open to all origins, without a certificate.',
      security: [],
      responses: {
        200: {
          description: 'OpenAPI 3.1.',
          headers: { 'API-Version': { $ref: '#/components/headers/API-Version' } },
          content: { 'application/json': { schema: { type: 'object' } } },
        },
      },
    },
  });
  return items;
}

/** What is proved, and what another standard gives an address to, stands outside the versions of the API. */
function rootServers(site: Site, base: string, listeners: readonly ('partner' | 'public')[]): ServerObject[] {
  const partners = server(`https://${site.partnerHost}${base}`, 'partners');
  return listeners.includes('public') ? [server(`https://${site.publicHost}${base}`, 'public'), partners] : [partners];
}

function server(url: string, description: string): ServerObject {
  return { url, description };
}

/** Beside the builder, whose types do not know the `mutualTLS` that OpenAPI 3.1 added. */
function withMutualTls(spec: OpenAPIObject): OpenAPIObject {
  const description = 'Client certificate of an accepted authority, with the OIN in subject.serialNumber.';
  const securitySchemes = { mutualTls: { type: 'mutualTLS', description } };
  return Object.assign(spec, {
    components: Object.assign(spec.components ?? {}, { securitySchemes }),
    security: [{ mutualTls: [] }],
  });
}

/** The text of `openapi/sluis.openapi.json`. */
export function openApiText(site: Site = exampleSite): string {
  return `${JSON.stringify(buildOpenApi(site), null, 2)}\n`;
}
