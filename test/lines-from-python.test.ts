// The users' own programs, as they are: what they print becomes rows.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test, type TestContext } from 'vitest';
import type { Accepted, FrameInput, Intake } from '../src/ingest/intake.ts';
import { linesFrame } from '../src/ingest/lines/lines-frame.ts';
import { readStdin } from '../src/ingest/stdin/stdin.ts';
import { Tail } from '../src/ingest/tail/tail.ts';
import { until } from '../src/ingest/tail/tail.case.ts';
import { TelemetryBlock } from '../src/model/telemetry-block.ts';
import { readRow, type DecodedRow } from '../src/pipeline/lines/decode-lines.case.ts';
import { need, needShared } from './support/need.ts';

class BlockIntake implements Intake {
  readonly block = new TelemetryBlock();
  readonly frames: FrameInput[] = [];

  accept(frame: FrameInput): Promise<Accepted> {
    this.frames.push(frame);
    const { source, received, body } = frame;
    const context = { source, received, meta: frame.meta ?? {}, expiredBefore: { logs: 0n, spans: 0n, metrics: 0n } };
    const outcome = linesFrame.decode(body, context, this.block);
    this.block.logs.attributes.fillUp();
    return Promise.resolve({ ...outcome, duplicate: false });
  }

  refuse(): void {
    throw new Error('nothing is refused here');
  }

  get rows(): DecodedRow[] {
    return Array.from({ length: this.block.logs.rows }, (_, row) => readRow(this.block, row));
  }
}

/** Runs Python and reads what it prints as a service's standard output would be read. */
async function readPython(
  python: string,
  args: readonly string[],
  env: Record<string, string>,
  zone: string,
): Promise<BlockIntake> {
  const intake = new BlockIntake();
  const child = spawn(python, args, {
    env: { ...process.env, PYTHONDONTWRITEBYTECODE: '1', PYTHONIOENCODING: 'utf-8', ...env },
  });
  const options = { intake, zone, signal: new AbortController().signal, joinWait: 60_000 };
  await Promise.all([readStdin({ ...options, stream: child.stdout }), readStdin({ ...options, stream: child.stderr })]);
  return intake;
}

const prepare = (context: TestContext, file: string): { python: string; seed: string } => ({
  python: need(context, 'otel'),
  seed: needShared(context, `seeds/${file}`),
});

/** The service's zone, and the zone that Holter runs in. */
const zones = [
  ['UTC', 'UTC'],
  ['Asia/Shanghai', 'Asia/Shanghai'],
  ['Asia/Shanghai', 'UTC'],
  ['Asia/Kolkata', 'Asia/Kolkata'],
  ['Asia/Kolkata', 'UTC'],
  ['UTC', 'Asia/Shanghai'],
  ['America/St_Johns', 'Asia/Kathmandu'],
] as const;

const isNow = (row: DecodedRow, start: number): void => {
  const millis = Number(row.time / 1_000_000n);
  expect(millis).toBeGreaterThanOrEqual(start - 1000);
  expect(millis).toBeLessThanOrEqual(Date.now() + 1000);
};

test.for(zones)('json_formatter.py in %s, read in %s', async ([zone, ours], context) => {
  const { python, seed } = prepare(context, 'json_formatter.py');
  const start = Date.now();
  const { rows } = await readPython(python, [seed], { TZ: zone }, ours);
  expect(rows.map(({ body, severity, service }) => [body, severity, service])).toEqual([
    ['用户登录成功', 9, 'my-python-app'],
    ['除零错误发生', 17, 'my-python-app'],
  ]);
  for (const row of rows) isNow(row, start);
  expect(rows[0]?.attributes.get('request_id')).toBe('abc-123');
  expect(rows[0]?.attributes.get('user_id')).toBe(456n);
  expect(rows[1]).toMatchObject({ exceptionType: 'ZeroDivisionError', exceptionMessage: 'division by zero', raw: '' });
});

test.for(zones)('logging_config.py in %s, read in %s', async ([zone, ours], context) => {
  const { python, seed } = prepare(context, 'logging_config.py');
  const start = Date.now();
  const { rows } = await readPython(python, ['-W', 'ignore', seed], { TZ: zone }, ours);
  expect(rows.map(({ body, severity, logger }) => [body, severity, logger])).toEqual([
    ['应用启动', 9, 'root'],
    ['计算错误', 17, 'root'],
    ['用户登录', 9, 'root'],
  ]);
  for (const row of rows) isNow(row, start);
  expect(rows[0]?.service).toBe('api');
  expect(rows[1]).toMatchObject({ exceptionType: 'ZeroDivisionError', raw: '' });
  expect(rows[2]?.attributes.get('user_id')).toBe('user-123');
});

test('a file that was written before it is followed lands on the true instant too', async (context) => {
  const { python, seed } = prepare(context, 'json_formatter.py');
  const folder = mkdtempSync(join(tmpdir(), 'holter-clock-'));
  const start = Date.now();
  const script = `import logging, runpy; runpy.run_path(${JSON.stringify(seed)}, run_name='__main__')`;
  const shell = `TZ=Asia/Kolkata "$0" -c "$1" 2> "$2/app.log"`;
  await new Promise((resolve) => spawn('sh', ['-c', shell, python, script, folder]).once('close', resolve));
  const intake = new BlockIntake();
  const tail = new Tail({ globs: [join(folder, '*.log')], intake, zone: 'UTC' });
  try {
    await tail.start();
    await until(() => intake.rows.length === 2, 'both lines came');
    for (const row of intake.rows) isNow(row, start);
    expect(Object.values(tail.clocks)).toEqual([{ 'timestamp/ ': '+05:30' }]);
  } finally {
    await tail.kill();
    rmSync(folder, { recursive: true });
  }
});

test('flask_tracing.py: what the ConsoleSpanExporter prints becomes spans', async (context) => {
  const { python, seed } = prepare(context, 'flask_tracing.py');
  const script = `import runpy\napp = runpy.run_path(${JSON.stringify(seed)})['app']\napp.test_client().get('/')`;
  const { block } = await readPython(python, ['-c', script], {}, 'UTC');
  const { spans, logs, resources } = block;
  expect([spans.rows, logs.rows, resources.rows]).toEqual([2, 0, 1]);
  const rows = [0, 1].map((row) => ({
    name: spans.name.get(row),
    kind: spans.kind.get(row),
    trace: Buffer.from(spans.traceId.at(row)).toString('hex'),
    span: Buffer.from(spans.spanId.at(row)).toString('hex'),
    parent: Buffer.from(spans.parentId.at(row)).toString('hex'),
    duration: spans.duration.get(row),
  }));
  const inner = rows.find(({ name }) => name === 'say-hello')!;
  const outer = rows.find(({ name }) => name === 'GET /')!;
  expect([inner.kind, outer.kind, inner.parent, outer.parent]).toEqual([1, 2, outer.span, '0'.repeat(16)]);
  expect(inner.trace).toBe(outer.trace);
  expect(inner.duration).toBeGreaterThan(0n);
  expect(outer.duration).toBeGreaterThanOrEqual(inner.duration);
  const row = rows.indexOf(outer);
  const [start, end] = spans.attributes.ints.entriesOf(row);
  const ints = Array.from({ length: end - start }, (_, i) => [
    spans.attributes.ints.keys.get(start + i),
    spans.attributes.ints.values.get(start + i),
  ]);
  expect(ints).toContainEqual(['http.status_code', 200n]);
});

const structlogScript = `
import logging, sys, structlog
structlog.configure(processors=[
    structlog.contextvars.merge_contextvars, structlog.processors.add_log_level, structlog.processors.StackInfoRenderer(),
    structlog.processors.dict_tracebacks, structlog.processors.TimeStamper(fmt="iso"), structlog.processors.JSONRenderer(ensure_ascii=False)])
log = structlog.get_logger()
log.info("下单成功", order=17)
try:
    {}["k"]
except KeyError:
    log.exception("失败")
`;

test('structlog', async (context) => {
  const start = Date.now();
  const { rows } = await readPython(need(context, 'otel'), ['-c', structlogScript], {}, 'UTC');
  expect(rows.map(({ body, severity }) => [body, severity])).toEqual([
    ['下单成功', 9],
    ['失败', 17],
  ]);
  for (const row of rows) isNow(row, start);
  expect(rows[1]).toMatchObject({ exceptionType: 'KeyError', exceptionMessage: "'k'" });
  expect(rows[1]?.exceptionStack).toContain('Traceback (most recent call last):');
});

const jsonLoggerScript = `
import logging, sys
from pythonjsonlogger.json import JsonFormatter
handler = logging.StreamHandler(sys.stdout)
log = logging.getLogger("shop.orders")
log.addHandler(handler)
for options in (dict(), dict(json_ensure_ascii=False), dict(exc_info_as_array=True), dict(rename_fields={"levelname": "severity"}), dict(timestamp=True),
                dict(static_fields={"service": "shop"})):
    handler.setFormatter(JsonFormatter("%(asctime)s %(levelname)s %(name)s %(message)s", **options))
    log.warning("库存不足 %s", "A-17", extra={"trace_id": "0af7651916cd43dd8448eb211c80319c", "n": 1})
    try:
        1 / 0
    except ZeroDivisionError:
        log.exception("出错")
log.warning({"message": "字典", "nested": {"a": [1, None]}})
`;

test('python-json-logger in its variants', async (context) => {
  const start = Date.now();
  const { rows } = await readPython(
    need(context, 'otel'),
    ['-c', jsonLoggerScript],
    { TZ: 'Asia/Shanghai' },
    'Asia/Shanghai',
  );
  expect(rows).toHaveLength(13);
  rows.slice(0, 12).forEach((row, index) => {
    isNow(row, start);
    const failed = index % 2 === 1;
    expect(row, String(index)).toMatchObject({
      body: failed ? '出错' : '库存不足 A-17',
      severity: failed ? 17 : 13,
      logger: 'shop.orders',
      exceptionType: failed ? 'ZeroDivisionError' : '',
      traceId: failed ? '' : '0af7651916cd43dd8448eb211c80319c',
    });
  });
  expect(rows[12]).toMatchObject({ body: '字典' });
  expect(rows.every(({ raw }) => raw === '')).toBe(true);
});
