import { useNameColors } from './name-colors.tsx';
import classes from './swatch.module.css';

/** A name with its colour; the colour never stands alone. */
export function Swatch({ name }: { readonly name: string }) {
  const colors = useNameColors();
  return (
    <span className={classes.swatch}>
      <i style={{ background: colors.colorOf(name) }} aria-hidden />
      {name}
    </span>
  );
}
