// Replacement templates as Go's regexp expands them: $1, ${1}, $name, ${name}, $$. What names no group is empty.
import type { Matcher } from 're2js';

/** A piece of text, or the name or number of a group. */
export type TemplatePart = { readonly literal: string } | { readonly group: string };

export function parseTemplate(template: string): TemplatePart[] {
  const parts: TemplatePart[] = [];
  let rest = template;
  while (rest !== '') {
    const dollar = rest.indexOf('$');
    if (dollar === -1) {
      parts.push({ literal: rest });
      break;
    }
    if (dollar > 0) parts.push({ literal: rest.slice(0, dollar) });
    rest = rest.slice(dollar);
    const reference = /^\$(?:\{(\w+)\}|([\p{L}\p{Nd}_]+))/u.exec(rest);
    if (reference !== null) {
      parts.push({ group: reference[1] ?? reference[2] ?? '' });
      rest = rest.slice(reference[0].length);
    } else if (rest.startsWith('$$')) {
      parts.push({ literal: '$' });
      rest = rest.slice(2);
    } else {
      parts.push({ literal: '$' });
      rest = rest.slice(1);
    }
  }
  return parts;
}

/** The text that the template gives for the match where `matcher` stands; `groups` are the expression's named ones. */
export function expandTemplate(
  parts: readonly TemplatePart[],
  matcher: Matcher,
  groups: Readonly<Record<string, number>>,
): string {
  return parts
    .map((part) => {
      if ('literal' in part) return part.literal;
      const index = /^\d+$/.test(part.group) ? Number(part.group) : groups[part.group];
      if (index === undefined || index > matcher.groupCount()) return '';
      return matcher.group(index) ?? '';
    })
    .join('');
}
