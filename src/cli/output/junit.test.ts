import { expect, test } from 'vitest';
import { writeJunit } from './junit.ts';

test('what XML cannot hold is escaped or replaced', () => {
  const suites = [
    {
      name: 'a&"b".yml',
      error: undefined,
      cases: [
        { name: '<测试>', failures: ["x'\n\u0000y\ud800"] },
        { name: 'c', failures: [] },
      ],
    },
    { name: 'b.yml', error: 'no', cases: [] },
  ];
  expect(writeJunit(suites, new Date(0))).toBe(
    '<testsuites><testsuite name="a&amp;&#34;b&#34;.yml" tests="2" failures="1" errors="0" skipped="0" timestamp="1970-01-01T00:00:00">' +
      '<testcase name="&lt;测试&gt;"><failure>x&#39;&#xA;\ufffdy\ufffd</failure></testcase><testcase name="c"></testcase></testsuite>' +
      '<testsuite name="b.yml" tests="1" failures="0" errors="1" skipped="0" timestamp="1970-01-01T00:00:00">' +
      '<testcase name="unknown"><error>no</error></testcase></testsuite></testsuites>\n',
  );
});
