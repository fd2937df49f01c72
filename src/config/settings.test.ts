import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { needShared } from '../../test/support/need.ts';
import { detectConfigFile } from './config-file-kind.ts';
import { parseHolterYml } from './holter-yml.ts';
import { parseServerFlags } from './settings-flags.ts';
import { formatSettings, resolveSettings, settingNames } from './settings.ts';

const YML = `
data: /var/lib/holter
listen:
  http: 0.0.0.0:7070
  otlp_grpc: off
inputs:
  tail: [/var/log/app/*.log, /var/log/服务/*.log]
retention: { logs: 14d, traces: 12h }
disk_share: 70%
spool: { budget: 2GiB }
files: [prometheus.yml]
`;

function settingsOf(yml: string, words: readonly string[]): ReturnType<typeof resolveSettings> {
  const file = parseHolterYml(yml, 'holter.yml');
  const flags = parseServerFlags(words);
  if (!file.ok || !flags.ok) throw new Error(JSON.stringify([file, flags]));
  return resolveSettings([...file.value.given, ...flags.value.given]);
}

test('flags win over the file, the file over defaults, and each value says where it came from', () => {
  const result = settingsOf(YML, [
    '--http',
    '127.0.0.1:0',
    '--tail=a.log',
    '--tail',
    'b.log',
    '--retention',
    'metrics=30d',
    '--insecure',
  ]);
  if (!result.ok) throw new Error(result.error.join());
  const { settings, origins } = result.value;
  expect(settings.http).toEqual({ host: '127.0.0.1', port: 0 });
  expect(origins.http).toBe('--http');
  expect(settings.otlpGrpc).toBeUndefined();
  expect(origins.otlpGrpc).toBe('holter.yml:5:3');
  expect(settings.tail).toEqual(['a.log', 'b.log']);
  expect(settings.retainLogs).toBe(14 * 86_400);
  expect(settings.retainTraces).toBe(12 * 3600);
  expect(settings.retainMetrics).toBe(30 * 86_400);
  expect(origins.retainMetrics).toBe('--retention');
  expect(settings.diskShare).toBe(0.7);
  expect(settings.spoolBudget).toBe(2 * 2 ** 30);
  expect(settings.insecure).toBe(true);
  expect(origins.otlpHttp).toBe('default');
  const printed = formatSettings(result.value).split('\n');
  expect(printed).toHaveLength(settingNames.length);
  expect(printed[1]).toMatch(/^listen\.http +127\.0\.0\.1:0 +# --http$/);
});

test('the file alone keeps its list, Chinese text intact', () => {
  const result = settingsOf(YML, []);
  expect(result.ok && result.value.settings.tail).toEqual(['/var/log/app/*.log', '/var/log/服务/*.log']);
});

test('problems name the place and what was expected', () => {
  expect(parseHolterYml('listen:\n  htp: 1', 'h.yml')).toEqual({
    ok: false,
    error: ['h.yml:2:3: unknown setting "listen.htp"; holter server --print-config lists all of them'],
  });
  expect(parseHolterYml('a: [', 'h.yml').ok).toBe(false);
  const wrong = settingsOf('disk_share: much', ['--http', 'here']);
  expect(!wrong.ok && wrong.error).toEqual([
    'holter.yml:1:1: disk_share: expected a share such as 80%, got "much"',
    '--http: listen.http: expected HOST:PORT (127.0.0.1:7070, [::1]:7070) or off, got "here"',
  ]);
  for (const words of [['--nope'], ['--http'], ['-x'], ['--retention', 'x=1d']])
    expect(parseServerFlags(words).ok).toBe(false);
});

test.for([
  ['prometheus.yml', 'prometheus'],
  ['alerts.yml', 'rules'],
  ['logstash.conf', 'logstash'],
  ['dashboard.json', 'dashboard'],
] as const)('%s is a %s file by its content', ([file, kind], context) => {
  expect(detectConfigFile(readFileSync(needShared(context, `seeds/${file}`), 'utf8'))).toBe(kind);
});

test('holter.yml and alertmanager.yml are told by content too, and what is neither is said to be none', () => {
  expect(detectConfigFile(YML)).toBe('holter');
  expect(detectConfigFile('route: {receiver: x}\nreceivers: [{name: x}]')).toBe('alertmanager');
  for (const section of ['otlp', 'remote_read', 'scrape_config_files'])
    expect(detectConfigFile(`${section}: {}`)).toBe('prometheus');
  expect(detectConfigFile('')).toBe('holter');
  expect(detectConfigFile('data: /x\nfiles: [a.yml]')).toBe('holter');
  expect(detectConfigFile('{"name": "app", "files": []}')).toBeUndefined();
  expect(detectConfigFile('hello')).toBeUndefined();
  expect(detectConfigFile('[1, 2]')).toBeUndefined();
});
