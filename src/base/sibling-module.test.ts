import { expect, test } from 'vitest';
import { siblingModule } from './sibling-module.ts';

test('keeps to the kind of file that we run from', () => {
  expect(siblingModule('file:///a/src/store/client.ts', './main').href).toBe('file:///a/src/store/main.ts');
  expect(siblingModule('file:///a/dist/store/client.js', '../x/main').href).toBe('file:///a/dist/x/main.js');
});
