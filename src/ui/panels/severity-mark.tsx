import type { SeverityGroup } from '../../api/logs.ts';
import { severityMark } from '../state/severity.ts';
import classes from './severity-mark.module.css';

/** The level as three letters, set apart by more than colour. */
export function SeverityMark({ level }: { readonly level: SeverityGroup }) {
  return (
    <span className={classes.mark} data-level={level}>
      {severityMark(level)}
    </span>
  );
}
