import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { describeApi } from './openapi.ts';
import { API_PREFIX, routes, type Route } from './routes.ts';

test('docs/openapi/holter-v1.json is what the validators say (tools/write-openapi.ts writes it)', () => {
  const written = readFileSync(new URL('../../docs/openapi/holter-v1.json', import.meta.url), 'utf8');
  expect(JSON.parse(written)).toEqual(JSON.parse(JSON.stringify(describeApi())));
});

test('every reference of the document has its schema, and every route its path', () => {
  const document = describeApi();
  const text = JSON.stringify(document);
  const schemas = (document.components as { schemas: Record<string, unknown> }).schemas;
  for (const [, name = ''] of text.matchAll(/"#\/components\/schemas\/([^"]+)"/g)) expect(schemas).toHaveProperty(name);
  expect(text).not.toContain('$defs');
  for (const route of Object.values(routes) as Route[])
    expect(document.paths).toHaveProperty([`${API_PREFIX}${route.path}`, route.method.toLowerCase()]);
});
