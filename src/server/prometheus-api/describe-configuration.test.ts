import { expect, test } from 'vitest';
import { hideSecrets } from './describe-configuration.ts';

const f = (text: string, expected: string): void => expect(hideSecrets(text)).toBe(expected);

test('secrets are hidden, wherever they stand', () => {
  f('basic_auth:\n  username: a\n  password: "x\\"y"\n', 'basic_auth:\n  username: a\n  password: <secret>\n');
  f('basic_auth: {username: a, password: x y}', 'basic_auth: {username: a, password: <secret>}');
  f("authorization: { credentials: 'x' }", 'authorization: { credentials: <secret> }');
  f('proxy_url: http://me:secret@proxy:8080', 'proxy_url: http://me:<secret>@proxy:8080');
  f('bearer_token: abc # 说明\nnext: 1', 'bearer_token: <secret>\nnext: 1');
});

test('files that hold secrets are named as they are', () => {
  f('password_file: /etc/x\ncredentials_file: y', 'password_file: /etc/x\ncredentials_file: y');
  f('password:\n  nested: 1', 'password:\n  nested: 1');
});
