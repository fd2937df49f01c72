import { expect, test } from 'vitest';
import { showJob } from './show-job.ts';

test('a job is shown with what its aliases stand for', () => {
  const more = 'scrape_configs:\n- job_name: other\n';
  const text = 'x: &s 5s\nscrape_configs:\n- {job_name: 接口, scrape_interval: *s, params: {a: ["1"]}}\n';
  expect(showJob([more, text], '接口')).toBe('job_name: 接口\nscrape_interval: 5s\nparams:\n  a:\n    - "1"\n');
  expect(showJob([more, 'global: {}'], '接口')).toBeUndefined();
});
