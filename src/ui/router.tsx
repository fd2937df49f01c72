// The pages and what each keeps in the address. Small pages come with the app: asking for one costs more than its code. The code of
// pages with charts or an editor is fetched when one of them is first opened.
import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  redirect,
  retainSearchParams,
} from '@tanstack/react-router';
import { LogsPage } from './pages/logs-page.tsx';
import { NotFound, PageError } from './pages/page-error.tsx';
import { Shell } from './pages/shell.tsx';
import { SourcesPage } from './pages/sources-page.tsx';
import { TracePage } from './pages/trace-page.tsx';
import { TracesPage } from './pages/traces-page.tsx';
import {
  formatAddress,
  parseAddress,
  readDashboardSearch,
  readDashboardsSearch,
  readLogsSearch,
  readMetricsSearch,
  readRulesSearch,
  readSharedSearch,
  readSourcesSearch,
  readTraceSearch,
  readTracesSearch,
} from './state/address.ts';

const root = createRootRoute({
  component: Shell,
  validateSearch: readSharedSearch,
  search: { middlewares: [retainSearchParams(['from', 'to', 'refresh'])] },
});

const home = createRoute({
  getParentRoute: () => root,
  path: '/',
  beforeLoad: () => {
    // The router's way to leave is to throw its own redirect object.
    // oxlint-disable-next-line typescript/only-throw-error
    throw redirect({ to: '/logs', search: (previous) => previous });
  },
});

const logs = createRoute({
  getParentRoute: () => root,
  path: '/logs',
  validateSearch: readLogsSearch,
  component: LogsPage,
});

const traces = createRoute({
  getParentRoute: () => root,
  path: '/traces',
  validateSearch: readTracesSearch,
  component: TracesPage,
});

const trace = createRoute({
  getParentRoute: () => root,
  path: '/traces/$traceId',
  validateSearch: readTraceSearch,
  component: TracePage,
});

const metrics = createRoute({
  getParentRoute: () => root,
  path: '/metrics',
  validateSearch: readMetricsSearch,
  component: lazyRouteComponent(() => import('./pages/metrics-page.tsx'), 'MetricsPage'),
});

const dashboards = createRoute({
  getParentRoute: () => root,
  path: '/dashboards',
  validateSearch: readDashboardsSearch,
  component: lazyRouteComponent(() => import('./pages/dashboards-page.tsx'), 'DashboardsPage'),
});

const dashboard = createRoute({
  getParentRoute: () => root,
  path: '/dashboards/$id',
  validateSearch: readDashboardSearch,
  component: lazyRouteComponent(() => import('./pages/dashboard-page.tsx'), 'DashboardPage'),
});

const rules = createRoute({
  getParentRoute: () => root,
  path: '/rules',
  validateSearch: readRulesSearch,
  component: lazyRouteComponent(() => import('./pages/rules-page.tsx'), 'RulesPage'),
});

const sources = createRoute({
  getParentRoute: () => root,
  path: '/sources',
  validateSearch: readSourcesSearch,
  component: SourcesPage,
});

export const router = createRouter({
  routeTree: root.addChildren([home, logs, traces, trace, metrics, dashboards, dashboard, rules, sources]),
  basepath: '/ui',
  parseSearch: parseAddress,
  stringifySearch: formatAddress,
  defaultPreload: 'intent',
  defaultNotFoundComponent: NotFound,
  defaultErrorComponent: PageError,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
