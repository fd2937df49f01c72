import { expect, test } from 'vitest';
import { hideSecrets } from './hide-secrets.ts';

const f = (text: string, expected: string): void => expect(hideSecrets(text)).toBe(expected);

test('secrets are hidden, wherever they stand', () => {
  f('basic_auth:\n  username: a\n  password: "x\\"y"\n', 'basic_auth:\n  username: a\n  password: <secret>\n');
  f('basic_auth: {username: a, password: x y}', 'basic_auth: {username: a, password: <secret>}');
  f("authorization: { credentials: 'x' }", 'authorization: { credentials: <secret> }');
  f('proxy_url: http://me:secret@proxy:8080', 'proxy_url: http://me:<secret>@proxy:8080');
  f('bearer_token: abc # 说明\nnext: 1', 'bearer_token: <secret> # 说明\nnext: 1');
});

test('however they are written', () => {
  f('password: a,b}c\nnext: 1', 'password: <secret>\nnext: 1');
  f('password:\n  abc\nnext: 1', 'password:\n  <secret>\nnext: 1');
  f('password: |\n  a\n  b\nnext: 1\n', 'password: <secret>\nnext: 1\n');
  f('x: &s abc\npassword: *s\nbearer_token: *s', 'x: &s <secret>\npassword: *s\nbearer_token: *s');
  f('"password": 12', '"password": <secret>');
});

test('those of headers, and keys', () => {
  f(
    'http_headers:\n  X-Token: {values: [a], secrets: [b, "c"], files: [d]}',
    'http_headers:\n  X-Token: {values: [a], secrets: [<secret>, <secret>], files: [d]}',
  );
  f('proxy_connect_header:\n  A:\n  - b\n  - c\n', 'proxy_connect_header:\n  A:\n  - <secret>\n  - <secret>\n');
  f(
    'tls_config:\n  cert: c\n  key: |\n    -----BEGIN\n    x\nlabels: {key: a}\n',
    'tls_config:\n  cert: c\n  key: <secret>\nlabels: {key: a}\n',
  );
});

test('files that hold secrets are named as they are', () => {
  f('password_file: /etc/x\ncredentials_file: y', 'password_file: /etc/x\ncredentials_file: y');
  f('password:\nnext: 1', 'password:\nnext: 1');
});
