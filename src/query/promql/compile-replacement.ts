// The replacement of label_replace: an expression for the whole text and a template for its groups.
import { RE2JS } from 're2js';
import { expandTemplate, parseTemplate } from '../../model/relabel/replacement-template.ts';

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
  const groups = regex.namedGroups() as Record<string, number>;
  return (text) => {
    const matcher = regex.matcher(text);
    return matcher.find() ? expandTemplate(parts, matcher, groups) : undefined;
  };
}
