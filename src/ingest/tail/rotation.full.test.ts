import { test } from 'vitest';
import { checkRotation } from './rotation.case.ts';

test('rename and create: many histories', () => checkRotation('rename', 150), 900_000);
test('copytruncate: many histories', () => checkRotation('copytruncate', 150), 900_000);
