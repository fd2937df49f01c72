// Replacement templates as Go's regexp expands them: $1, ${1}, $name, ${name}, $$.
import { RE2JS } from 're2js';

interface Part {
  readonly literal?: string;
  readonly group?: string;
}

function parseTemplate(template: string): Part[] {
  const parts: Part[] = [];
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

/**
 * A function that gives the expanded `template` for a text that `pattern` matches as a whole, else `undefined`.
 * `undefined` when the pattern is no valid RE2 expression.
 */
export function compileReplacement(
  pattern: string,
  template: string,
): ((text: string) => string | undefined) | undefined {
  let regex: RE2JS;
  try {
    regex = RE2JS.compile(`^(?s:${pattern})$`);
  } catch {
    return undefined;
  }
  const parts = parseTemplate(template);
  return (text) => {
    const matcher = regex.matcher(text);
    if (!matcher.find()) return undefined;
    const groups = regex.namedGroups() as Record<string, number>;
    return parts
      .map(({ literal, group = '' }) => {
        if (literal !== undefined) return literal;
        const index = /^\d+$/.test(group) ? Number(group) : groups[group];
        if (index === undefined || index > matcher.groupCount()) return '';
        return matcher.group(index) ?? '';
      })
      .join('');
  };
}
