// A colour for a name, the same every time; hues stay clear of the red and amber that mean trouble.

const HUES = [205, 130, 285, 245, 165, 325, 225, 110, 265, 305, 185, 345];

/** A CSS colour of the current theme for `name`. */
export function stableColor(name: string): string {
  let hash = 2166136261;
  for (let at = 0; at < name.length; at++) hash = Math.imul(hash ^ name.charCodeAt(at), 16777619);
  const hue = HUES[((hash ^ (hash >>> 15)) >>> 0) % HUES.length] ?? 205;
  return `oklch(var(--swatch-lightness) var(--swatch-chroma) ${hue})`;
}
