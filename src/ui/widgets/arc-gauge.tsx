// A value on an arc; a thin arc outside shows where it begins to be doubtful or wrong.
import type { Tone } from '../../dashboards/color-tone.ts';
import classes from './arc-gauge.module.css';

const START = 150;
const SWEEP = 240;
const CENTRE = 50;

function pointAt(share: number, radius: number): string {
  const angle = ((START + SWEEP * share) * Math.PI) / 180;
  return `${(CENTRE + radius * Math.cos(angle)).toFixed(2)} ${(CENTRE + radius * Math.sin(angle)).toFixed(2)}`;
}

/** The path of a piece of the arc, between two shares of it. */
function arc(from: number, to: number, radius: number): string {
  const isLong = (to - from) * SWEEP > 180 ? 1 : 0;
  return `M ${pointAt(from, radius)} A ${radius} ${radius} 0 ${isLong} 1 ${pointAt(to, radius)}`;
}

interface ArcGaugeProps {
  readonly label: string;
  readonly text: string;
  /** 0 to 1 of the way; what lies outside is drawn at the end. */
  readonly share: number;
  readonly tone: Tone;
  /** Where each tone begins, ascending. */
  readonly steps: readonly { readonly share: number; readonly tone: Tone }[];
}

export function ArcGauge({ label, text, share, tone, steps }: ArcGaugeProps) {
  const shown = Number.isFinite(share) ? Math.min(1, Math.max(0, share)) : 0;
  return (
    <svg className={classes.gauge} viewBox="0 0 100 82" role="img" aria-label={label}>
      <path className={classes.track} d={arc(0, 1, 38)} />
      {shown > 0.002 && <path className={classes.value} data-tone={tone} d={arc(0, shown, 38)} />}
      {steps.map((step, place) => {
        const end = Math.min(1, steps[place + 1]?.share ?? 1);
        if ((step.tone !== 'warning' && step.tone !== 'error') || step.share >= end) return undefined;
        return <path key={step.share} className={classes.step} data-tone={step.tone} d={arc(step.share, end, 46)} />;
      })}
      <text x="50" y="56" data-tone={tone} style={{ fontSize: text.length > 9 ? 10 : text.length > 6 ? 13 : 16 }}>
        {text}
      </text>
    </svg>
  );
}
