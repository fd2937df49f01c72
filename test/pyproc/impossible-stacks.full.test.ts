// All shapes on every interpreter, those of other Debians too.
import { test } from 'vitest';
import { expectPossibleStacks, shapes, type Shape } from '../support/impossible-stacks.ts';
import { need } from '../support/need.ts';
import { needPython, supportedVersions } from '../support/python-target.ts';

const names = Object.keys(shapes) as Shape[];
const cells = supportedVersions.flatMap((version) => names.map((shape) => ({ version, shape })));

test.for(cells)('$shape on Python $version', ({ version, shape }, context) =>
  expectPossibleStacks([needPython(context, version)], shape),
);

const chroots = [
  ['3.14', 'debian-forky'],
  ['3.15', 'debian-sid'],
] as const;
const chrootCells = chroots.flatMap(([version, folder]) => names.map((shape) => ({ version, folder, shape })));

test.for(chrootCells)('$shape on Python $version of $folder', ({ version, folder, shape }, context) =>
  expectPossibleStacks(['chroot', need(context, folder), `python${version}`], shape),
);
