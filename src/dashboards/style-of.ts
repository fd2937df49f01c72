// How one series of a panel is written and drawn: the panel's style and every override that fits it, the later ones winning.
import type { FieldMatcher, FieldStyle, Panel } from './dashboard.ts';
import { compilePattern } from './mappings.ts';

interface SeriesName {
  readonly name: string;
  readonly refId: string;
}

function fits(matcher: FieldMatcher, { name, refId }: SeriesName): boolean {
  switch (matcher.kind) {
    case 'name':
      return matcher.name === name;
    case 'regexp':
      return compilePattern(matcher.pattern)?.test(name) === true;
    case 'refId':
      return matcher.refId === refId;
    case 'numbers':
      return true;
  }
}

export function styleOf(panel: Pick<Panel, 'field' | 'overrides'>, series: SeriesName): FieldStyle {
  let style = panel.field;
  for (const override of panel.overrides) if (fits(override.matcher, series)) style = { ...style, ...override.style };
  return style;
}
