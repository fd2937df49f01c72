import { test } from 'vitest';
import { checkRotation } from './rotation.case.ts';

test('rename and create lose and double nothing, whenever the tail is killed', () => checkRotation('rename', 20));

test('copytruncate loses only what was written between copy and cut', () => checkRotation('copytruncate', 20));
