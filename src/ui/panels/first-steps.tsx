// In the place of every page until something has come in: what to paste into a Python service, and what is seen arriving. What the
// server tells of its own machine has come in, too, but nobody sent it: it is shown where it can be looked at, in metrics and sources.
import { useQuery } from '@tanstack/react-query';
import { isOwnSource } from '../../api/own-source.ts';
import { readFirstSteps } from '../state/api.ts';
import { useWords } from '../state/language.tsx';
import { useSources, useStatus } from '../state/queries.ts';
import { CopyButton } from '../widgets/copy-button.tsx';
import { formatCount } from '../widgets/format.ts';
import classes from './first-steps.module.css';

/** Whether nobody ever sent anything; false while that is not known. */
export function useIsEmpty(): boolean {
  const status = useStatus();
  return status.data?.hasData === false;
}

/** Whether nothing at all was received, of the server itself neither; false while that is not known. */
export function useHasNothing(): boolean {
  const isEmpty = useIsEmpty();
  const sources = useSources();
  return isEmpty && sources.data?.sources.every(({ ledger }) => ledger.received === 0) === true;
}

export function FirstSteps() {
  const words = useWords();
  const steps = useQuery({ queryKey: ['first-steps'], queryFn: ({ signal }) => readFirstSteps(signal) });
  const status = useStatus();
  const sources = useSources();
  const others = (sources.data?.sources ?? []).filter(({ source }) => !isOwnSource(source));
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a region that scrolls must be reachable by the keyboard
    <div className={classes.view} tabIndex={0} role="region" aria-label={words.nothingYet}>
      <div className={classes.inner}>
        <div>
          <h1>{words.nothingYet}</h1>
          <p className="dim">{words.nothingYetWhy}</p>
          {(steps.data?.steps ?? []).map((step) => (
            <section key={step.id} className={classes.step}>
              <header>
                <h2>{words.firstSteps[step.id] ?? step.id}</h2>
                <CopyButton label={words.copy} done={words.copied} make={() => step.text} />
              </header>
              {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- long lines scroll */}
              <pre tabIndex={0}>{step.text}</pre>
            </section>
          ))}
        </div>
        <aside className={classes.arriving}>
          <h2>{words.listening}</h2>
          <ul>
            {(status.data?.addresses ?? []).map((address) => (
              <li key={address.name}>
                <span>{address.name}</span>
                <span className={address.state === 'open' ? 'mono dim' : 'mono wrong'}>
                  {address.state === 'open' ? address.address : words.closed}
                </span>
              </li>
            ))}
          </ul>
          <h2>{words.arriving}</h2>
          <ul aria-live="polite">
            {others.map((source) => (
              <li key={source.source}>
                <span className="mono">{source.source}</span>
                <span>{formatCount(source.ledger.received)}</span>
              </li>
            ))}
            {others.length === 0 && <li className="faint">{words.waitingForFirst}</li>}
          </ul>
        </aside>
      </div>
    </div>
  );
}
