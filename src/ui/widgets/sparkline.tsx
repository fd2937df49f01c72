import classes from './sparkline.module.css';

const WIDTH = 100;
const HEIGHT = 30;

/** The course of a value, behind it; says nothing that the value does not. */
export function Sparkline({ values }: { readonly values: readonly (number | null)[] }) {
  const known = values.filter((value): value is number => value !== null && Number.isFinite(value));
  const [low, high] = [Math.min(...known), Math.max(...known)];
  const height = (value: number): number =>
    high === low ? HEIGHT / 2 : HEIGHT - ((value - low) / (high - low)) * (HEIGHT - 2) - 1;
  const points = known.map(
    (value, place) => `${((place / Math.max(1, known.length - 1)) * WIDTH).toFixed(2)},${height(value).toFixed(2)}`,
  );
  return (
    <svg className={classes.line} viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" aria-hidden>
      <polygon points={`0,${HEIGHT} ${points.join(' ')} ${WIDTH},${HEIGHT}`} />
      <polyline points={points.join(' ')} />
    </svg>
  );
}
