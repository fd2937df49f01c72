// Colours for names (services): the same for a name on every page and every visit of this browser, and different for different names
// while there are enough. Hues stay clear of the red and amber that mean trouble.
import { createContext, use, useState, type ReactNode } from 'react';

const STORED = 'holter-name-colors';
const MAX_NAMES = 500;
const FIRST_HUE = 100;
const HUE_WIDTH = 245;
// Neighbours in this sequence lie far from each other, so that the first few names differ most.
const GOLDEN = 0.618034;

function colorOf(place: number): string {
  const hue = FIRST_HUE + ((0.42 + place * GOLDEN) % 1) * HUE_WIDTH;
  const lighter = place % 2 === 0 ? 0 : 0.05;
  return `oklch(calc(var(--swatch-lightness) + ${lighter}) var(--swatch-chroma) ${hue.toFixed(0)})`;
}

class NameColors {
  #places: Map<string, number>;

  constructor() {
    this.#places = new Map();
    try {
      const stored: unknown = JSON.parse(localStorage.getItem(STORED) ?? '[]');
      if (Array.isArray(stored)) stored.forEach((name, place) => this.#places.set(String(name), place));
    } catch {
      // A damaged preference is no reason to stop: the names get new colours.
      localStorage.removeItem(STORED);
    }
  }

  /** A CSS colour of the current theme. */
  colorOf(name: string): string {
    let place = this.#places.get(name);
    if (place === undefined) {
      place = this.#places.size;
      if (place < MAX_NAMES) {
        this.#places.set(name, place);
        localStorage.setItem(STORED, JSON.stringify([...this.#places.keys()]));
      }
    }
    return colorOf(place);
  }
}

const ColorsContext = createContext<NameColors | undefined>(undefined);

export function NameColorsProvider({ children }: { readonly children: ReactNode }) {
  const [colors] = useState(() => new NameColors());
  return <ColorsContext value={colors}>{children}</ColorsContext>;
}

export function useNameColors(): NameColors {
  const colors = use(ColorsContext);
  if (colors === undefined) throw new Error('useNameColors is used outside NameColorsProvider');
  return colors;
}

/** Colours for the lines of one chart, by their place. */
export const lineColor = colorOf;
