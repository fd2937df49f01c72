import { expect, test } from 'vitest';
import { checkTemplate, expandTemplate } from './expand.ts';

const samples = [
  {
    Labels: new Map([
      ['job', 'shop'],
      ['__value__', '21'],
    ]),
    Value: 21,
  },
  { Labels: new Map([['job', 'api']]), Value: 11 },
];
const context = {
  nowMs: 1_435_065_584_128,
  externalUrl: 'http://holter.example/path',
  query: (expression: string) => Promise.resolve(expression === 'metric' ? samples : []),
};
const data = {
  labels: new Map([
    ['job', 'api'],
    ['instance', 'web-1.example.com:8000'],
    ['城市', '上海'],
  ]),
  externalLabels: new Map([['zone', 'cn']]),
  value: 1234567.5,
};

async function expand(text: string): Promise<string> {
  const expanded = await expandTemplate('a', text, data, context);
  return expanded.ok ? expanded.value : `E ${expanded.error}`;
}

const f = async (text: string, expected: string): Promise<void> => expect(await expand(text), text).toBe(expected);

test('labels, values and trim marks', async () => {
  await f('plain 文本', 'plain 文本');
  await f('{{ $labels.job }} {{ .Labels.instance }} {{ $labels.missing }}.', 'api web-1.example.com:8000 .');
  await f('{{ $labels.城市 }}', '上海');
  await f('{{ $value }} {{ .Value }} {{ 1000000 }} {{ 1.5 }}', '1.2345675e+06 1.2345675e+06 1000000 1.5');
  await f(
    '{{ $externalLabels.zone }} {{ $externalURL }} {{ externalURL }} {{ pathPrefix }}',
    'cn http://holter.example/path http://holter.example/path /path',
  );
  await f('a  {{- "b" -}}  c {{/* no */}}d {{- /* no */ -}} e', 'abc de');
  await f('{{ "}}" }}{{ `a"b` }}', '}}a"b');
});

test('control structures', async () => {
  await f('{{ if gt $value 5.0 }}high{{ else }}low{{ end }}', 'high');
  await f('{{ if eq $labels.job "x" }}1{{ else if eq $labels.job "api" }}2{{ else }}3{{ end }}', '2');
  await f('{{ with $labels.job }}[{{ . }}]{{ end }}{{ with $labels.no }}x{{ else }}none{{ end }}', '[api]none');
  await f('{{ range query "metric" | sortByLabel "job" }}{{ .Labels.job }}={{ .Value }};{{ end }}', 'api=11;shop=21;');
  await f('{{ range $i, $s := query "metric" }}{{ $i }}:{{ $s | value }} {{ end }}', '0:21 1:11 ');
  await f('{{ range query "none" }}x{{ else }}nothing{{ end }}', 'nothing');
  await f('{{ range query "metric" }}{{ if eq .Value 11.0 }}{{ break }}{{ end }}{{ .Value }}{{ end }}', '21');
  await f('{{ $x := 1 }}{{ if true }}{{ $x = 2 }}{{ end }}{{ $x }}', '2');
  await f('{{ range $k, $v := $externalLabels }}{{ $k }}={{ $v }}{{ end }}', 'zone=cn');
  await f('{{ define "t" }}<{{ .arg0 }}{{ .arg1 }}>{{ end }}{{ template "t" (args 1 "b") }}', '<1b>');
  await f('{{ and true "" "x" }}|{{ or "" "y" }}|{{ not 0 }}', '|y|true');
});

test('functions', async () => {
  await f('{{ query "metric" | first | value | humanize }}', '21');
  await f('{{ (query "metric" | first).Labels.job }} {{ query "metric" | first | strvalue }}', 'shop 21');
  await f(
    '{{ humanize 1234567.0 }} {{ humanize 0.00123 }} {{ humanize1024 1048576.0 }} {{ humanize "1e3" }}',
    '1.235M 1.23m 1Mi 1k',
  );
  await f(
    '{{ humanizeDuration 899.99 }} {{ humanizeDuration .12345 }} {{ humanizeDuration -183845 }} {{ humanizeDuration 0 }}',
    '14m 59s 123.5ms -2d 3h 4m 5s 0s',
  );
  await f(
    '{{ humanizePercentage 0.1234567 }} {{ humanizeTimestamp 1435065584.128 }}',
    '12.35% 2015-06-23 13:19:44.128 +0000 UTC',
  );
  await f(
    '{{ printf "%.2f|%5d|%-5s|%q|%v|%05.1f|%x" 3.14159 42 "ab" "c" 1.0 2.5 255 }}',
    '3.14|   42|ab   |"c"|1|002.5|ff',
  );
  await f(
    '{{ $labels.instance | stripPort }} {{ $labels.instance | stripDomain }} {{ stripDomain "10.0.0.1:80" }}',
    'web-1.example.com web-1:8000 10.0.0.1:80',
  );
  await f('{{ "hello wORLD" | title }} {{ toUpper "ä" }} {{ toLower "Ä" }}', 'Hello WORLD Ä ä');
  await f('{{ reReplaceAll "(.*)-(.*)" "$2-${1}" "a-b" }} {{ match "^a.c" "abcd" }}', 'b-a true');
  await f('{{ graphLink "up == 0" }}', '/graph?g0.expr=up+%3D%3D+0&g0.tab=0');
  await f(
    '{{ parseDuration "1h30m" }} {{ toDuration 90.5 }} {{ toTime 0 }} {{ now }}',
    '5400 1m30.5s 1970-01-01 00:00:00 +0000 UTC 1.435065584128e+09',
  );
  await f(
    '{{ len "商" }} {{ index $labels "job" }} {{ slice "abc" 1 2 }} {{ print 1 2 "x" }} {{ html "<a>" }}',
    '3 api b 1 2x &lt;a&gt;',
  );
});

test('errors say what and where', async () => {
  expect(await expand('{{ nope }}')).toBe('E error parsing template a: line 1: function "nope" not defined');
  expect(await expand('a\n{{ if }}x{{ end }}')).toBe('E error parsing template a: line 2: missing value for command');
  expect(await expand('{{ $x }}')).toContain('undefined variable "$x"');
  expect(await expand('{{ end }}')).toContain('unexpected {{end}}');
  expect(await expand('{{ if true }}')).toContain('unexpected end of the template');
  expect(await expand('{{ "a')).toContain('unclosed action');
  expect(await expand('{{ query "none" | first }}')).toBe(
    'E error executing template a: error calling first: first() called on vector with no elements',
  );
  expect(await expand('{{ humanize "x" }}')).toContain("can't convert x to float");
  expect(await expand('{{ $labels.job.x }}')).toContain("can't evaluate field x in type string");
  // What an alert has are these four; in a map a key that is not there is empty.
  for (const text of ['{{ .labels }}', '{{ .labels.job }}', '{{ with .labels }}x{{ end }}'])
    expect(await expand(text), text).toBe(
      "E error executing template a: can't evaluate field labels in type struct { Labels map[string]string; " +
        'ExternalLabels map[string]string; ExternalURL string; Value interface {} }',
    );
  expect(await expand('{{ .Labels.nope }}{{ .Value }}{{ .ExternalURL }}')).not.toContain('error');
  expect(await expand('{{ define "t" }}{{ template "t" }}{{ end }}{{ template "t" }}')).toContain(
    'more than 100 templates',
  );
  expect(await expand('{{ lt 1 "a" }}')).toContain('incompatible types');
  expect(checkTemplate('{{ $labels.job }}')).toBeUndefined();
  expect(checkTemplate('{{ $lables.job }}')).toBe('line 1: undefined variable "$lables"');
});
