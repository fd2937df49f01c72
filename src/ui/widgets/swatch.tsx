import { stableColor } from './stable-color.ts';
import classes from './swatch.module.css';

/** A name with its colour; the colour never stands alone. */
export function Swatch({ name }: { readonly name: string }) {
  return (
    <span className={classes.swatch}>
      <i style={{ background: stableColor(name) }} aria-hidden />
      {name}
    </span>
  );
}
