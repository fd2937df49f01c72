// A panel of a dashboard: its title, what is doubtful about it, its menu, and its content.
import { Menu, Popover } from '@mantine/core';
import { useElementSize, useInViewport } from '@mantine/hooks';
import { Link } from '@tanstack/react-router';
import { useMemo, type CSSProperties } from 'react';
import type { QueryFinding } from '../../../api/query-lint.ts';
import type { Panel, PanelNote, PanelProblem } from '../../../dashboards/dashboard.ts';
import { interpolate } from '../../../dashboards/interpolate.ts';
import { queriesPatch } from '../../state/explore-address.ts';
import { useWords } from '../../state/language.tsx';
import { planPanel, type DashboardScope, type PlannedPanel } from '../../state/panel-plan.ts';
import { Icon } from '../../widgets/icon.tsx';
import { MarkdownText } from '../../widgets/markdown-text.tsx';
import { Notice } from '../../widgets/notice.tsx';
import { panelBodies } from './panel-bodies.ts';
import classes from './panel-frame.module.css';

/** Chosen in steps, so that a scroll bar that comes does not change what is asked. */
const WIDTH_GRAIN = 100;

type Words = ReturnType<typeof useWords>;

export interface PanelFinding extends QueryFinding {
  /** The query that it is about. */
  readonly query: string;
}

interface PanelFrameProps {
  readonly panel: Panel;
  readonly dashboard: DashboardScope;
  readonly findings: readonly PanelFinding[];
  readonly syncKey: string;
  readonly isAlone: boolean;
  readonly onAlone: () => void;
}

function sayProblem(problem: PanelProblem, words: Words): string {
  switch (problem.kind) {
    case 'unknownType':
      return words.panelTypeUnknown(problem.type);
    case 'notDrawn':
      return words.panelTypeNotDrawn(problem.type);
    case 'libraryPanel':
      return words.panelOfLibrary(problem.name);
    case 'otherSource':
      return words.panelOfOtherSource(problem.source);
    case 'noQuery':
      return words.panelWithoutQuery;
  }
}

const sayNote = (note: PanelNote, words: Words): string =>
  note.kind === 'transformations'
    ? words.transformationsLeftOut(note.names)
    : words.targetLeftOut(note.refId, note.source);

function exploreSearch(planned: PlannedPanel, fixed?: string): Record<string, unknown> {
  return queriesPatch(fixed === undefined ? planned.targets.map(({ explored }) => explored) : [fixed]);
}

/** What the queries of the panel say that was probably not meant, and what of the panel is left out. */
function Doubts({
  panel,
  planned,
  findings,
}: {
  readonly panel: Panel;
  readonly planned: PlannedPanel;
  readonly findings: readonly PanelFinding[];
}) {
  const words = useWords();
  const count = findings.length + panel.notes.length;
  if (count === 0) return undefined;
  return (
    <Popover position="bottom-end" width={420} withRoles={false}>
      <Popover.Target>
        <button
          type="button"
          className={`button ${classes.doubt}`}
          data-bare
          data-small
          aria-label={words.doubts(String(count))}
          title={words.doubts(String(count))}
        >
          <Icon name="warning" size={13} /> {count}
        </button>
      </Popover.Target>
      <Popover.Dropdown className={classes.doubts} role="dialog" aria-label={words.doubts(String(count))}>
        {findings.map((finding) => {
          const fixed =
            finding.fix === undefined
              ? undefined
              : finding.query.slice(0, finding.start) + finding.fix + finding.query.slice(finding.end);
          return (
            <div key={`${finding.query} ${finding.check} ${finding.start}`}>
              <p>{words.finding(finding.check, finding.message)}</p>
              {fixed !== undefined && (
                <p>
                  {words.probablyMeant} <code>{fixed}</code>{' '}
                  <Link to="/metrics" search={exploreSearch(planned, fixed)}>
                    {words.explore}
                  </Link>
                </p>
              )}
            </div>
          );
        })}
        {panel.notes.map((note) => (
          <p key={sayNote(note, words)}>{sayNote(note, words)}</p>
        ))}
      </Popover.Dropdown>
    </Popover>
  );
}

function PanelMenu({
  planned,
  title,
  isAlone,
  onAlone,
}: {
  readonly planned: PlannedPanel;
  readonly title: string;
  readonly isAlone: boolean;
  readonly onAlone: () => void;
}) {
  const words = useWords();
  return (
    <Menu position="bottom-end" width={180}>
      <Menu.Target>
        <button type="button" className="button" data-bare data-small aria-label={words.panelMenu(title)}>
          ⋯
        </button>
      </Menu.Target>
      <Menu.Dropdown className={classes.menu}>
        {planned.targets.length > 0 && (
          <Menu.Item component={Link} to="/metrics" {...({ search: exploreSearch(planned) } as object)}>
            {words.explore}
          </Menu.Item>
        )}
        <Menu.Item onClick={onAlone}>{isAlone ? words.backToDashboard : words.viewAlone}</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

export function PanelFrame({ panel, dashboard, findings, syncKey, isAlone, onAlone }: PanelFrameProps) {
  const words = useWords();
  const { ref: seen, inViewport } = useInViewport();
  const { ref: sized, width } = useElementSize();
  const pixels = Math.ceil(width / WIDTH_GRAIN) * WIDTH_GRAIN;
  const planned = useMemo(() => planPanel(panel, dashboard, pixels), [panel, dashboard, pixels]);
  const title = interpolate(panel.title, planned.scope, 'plain');
  const named = useMemo(() => ({ ...panel, title }), [panel, title]);
  const { x, y, w, h } = panel.place;
  const Body = panel.kind === undefined ? undefined : panelBodies[panel.kind];
  const style = { '--x': x + 1, '--y': y + 1, '--w': w, '--h': h } as CSSProperties;
  return (
    <section
      ref={seen}
      className={classes.panel}
      style={style}
      data-alone={isAlone ? '' : undefined}
      data-text={panel.kind === 'text' ? '' : undefined}
      aria-label={title === '' ? panel.type : title}
    >
      <header className={classes.head}>
        <h3 title={title}>{title}</h3>
        {panel.timeFrom !== '' && <span className="faint">{panel.timeFrom}</span>}
        {panel.timeShift !== '' && <span className="faint">−{panel.timeShift}</span>}
        {panel.description !== '' && (
          <Popover position="bottom-start" width={360} withRoles={false}>
            <Popover.Target>
              <button type="button" className="button" data-bare data-small aria-label={words.aboutPanel(title)}>
                i
              </button>
            </Popover.Target>
            <Popover.Dropdown className={classes.doubts} role="dialog" aria-label={words.aboutPanel(title)}>
              <MarkdownText text={interpolate(panel.description, planned.scope, 'plain')} />
            </Popover.Dropdown>
          </Popover>
        )}
        <span className={classes.space} />
        <Doubts panel={panel} planned={planned} findings={findings} />
        <PanelMenu planned={planned} title={title} isAlone={isAlone} onAlone={onAlone} />
      </header>
      <div ref={sized} className={classes.body}>
        {Body === undefined || panel.problem !== undefined ? (
          <Notice tone="warning">{panel.problem === undefined ? '' : sayProblem(panel.problem, words)}</Notice>
        ) : (
          <Body panel={named} planned={planned} isVisible={inViewport && width > 0} syncKey={syncKey} />
        )}
      </div>
    </section>
  );
}
