import type { Attribute } from '../../api/common.ts';

/** The value of an attribute as text; what is no scalar as indented JSON. */
export function attributeText(attribute: Attribute): string {
  return attribute.kind === 'json' ? JSON.stringify(attribute.value, undefined, 2) : String(attribute.value);
}
