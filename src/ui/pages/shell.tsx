// What stands around every page: the strip with pulse, pages and time range, the alarm below it, and help.
import { useMediaQuery } from '@mantine/hooks';
import { Link, Outlet } from '@tanstack/react-router';
import { Suspense } from 'react';
import { Alarm } from '../panels/alarm.tsx';
import { HelpOverlay } from '../panels/help-overlay.tsx';
import { PreferencesMenu } from '../panels/preferences-menu.tsx';
import { Pulse } from '../panels/pulse.tsx';
import { SignInGate } from '../panels/sign-in-gate.tsx';
import { TimeRangePicker } from '../panels/time-range-picker.tsx';
import { useWords } from '../state/language.tsx';
import { RangeClockProvider } from '../state/range-clock.tsx';
import { ShortcutProvider } from '../state/shortcuts.tsx';
import classes from './shell.module.css';

function PageLinks() {
  const words = useWords();
  return (
    <nav className={classes.nav} aria-label={words.pages}>
      <Link to="/logs">{words.logs}</Link>
      <Link to="/traces">{words.traces}</Link>
      <Link to="/metrics">{words.metrics}</Link>
      <Link to="/dashboards">{words.dashboards}</Link>
      <Link to="/rules">{words.rules}</Link>
      <Link to="/sources">{words.sources}</Link>
    </nav>
  );
}

export function Shell() {
  const words = useWords();
  const isNarrow = useMediaQuery('(max-width: 760px)', false, { getInitialValueInEffect: false });
  return (
    <ShortcutProvider>
      <RangeClockProvider>
        <div className={classes.shell}>
          <header className={classes.strip}>
            <a className={classes.skip} href="#page">
              {words.skipToContent}
            </a>
            <Pulse />
            {!isNarrow && <PageLinks />}
            <div className={classes.space} />
            <TimeRangePicker />
            <PreferencesMenu />
            <HelpOverlay />
          </header>
          <Alarm />
          <main id="page" className={classes.page}>
            <SignInGate>
              <Suspense fallback={undefined}>
                <Outlet />
              </Suspense>
            </SignInGate>
          </main>
          {isNarrow && <PageLinks />}
        </div>
      </RangeClockProvider>
    </ShortcutProvider>
  );
}
