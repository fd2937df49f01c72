import { expect, test } from 'vitest';
import { diagnoseDenial, type DenialFacts } from './permission-doctor.ts';

const base: DenialFacts = {
  pid: 7,
  ourUser: 1000,
  targetUser: 1000,
  haveCapability: false,
  yamaScope: 0,
  isDumpable: true,
  sameUserNamespace: true,
  targetHasMoreCapabilities: false,
  inContainer: false,
};

test.for([
  [{ targetUser: 0 }, 'belongs to user 0, and we are user 1000'],
  [{ isDumpable: false }, 'not dumpable'],
  [{ yamaScope: 1 }, 'only to ancestors'],
  [{ yamaScope: 2 }, 'with CAP_SYS_PTRACE'],
  [{ yamaScope: 3, haveCapability: true }, 'forbids it to everybody'],
  [{ sameUserNamespace: false }, 'another user namespace'],
  [{ targetHasMoreCapabilities: true }, 'capabilities that we do not have'],
  [{}, 'a security module'],
] as const)('%o', ([facts, cause]) => {
  const verdict = diagnoseDenial({ ...base, ...facts });
  expect(verdict.cause).toContain(cause);
  expect(verdict.fixes.length).toBeGreaterThan(0);
});

test('a process of another user than root can be read as that user', () => {
  const facts = { ...base, ourUser: 0, targetUser: 33 };
  expect(diagnoseDenial(facts).fixes[0]).toBe("as its user: sudo -u '#33' $(which holter) dump 7");
  expect(diagnoseDenial({ ...facts, inContainer: true }).fixes[0]).toBe(
    'as its user: docker exec --user 33 CONTAINER holter dump 7',
  );
});

test('inside a container there is no advice about sudo', () => {
  const { fixes } = diagnoseDenial({ ...base, targetUser: 0, inContainer: true });
  expect(fixes.join(' ')).not.toContain('sudo');
});
