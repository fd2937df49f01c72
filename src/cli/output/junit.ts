// Results of tests as JUnit's XML, with the elements and attributes that promtool writes.

export interface JunitCase {
  readonly name: string;
  readonly failures: readonly string[];
}

/** Of one file. */
export interface JunitSuite {
  readonly name: string;
  /** Why its tests could not be run. */
  readonly error: string | undefined;
  readonly cases: readonly JunitCase[];
}

const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&#34;',
  "'": '&#39;',
};
/** Characters that XML cannot hold become the replacement character. */
const FORBIDDEN = /[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu;

function escapeText(text: string): string {
  return text
    .toWellFormed()
    .replaceAll(FORBIDDEN, '\uFFFD')
    .replaceAll(/[&<>"']/g, (character) => escapes[character]!)
    .replaceAll('\n', '&#xA;');
}

function writeSuite({ name, error, cases }: JunitSuite, time: string): string {
  const own = error === undefined ? cases : [{ name: 'unknown', failures: [] }];
  const failures = own.reduce((sum, one) => sum + one.failures.length, 0);
  const counts = `tests="${own.length}" failures="${failures}" errors="${error === undefined ? 0 : 1}" skipped="0"`;
  const shown = own.map((one) => {
    const inner = one.failures.map((text) => `<failure>${escapeText(text)}</failure>`).join('');
    const fault = error === undefined ? '' : `<error>${escapeText(error)}</error>`;
    return `<testcase name="${escapeText(one.name)}">${inner}${fault}</testcase>`;
  });
  return `<testsuite name="${escapeText(name)}" ${counts} timestamp="${time}">${shown.join('')}</testsuite>`;
}

export function writeJunit(suites: readonly JunitSuite[], now: Date): string {
  const time = now.toISOString().slice(0, 19);
  return `<testsuites>${suites.map((suite) => writeSuite(suite, time)).join('')}</testsuites>\n`;
}
