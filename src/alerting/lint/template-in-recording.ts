import type { GroupCheck } from './check.ts';

export const templateInRecording: GroupCheck = {
  name: 'template-in-recording',
  summary: 'labels of recording rules are no templates: the braces stand in the series as they are',
  check: ({ rules }, report) => {
    for (const compiled of rules) {
      if (compiled.rule.kind !== 'recording') continue;
      const name = [...compiled.rule.labels].find(([, { text }]) => text.includes('{{'))?.[0];
      if (name !== undefined)
        report(compiled, `the label "${name}" of a recording rule is taken as it is written, with its braces`);
    }
  },
};
