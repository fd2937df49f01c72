// A thousand recording rules: as a group that the server evaluates itself, and as instant queries over HTTP.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Page } from '../spine/page.ts';
import { queryUrl, timeGet } from './ask.ts';
import { nameOf, startPeer, type Peer } from './peers.ts';

const RULES = 1000;
const INTERVAL_SECONDS = 5;
/** Evaluations that do not count, and those that do. */
const [WARM, COUNTED] = [2, 3];
const JOBS = 20;

const expression = (rule: number): string =>
  `sum by (instance) (rate(http_requests_total{job="svc${rule % JOBS}"}[5m])) > ${rule}`;

interface RulesAnswer {
  readonly data: {
    readonly groups: readonly { readonly evaluationTime: number; readonly lastEvaluation: string }[];
  };
}

function writeRules(folder: string): string {
  const rules = Array.from(
    { length: RULES },
    (_, rule) => `      - { record: 'bench:rule:${rule}', expr: '${expression(rule)}' }`,
  ).join('\n');
  const [file, config] = [join(folder, 'bench-rules.yml'), join(folder, 'bench-prometheus.yml')];
  writeFileSync(file, `groups:\n  - name: bench\n    interval: ${INTERVAL_SECONDS}s\n    rules:\n${rules}\n`);
  writeFileSync(config, `global: { scrape_interval: 1h }\nrule_files: [${file}]\n`);
  return config;
}

/** Seconds of an evaluation of the group as the server says itself, and CPU seconds. */
async function evaluateGroup(peer: Peer): Promise<{ seconds: number; cpu: number }> {
  await peer.stop();
  await startPeer(peer, writeRules(peer.folder));
  const seen = new Map<string, number>();
  let before = 0;
  while (seen.size < WARM + COUNTED) {
    await sleep(50);
    const answer = (await (await fetch(`${peer.url}/api/v1/rules`)).json()) as RulesAnswer;
    const group = answer.data.groups[0];
    if (group === undefined || group.lastEvaluation.startsWith('0001') || seen.has(group.lastEvaluation)) continue;
    seen.set(group.lastEvaluation, group.evaluationTime);
    if (seen.size === WARM) before = peer.cost().cpuSeconds;
  }
  const cpu = (peer.cost().cpuSeconds - before) / COUNTED;
  const times = [...seen.values()].slice(WARM).toSorted((a, b) => a - b);
  return { seconds: times[COUNTED >> 1]!, cpu };
}

async function askRules(peer: Peer, end: number): Promise<{ seconds: number; cpu: number }> {
  const before = peer.cost().cpuSeconds;
  const began = performance.now();
  for (let rule = 0; rule < RULES; rule++)
    await timeGet(queryUrl(peer, 'query', { query: expression(rule), time: end }));
  return { seconds: (performance.now() - began) / 1000, cpu: peer.cost().cpuSeconds - before };
}

/** Restarts both with the rules; they stay so. */
export async function compareRules(page: Page, peers: readonly Peer[], end: number): Promise<void> {
  page.section(
    `${RULES} rules, each \`sum by (instance) (rate(…{job=…}[5m])) > …\` over some hundred series`,
    '',
    'as instant queries over HTTP, s',
    'CPU, s',
    'as a rule group, s',
    'CPU with what else runs meanwhile, s',
  );
  const asked: number[] = [];
  const evaluated: number[] = [];
  for (const peer of peers) {
    const queries = await askRules(peer, end);
    const group = await evaluateGroup(peer);
    asked.push(queries.seconds);
    evaluated.push(group.seconds);
    page.row(nameOf(peer), ...[queries, group].flatMap(({ seconds, cpu }) => [seconds.toFixed(2), cpu.toFixed(2)]));
  }
  const print = (value: number): string => `${value.toFixed(2)} ×`;
  page.bar(`${RULES} rules as a group`, 'most', 1, evaluated[0]! / evaluated[1]!, print);
  page.bar(`${RULES} rules as instant queries over HTTP`, 'most', 1, asked[0]! / asked[1]!, print);
}
