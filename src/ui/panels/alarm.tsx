// The red band under the strip: only there when something is wrong with Holter itself.
import { Link } from '@tanstack/react-router';
import { useWords } from '../state/language.tsx';
import { addLedgers, differenceOf } from '../state/ledger.ts';
import { useSources, useStatus } from '../state/queries.ts';
import { formatCount } from '../widgets/format.ts';
import { Icon } from '../widgets/icon.tsx';
import classes from '../pages/shell.module.css';

export function Alarm() {
  const words = useWords();
  const status = useStatus();
  const sources = useSources();
  const isSignedOut = status.error?.status === 401 || status.error?.status === 403;
  const difference = sources.data === undefined ? 0 : differenceOf(addLedgers(sources.data.sources));
  const faults: string[] = [];
  if (status.isError && !isSignedOut) faults.push(words.noAnswer);
  if (status.data?.store.state === 'down') faults.push(words.storeDown);
  for (const entry of status.data?.degraded ?? []) faults.push(`${entry.component}: ${entry.reason}`);
  for (const entry of status.data?.addresses ?? []) {
    if (entry.state === 'failed') faults.push(words.notListening(entry.name, entry.reason ?? entry.address));
  }
  if (difference !== 0) faults.push(words.booksDoNotBalance(formatCount(difference)));
  if (faults.length === 0) return <div />;
  return (
    <div className={classes.alarm} role="alert">
      {faults.map((fault) => (
        <span key={fault}>
          <Icon name="warning" /> {fault}
        </span>
      ))}
      <Link to="/sources">{words.showSources}</Link>
    </div>
  );
}
