import { useNameColors } from './name-colors.tsx';
import classes from './swatch.module.css';

/** A name with its colour, or something that belongs to that name; the colour never stands alone. */
export function Swatch({ name, text = name }: { readonly name: string; readonly text?: string }) {
  const colors = useNameColors();
  return (
    <span className={classes.swatch}>
      <i style={{ background: colors.colorOf(name) }} aria-hidden />
      {text}
    </span>
  );
}
