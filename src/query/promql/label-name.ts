// Label names may be any text but the empty one and broken UTF-8, which literals can smuggle in by their escapes.

/** `name` can be the name of a label. */
export function isLabelName(name: string): boolean {
  return name !== '' && !name.includes('\ufffd');
}
