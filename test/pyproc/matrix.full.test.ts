// The version matrix on all interpreters that the machine has or can install.
import { testMatrix } from '../support/version-matrix.ts';

testMatrix('all');
