// One dashboard: its variables, its sections, or one of its panels alone.
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useEffect, useMemo, useRef } from 'react';
import type { DashboardResponse } from '../../api/dashboards.ts';
import type { Dashboard, Panel } from '../../dashboards/dashboard.ts';
import { expandAll, interpolate } from '../../dashboards/interpolate.ts';
import { parseDashboard } from '../../dashboards/parse-dashboard.ts';
import { repeatSections } from '../../dashboards/repeat-panels.ts';
import { PanelFrame, type PanelFinding } from '../panels/dashboard/panel-frame.tsx';
import { SectionView } from '../panels/dashboard/section-view.tsx';
import { VariableBar } from '../panels/dashboard/variable-bar.tsx';
import { refreshChoices, type DashboardSearch, type SharedSearch } from '../state/address.ts';
import { lintQueries, readDashboard } from '../state/api.ts';
import { useWords } from '../state/language.tsx';
import { planPanel, type DashboardScope } from '../state/panel-plan.ts';
import { useRangeClock } from '../state/range-clock.tsx';
import { useShortcut } from '../state/shortcuts.tsx';
import { readRange } from '../state/time-range.ts';
import { useVariables } from '../state/use-variables.ts';
import { variableKey, writeValues } from '../state/variable-address.ts';
import { Icon } from '../widgets/icon.tsx';
import { Notice } from '../widgets/notice.tsx';
import classes from './dashboard-page.module.css';

const route = getRouteApi('/dashboards/$id');
const MAX_LINTED = 500;
const LINT_PIXELS = 800;

/** The range and the refresh that the file asks for, as the address says them; what cannot be said there is left out. */
function firstSearch(dashboard: Dashboard): SharedSearch {
  const { time, refreshSeconds } = dashboard;
  const range = time === undefined ? undefined : readRange(time.from, time.to);
  const isRead = range !== undefined && range.from === time?.from && range.to === time.to;
  const refresh = refreshChoices.find((choice) => refreshSeconds !== undefined && Number(choice) >= refreshSeconds);
  return { ...(isRead && { from: range.from, to: range.to }), ...(refresh !== undefined && { refresh }) };
}

/** What the dashboard says of range and refresh holds when it is opened without any in the address. */
function useFirstSearch(dashboard: Dashboard): void {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const isDone = useRef(false);
  useEffect(() => {
    if (isDone.current) return;
    isDone.current = true;
    const { from, refresh } = search as SharedSearch;
    const first = firstSearch(dashboard);
    if (from !== undefined || refresh !== undefined || Object.keys(first).length === 0) return;
    void navigate({ search: (previous) => ({ ...previous, ...first }), replace: true });
  }, [dashboard, navigate, search]);
}

/** A variable with one value is no expression, with several it is. */
const ABOUT_VALUES = 'needless-regex';

/** What the queries of all panels say that was probably not meant, by panel. */
function useFindings(
  panels: readonly Panel[],
  scope: DashboardScope,
  isReady: boolean,
): (panelId: string) => readonly PanelFinding[] {
  const byPanel = useMemo(
    () =>
      new Map(
        panels.map((panel) => [
          panel.id,
          panel.kind === 'logs' ? [] : planPanel(panel, scope, LINT_PIXELS).targets.map(({ expression }) => expression),
        ]),
      ),
    [panels, scope],
  );
  const queries = [...new Set([...byPanel.values()].flat())].slice(0, MAX_LINTED);
  const lint = useQuery({
    queryKey: ['lint-dashboard', queries],
    queryFn: ({ signal }) => lintQueries(queries, signal),
    enabled: isReady && queries.length > 0,
    staleTime: Number.POSITIVE_INFINITY,
  });
  return (panelId) =>
    (byPanel.get(panelId) ?? []).flatMap((query) =>
      (lint.data?.answers[queries.indexOf(query)]?.findings ?? [])
        .filter(({ check }) => check !== ABOUT_VALUES)
        .map((finding) => ({ ...finding, query })),
    );
}

function saveText(name: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: 'application/json' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = `${name}.json`;
  link.click();
  URL.revokeObjectURL(url);
}

function DashboardView({ stored, dashboard }: { readonly stored: DashboardResponse; readonly dashboard: Dashboard }) {
  const words = useWords();
  const search: DashboardSearch = route.useSearch();
  const navigate = route.useNavigate();
  const { range } = useRangeClock();
  const change = (patch: Record<string, string | undefined>): void =>
    void navigate({ search: (previous) => ({ ...previous, ...patch }) });
  useFirstSearch(dashboard);
  const variables = useVariables(dashboard.variables, search, range);
  const values = JSON.stringify(
    variables.list.map(({ variable, state }) => [variable.name, expandAll(state), state.values]),
  );
  const scope = useMemo<DashboardScope>(
    () => ({ variables: variables.byName, range, title: dashboard.title }),
    // The map is new in every pass; what counts is what it says.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
    [values, range, dashboard.title],
  );
  const sections = useMemo(
    () =>
      repeatSections(dashboard.sections, (name) => {
        const state = scope.variables.get(name);
        return state === undefined ? [] : expandAll(state);
      }),
    [dashboard, scope],
  );
  const panels = useMemo(() => sections.flatMap((section) => section.panels), [sections]);
  const findingsOf = useFindings(panels, scope, !variables.isPending);
  const alone = panels.find(({ id }) => id === search.panel);
  useShortcut('Escape', words.backToDashboard, () => change({ panel: undefined }), alone !== undefined);
  const switched = new Set(search.folded?.split(',') ?? []);
  const fold = (place: string): void => {
    const next = switched.has(place) ? [...switched].filter((entry) => entry !== place) : [...switched, place];
    change({ folded: next.filter((entry) => entry !== '').join(',') || undefined });
  };
  return (
    <div className={`${classes.page} scroll`}>
      <header className={classes.head}>
        <h1>{stored.title}</h1>
        <span className="dim">{dashboard.description}</span>
        <span className={classes.space} />
        <button
          type="button"
          className="button"
          data-small
          title={words.originalHint}
          onClick={() => saveText(stored.title, stored.text)}
        >
          JSON
        </button>
      </header>
      <VariableBar
        variables={variables.list}
        onChange={(name, chosen) => change({ [variableKey(name)]: writeValues(chosen) })}
      />
      {panels.length === 0 && <Notice>{words.noPanels}</Notice>}
      {alone !== undefined ? (
        <div className={classes.alone}>
          <button type="button" className="button" data-bare data-small onClick={() => change({ panel: undefined })}>
            <Icon name="left" size={12} /> {words.backToDashboard}
          </button>
          <PanelFrame
            panel={alone}
            dashboard={scope}
            findings={findingsOf(alone.id)}
            syncKey={stored.id}
            isAlone
            onAlone={() => change({ panel: undefined })}
          />
        </div>
      ) : (
        sections.map((section, place) => {
          const key = String(place);
          const [first] = section.panels;
          const titleScope =
            first === undefined
              ? { variables: scope.variables, builtIn: {} }
              : planPanel(first, scope, LINT_PIXELS).scope;
          return (
            <SectionView
              key={key}
              section={section}
              title={interpolate(section.title, titleScope, 'plain')}
              isFolded={section.isCollapsed !== switched.has(key)}
              dashboard={scope}
              syncKey={stored.id}
              findingsOf={findingsOf}
              onFold={() => fold(key)}
              onAlone={(panel) => change({ panel })}
            />
          );
        })
      )}
    </div>
  );
}

export function DashboardPage() {
  const words = useWords();
  const { id } = route.useParams();
  const stored = useQuery({ queryKey: ['dashboard', id], queryFn: ({ signal }) => readDashboard(id, signal) });
  const parsed = useMemo(
    () => (stored.data === undefined ? undefined : parseDashboard(stored.data.text)),
    [stored.data],
  );
  if (stored.error !== null)
    return (
      <Notice tone="error">
        {stored.error.message} <Link to="/dashboards">{words.dashboards}</Link>
      </Notice>
    );
  if (stored.data === undefined || parsed === undefined) return <Notice>{words.loading}</Notice>;
  if (!parsed.ok) return <Notice tone="error">{parsed.error}</Notice>;
  return <DashboardView key={id} stored={stored.data} dashboard={parsed.value} />;
}
