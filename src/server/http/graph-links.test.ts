import { expect, test } from 'vitest';
import { createTestApp } from '../../../test/support/http-app.ts';

test('a link of an alert opens the explorer with its expression', async () => {
  const own = await createTestApp();
  const { app } = own;
  const locate = async (url: string): Promise<[number, string | undefined]> => {
    const { statusCode, headers } = await app.inject({ url });
    return [statusCode, headers.location];
  };
  expect(await locate('/graph?g0.expr=up+%3E+0&g0.tab=1')).toEqual([302, '/ui/metrics?q=up+%3E+0']);
  expect(await locate('/graph?g1.expr=b&g0.expr=a%2Bc&g0.range_input=1h')).toEqual([302, '/ui/metrics?q=a%2Bc&q2=b']);
  expect(await locate('/graph')).toEqual([302, '/ui/metrics']);
  await own.close();
});
