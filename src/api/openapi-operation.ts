import type {
  HeaderObject,
  OperationObject,
  ParameterObject,
  RequestBodyObject,
  ResponseObject,
  SchemaObject,
} from 'openapi3-ts/oas31';
import type { Partner } from '../core/partner/partner.ts';
import type { SchemaCollector } from './json-schema.ts';
import type { PartnerDeps } from './ports.ts';
import { accessProblems } from './problem-types/access-problems.ts';
import { frontProblems } from './problem-types/front-problems.ts';
import { type ProblemName, problemTypes } from './problem-types.ts';
import type { OkAnswer, Route } from './route.ts';
import { problemDocument } from './schemas/problem-document.ts';

/** What a route says of itself, whoever its callers are. */
type AnyRoute = Omit<Route<PartnerDeps, Partner>, 'read'>;

export const versionHeader: HeaderObject = {
  description: 'Full version of the API.',
  schema: { type: 'string', examples: ['1.0.0'] },
};

const headers = { 'API-Version': { $ref: '#/components/headers/API-Version' } };

const access: readonly string[] = Object.keys({ ...accessProblems, ...frontProblems });

/** What every route may answer besides what it declares. */
function commonProblems(route: AnyRoute): readonly ProblemName[] {
  const always: ProblemName[] = ['invalid-input', 'not-found', 'method-not-allowed', 'not-acceptable'];
  const broken: ProblemName[] = [
    'internal',
    'database-unavailable',
    'ledger-unavailable',
    'keys-unavailable',
    'subject-busy',
  ];
  const post: ProblemName[] = ['broken-json', 'too-large', 'unsupported-media-type'];
  const keyed: ProblemName[] = isKeyed(route) ? ['idempotency-key-missing'] : [];
  const partner = Object.keys(problemTypes).filter((name): name is ProblemName => access.includes(name));
  return [...always, ...(route.method === 'post' ? post : []), ...keyed, ...partner, ...broken];
}

function isKeyed({ method, keyless }: AnyRoute): boolean {
  return method === 'post' && !keyless;
}

export function operationOf(route: AnyRoute, schemas: SchemaCollector): OperationObject {
  const hasBody = route.method === 'post';
  return {
    tags: [route.tag],
    operationId: route.operationId,
    summary: route.summary,
    description: route.description,
    parameters: [...parametersOf(route, schemas), ...(isKeyed(route) ? [idempotencyKey] : []), traceHeader],
    ...(hasBody ? { requestBody: bodyOf(route, schemas) } : {}),
    responses: { ...okResponses(route, schemas), ...problemResponses(route, schemas) },
    ...(route.listeners.includes('public') ? { security: [{ mutualTls: [] }, {}] } : {}),
  };
}

const idempotencyKey: ParameterObject = {
  name: 'Idempotency-Key',
  in: 'header',
  required: true,
  description: 'New for each action, the same when it is retried.',
  schema: { type: 'string', pattern: '^[\\x21-\\x7e]{1,128}$' },
};

const traceHeader: ParameterObject = {
  name: 'traceparent',
  in: 'header',
  description: 'W3C Trace Context. Without it the gateway starts a trace.',
  schema: { type: 'string' },
};

function parametersOf(route: AnyRoute, schemas: SchemaCollector): ParameterObject[] {
  const place = (where: 'path' | 'query', schema: SchemaObject): ParameterObject[] =>
    Object.entries(schema.properties ?? {}).map(([name, property]) => ({
      name,
      in: where,
      required: where === 'path' || (schema.required ?? []).includes(name),
      ...('description' in property && property.description !== undefined ? { description: property.description } : {}),
      schema: property,
    }));
  return [...place('path', schemas.schemaOf(route.params)), ...place('query', schemas.schemaOf(route.query))];
}

function bodyOf(route: AnyRoute, schemas: SchemaCollector): RequestBodyObject {
  const required = !route.body.safeParse(undefined).success;
  return { required, content: { 'application/json': { schema: schemas.schemaOf(route.body) } } };
}

function okResponses(route: AnyRoute, schemas: SchemaCollector): Record<string, ResponseObject> {
  return Object.fromEntries(
    Object.entries<OkAnswer>(route.ok).map(([status, { description, schema, media, headers: own }]) => {
      // Bytes have no schema: their media type says it all.
      const isBytes = media === 'application/octet-stream';
      const said = { description, headers: { ...headers, ...headersOf({ ...replays(route), ...own }) } };
      if (status === '204') return [status, said];
      const content = { [media ?? 'application/json']: isBytes ? {} : { schema: schemas.schemaOf(schema) } };
      return [status, { ...said, content }];
    }),
  );
}

function replays(route: AnyRoute): Readonly<Record<string, string>> {
  return isKeyed(route) ? { 'Idempotency-Replayed': '`true`: the answer is about an earlier call with this key.' } : {};
}

function headersOf(described: Readonly<Record<string, string>>): Record<string, HeaderObject> {
  return Object.fromEntries(
    Object.entries(described).map(([name, description]) => [name, { description, schema: { type: 'string' } }]),
  );
}

function problemResponses(route: AnyRoute, schemas: SchemaCollector): Record<string, ResponseObject> {
  const names = [...new Set([...route.problems, ...commonProblems(route)])];
  const statuses = [...new Set(names.map((name) => problemTypes[name].status))].sort();
  const common = schemas.schemaOf(problemDocument);
  return Object.fromEntries(
    statuses.map((status) => {
      const here = names.filter((name) => problemTypes[name].status === status);
      const more = here.flatMap((name) => route.problemSchemas[name] ?? []).map((schema) => schemas.schemaOf(schema));
      const schema = more.length === 0 ? common : { anyOf: [...more, common] };
      const description = here.map((name) => `\`${name}\`: ${problemTypes[name].title.en}.`).join(' ');
      return [status, { description, headers, content: { 'application/problem+json': { schema } } }];
    }),
  );
}
