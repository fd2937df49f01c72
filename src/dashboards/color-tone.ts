// Colours of a dashboard in our own terms: a threshold's colour says fine, doubtful or wrong, and our pages have colours for these.

export type Tone = 'fine' | 'warning' | 'error' | 'other';

const named: Readonly<Record<string, Tone>> = {
  green: 'fine',
  yellow: 'warning',
  orange: 'warning',
  red: 'error',
};

/** Hue in degrees and saturation 0–1 of #rgb, #rrggbb or rgb(a)(…); undefined for anything else. */
function hueOf(color: string): { hue: number; saturation: number } | undefined {
  const hex = /^#([0-9a-f]{3}|[0-9a-f]{6})(?:[0-9a-f]{2})?$/i.exec(color)?.[1];
  const digits = hex?.length === 3 ? hex.split('').map((digit) => digit + digit) : hex?.match(/../g);
  const decimal = /^rgba?\(\s*(\d+)[\s,]+(\d+)[\s,]+(\d+)/.exec(color)?.slice(1, 4);
  const parts = digits?.map((pair) => Number.parseInt(pair, 16)) ?? decimal?.map(Number);
  if (parts === undefined) return undefined;
  const [red = 0, green = 0, blue = 0] = parts;
  const high = Math.max(red, green, blue);
  const width = high - Math.min(red, green, blue);
  if (width === 0) return { hue: 0, saturation: 0 };
  const turn =
    high === red ? (green - blue) / width : high === green ? 2 + (blue - red) / width : 4 + (red - green) / width;
  return { hue: (turn * 60 + 360) % 360, saturation: width / high };
}

/** What the colour of a threshold or mapping says. */
export function toneOf(color: string): Tone {
  const name = color.toLowerCase().replace(/^(?:super-light|light|semi-dark|dark)-/, '');
  const tone = named[name];
  if (tone !== undefined) return tone;
  const found = hueOf(color.toLowerCase());
  if (found === undefined || found.saturation < 0.25) return 'other';
  if (found.hue < 18 || found.hue > 340) return 'error';
  if (found.hue < 66) return 'warning';
  return found.hue < 170 ? 'fine' : 'other';
}

const families: Readonly<Record<string, string>> = {
  green: '#73bf69',
  yellow: '#fade2a',
  orange: '#ff9830',
  red: '#f2495c',
  blue: '#5794f2',
  purple: '#b877d9',
};

/** The colour as CSS knows it: Grafana's own names ("semi-dark-blue") by their family. */
export function cssColor(color: string): string | undefined {
  const family = families[color.toLowerCase().replace(/^(?:super-light|light|semi-dark|dark)-/, '')];
  if (family !== undefined) return family;
  return /^(?:#[0-9a-f]{3,8}|rgba?\([\d\s,.%]+\)|[a-z]{3,20})$/i.test(color) && color !== 'transparent'
    ? color
    : undefined;
}
