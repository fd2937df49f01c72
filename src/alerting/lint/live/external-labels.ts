import type { LiveCheck } from './live-check.ts';

const LABEL_USE = /\$externalLabels\.([a-zA-Z_]\w*)|\.ExternalLabels\.([a-zA-Z_]\w*)/g;

export const unknownExternalLabel: LiveCheck = {
  name: 'unknown-external-label',
  summary: 'a template shows an external label that the server does not set',
  check: async ({ expression, compiled }, live, report) => {
    if (compiled?.rule.kind !== 'alerting') return;
    const texts = [...compiled.labels.values(), ...[...compiled.rule.annotations.values()].map(({ text }) => text)];
    const used = new Set(
      texts.flatMap((text) => [...text.matchAll(LABEL_USE)].map((match) => match[1] ?? match[2] ?? '')),
    );
    if (used.size === 0) return;
    const known = await live.externalLabels();
    for (const name of used)
      if (!known.has(name))
        report(`the external label "${name}" is not set on the server: the text is empty`, expression.range);
  },
};

export const labelConflict: LiveCheck = {
  name: 'label-conflict',
  summary: 'a rule sets a label that is an external label of the server, too',
  check: async ({ expression, compiled }, live, report) => {
    const names = [...(compiled?.labels.keys() ?? [])];
    if (names.length === 0) return;
    const known = await live.externalLabels();
    for (const name of names)
      if (known.has(name))
        report(
          `the label "${name}" is an external label of the server: in alerts the one of the rule hides it`,
          expression.range,
        );
  },
};
