import type { AuditLog } from '../auth/audit-log.ts';
import type { DashboardLibrary } from '../dashboards/dashboard-library.ts';
import type { Handlers } from '../http/handler.ts';

type DashboardHandlers = Pick<Handlers, 'listDashboards' | 'readDashboard' | 'importDashboard' | 'deleteDashboard'>;

export function dashboardHandlers(library: DashboardLibrary, audit: AuditLog): DashboardHandlers {
  return {
    listDashboards: async () => ({ dashboards: await library.list() }),

    readDashboard: ({ params }) => library.read(params.id),

    async importDashboard({ body, caller }) {
      const imported = await library.import(body.text, body.replace);
      await audit.record(caller?.name ?? '', 'dashboard.import', imported.id, { title: imported.title });
      return imported;
    },

    async deleteDashboard({ params, caller }) {
      const deleted = await library.delete(params.id);
      await audit.record(caller?.name ?? '', 'dashboard.delete', deleted.id, { title: deleted.title });
      return {};
    },
  };
}
