// The version matrix on the interpreters at hand; Debian's own are in matrix.full.test.ts.
import { testMatrix } from '../support/version-matrix.ts';

testMatrix('local');
