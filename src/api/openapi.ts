// The OpenAPI 3.1 description of the own API, made from the validators: nothing in it is written by hand.
import { z } from 'zod';
import { errorBody } from './common.ts';
import { API_PREFIX, routes, type Route } from './routes.ts';

type Json = Record<string, unknown>;

/** Makes schemas whose named parts stand once, under components. */
class Components {
  readonly schemas: Json = {};

  /** `io`: as the client may write it, or as the server answers it (defaults filled in). */
  schemaOf(type: z.ZodType, io: 'input' | 'output'): Json {
    const schema = z.toJSONSchema(type, { io, unrepresentable: 'any' }) as Json;
    const definitions = (schema.$defs ?? {}) as Record<string, Json>;
    delete schema.$defs;
    delete schema.$schema;
    for (const [name, definition] of Object.entries(definitions)) this.schemas[name] = this.#relink(definition);
    const linked = this.#relink(schema) as Json;
    const name = typeof linked.id === 'string' ? linked.id : undefined;
    if (name === undefined) return linked;
    this.schemas[name] = linked;
    return { $ref: `#/components/schemas/${name}` };
  }

  #relink(value: unknown): unknown {
    if (Array.isArray(value)) return value.map((item) => this.#relink(item));
    if (typeof value !== 'object' || value === null) return value;
    const linked: Json = {};
    for (const [key, item] of Object.entries(value)) {
      linked[key] =
        key === '$ref' && typeof item === 'string'
          ? item.replace('#/$defs/', '#/components/schemas/')
          : this.#relink(item);
    }
    return linked;
  }
}

function describeParameters(route: Route, components: Components): Json[] {
  const parameters: Json[] = [];
  for (const [place, type] of [
    ['path', route.params],
    ['query', route.query],
  ] as const) {
    for (const [name, schema] of Object.entries(type?.shape ?? {})) {
      const required = place === 'path' || !schema.safeParse(undefined).success;
      parameters.push({ name, in: place, required, schema: components.schemaOf(schema as z.ZodType, 'input') });
    }
  }
  return parameters;
}

function describeRoute(name: string, route: Route, components: Components): Json {
  const parameters = describeParameters(route, components);
  const answer =
    route.response === 'events'
      ? { 'text/event-stream': { schema: { type: 'string' } } }
      : { 'application/json': { schema: components.schemaOf(route.response, 'output') } };
  return {
    operationId: name,
    summary: route.summary,
    ...(route.access === 'open' ? { security: [] } : {}),
    ...(parameters.length > 0 ? { parameters } : {}),
    ...(route.body === undefined
      ? {}
      : {
          requestBody: {
            required: true,
            content: { 'application/json': { schema: components.schemaOf(route.body, 'input') } },
          },
        }),
    responses: {
      200: { description: 'Done', content: answer },
      default: {
        description: 'An error; its code stands in docs/manual/errors.md',
        content: { 'application/json': { schema: components.schemaOf(errorBody, 'output') } },
      },
    },
  };
}

/** The whole document, as JSON values. */
export function describeApi(): Json {
  const components = new Components();
  const paths: Record<string, Json> = {};
  for (const [name, route] of Object.entries(routes) as [string, Route][]) {
    (paths[`${API_PREFIX}${route.path}`] ??= {})[route.method.toLowerCase()] = describeRoute(name, route, components);
  }
  const schemas = Object.fromEntries(Object.entries(components.schemas).toSorted(([a], [b]) => (a < b ? -1 : 1)));
  return {
    openapi: '3.1.0',
    info: {
      title: 'Holter',
      version: '1',
      description: 'Logs, traces and metrics of Python services. 64-bit integers and nanoseconds are decimal strings.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    security: [{ token: [] }, { session: [] }, {}],
    paths,
    components: {
      schemas,
      securitySchemes: {
        token: { type: 'http', scheme: 'bearer' },
        session: { type: 'apiKey', in: 'cookie', name: 'holter_session' },
      },
    },
  };
}
