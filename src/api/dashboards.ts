import { z } from 'zod';
import { nanos } from './common.ts';

/** The JSON of a dashboard as text is at most so long; with what JSON adds to it, a request may have twice as many bytes and more. */
export const MAX_DASHBOARD_TEXT = 8 << 20;

export const dashboardId = z
  .string()
  .regex(/^[\w.-]{1,100}$/)
  .meta({
    id: 'DashboardId',
    description: 'The uid of the dashboard where it has one that fits, else made from its title or path',
  });

export const dashboardSummary = z
  .object({
    id: dashboardId,
    title: z.string(),
    description: z.string(),
    tags: z.array(z.string()),
    panels: z.number(),
    /** Panels that cannot be drawn. */
    notDrawn: z.number(),
    /** When it was imported, or its file was read. */
    updated: nanos,
    /** The file that it comes from; absent when it was imported. */
    file: z.string().optional(),
  })
  .meta({ id: 'DashboardSummary' });
export type DashboardSummary = z.infer<typeof dashboardSummary>;

export const dashboardsResponse = z
  .object({ dashboards: z.array(dashboardSummary) })
  .meta({ id: 'DashboardsResponse' });
export type DashboardsResponse = z.infer<typeof dashboardsResponse>;

export const dashboardParams = z.object({ id: dashboardId });

export const dashboardResponse = dashboardSummary
  .extend({
    /** The JSON exactly as it came. */
    text: z.string(),
  })
  .meta({ id: 'DashboardResponse' });
export type DashboardResponse = z.infer<typeof dashboardResponse>;

export const dashboardImportRequest = z
  .object({
    /** The JSON of the dashboard, kept as it is. */
    text: z.string().min(1).max(MAX_DASHBOARD_TEXT),
    /** Whether it may take the place of one with the same id. */
    replace: z.boolean().default(false),
  })
  .meta({ id: 'DashboardImportRequest' });
export type DashboardImportRequest = z.input<typeof dashboardImportRequest>;
