// The pages and what each keeps in the address. A page's code is fetched when it is first opened.
import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  redirect,
  retainSearchParams,
} from '@tanstack/react-router';
import { NotFound, PageError } from './pages/page-error.tsx';
import { Shell } from './pages/shell.tsx';
import {
  formatAddress,
  parseAddress,
  readLogsSearch,
  readMetricsSearch,
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
  component: lazyRouteComponent(() => import('./pages/logs-page.tsx'), 'LogsPage'),
});

const traces = createRoute({
  getParentRoute: () => root,
  path: '/traces',
  validateSearch: readTracesSearch,
  component: lazyRouteComponent(() => import('./pages/traces-page.tsx'), 'TracesPage'),
});

const trace = createRoute({
  getParentRoute: () => root,
  path: '/traces/$traceId',
  validateSearch: readTraceSearch,
  component: lazyRouteComponent(() => import('./pages/trace-page.tsx'), 'TracePage'),
});

const metrics = createRoute({
  getParentRoute: () => root,
  path: '/metrics',
  validateSearch: readMetricsSearch,
  component: lazyRouteComponent(() => import('./pages/metrics-page.tsx'), 'MetricsPage'),
});

const sources = createRoute({
  getParentRoute: () => root,
  path: '/sources',
  validateSearch: readSourcesSearch,
  component: lazyRouteComponent(() => import('./pages/sources-page.tsx'), 'SourcesPage'),
});

export const router = createRouter({
  routeTree: root.addChildren([home, logs, traces, trace, metrics, sources]),
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
