// A colour for a name, the same every time; hues stay clear of the red and amber that mean trouble.

const FIRST_HUE = 100;
const LAST_HUE = 345;
const STEPS = 11;

function colorOf(hue: number, lighter: boolean): string {
  return `oklch(calc(var(--swatch-lightness) + ${lighter ? 0.07 : -0.04}) var(--swatch-chroma) ${hue.toFixed(0)})`;
}

/** A CSS colour of the current theme for `name`. */
export function stableColor(name: string): string {
  let hash = 2166136261;
  for (let at = 0; at < name.length; at++) hash = Math.imul(hash ^ name.charCodeAt(at), 16777619);
  hash = Math.imul(hash ^ (hash >>> 16), 0x45d9f3b);
  const place = ((hash ^ (hash >>> 13)) >>> 0) % (STEPS * 2);
  return colorOf(FIRST_HUE + ((place >> 1) * (LAST_HUE - FIRST_HUE)) / (STEPS - 1), (place & 1) === 1);
}

/** Colours for the lines of one chart, as far from each other as they can be. */
export function spreadColor(index: number, count: number): string {
  const hue = FIRST_HUE + ((index + 0.5) * (LAST_HUE - FIRST_HUE)) / Math.max(1, count);
  return colorOf(hue, index % 2 === 1);
}
