// Secrets are not shown, wherever a web application keeps them; what is beside them is.
import { expect, test } from 'vitest';
import { needPython, startPython } from '../support/python-target.ts';
import { runHolter } from '../support/run-holter.ts';

const source = `
import time
class Settings:
    def __init__(self):
        self.database_password = "hunter2-attribute"
        self.region = "eu-1"
def view(api_key, amount):
    headers = [(b"host", b"shop"), (b"authorization", b"hunter2-header"), (b"Cookie", b"hunter2-cookie")]
    environ = {"HTTP_AUTHORIZATION": "hunter2-environ", "PATH_INFO": "/pay", "sessionid": 7}
    raw = {b"x-api-key": b"hunter2-bytes", b"accept": b"text/html"}
    nested = {"outer": {"client_secret": ["hunter2-nested"]}}
    url = "postgresql://shop:hunter2-url@db:5432/orders?x=1"
    db_pwd = "hunter2-pwd"
    settings = Settings()
    passengers = 3
    print("ready", flush=True)
    time.sleep(1000)
view("hunter2-argument", 12)`;

test.for(['3.8', '3.13'])('variables of a request on Python %s', async (version, context) => {
  const target = startPython(needPython(context, version), '-c', source);
  await target.saw('ready');
  await target.rests();
  const { stdout } = await runHolter('dump', '-lll', String(target.pid));
  // The program itself stands on the command line.
  const shown = stdout.slice(stdout.indexOf('\nThread '));
  expect(shown).not.toContain('hunter2');
  for (const line of [
    "headers: [(b'host', b'shop'), (b'authorization', <redacted>), (b'Cookie', <redacted>)]",
    "environ: {'HTTP_AUTHORIZATION': <redacted>, 'PATH_INFO': '/pay', 'sessionid': <redacted>}",
    "raw: {b'x-api-key': <redacted>, b'accept': b'text/html'}",
    "nested: {'outer': {'client_secret': <redacted>}}",
    "url: 'postgresql://shop:<redacted>@db:5432/orders?x=1'",
    'db_pwd: <redacted>',
    "settings: Settings(database_password=<redacted>, region='eu-1')",
    'passengers: 3',
    'api_key: <redacted>',
    'amount: 12',
  ])
    expect(shown).toContain(line);
  const open = await runHolter('dump', '-lll', '--no-redact', String(target.pid));
  expect(new Set(open.stdout.slice(open.stdout.indexOf('\nThread ')).match(/hunter2-\w+/g)).size).toBe(9);
});
