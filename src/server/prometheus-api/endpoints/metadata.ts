// /metadata: type, unit and help of metrics.
import type { Endpoint } from '../endpoint.ts';
import { readCount } from '../parameters.ts';
import type { SeriesCatalog } from '../ports.ts';

export function metadataEndpoints(catalog: SeriesCatalog): readonly Endpoint[] {
  return [
    {
      path: '/metadata',
      async answer({ form, signal }) {
        const limit = readCount(form, 'limit') ?? -1;
        const perMetric = readCount(form, 'limit_per_metric') ?? -1;
        const wanted = form.get('metric') ?? '';
        const metrics = new Map<string, { type: string; help: string; unit: string }[]>();
        for (const { metric, type, help, unit } of await catalog.metadata(signal)) {
          if (type === '' || (wanted !== '' && wanted !== metric)) continue;
          const known = metrics.get(metric);
          if (known === undefined) {
            if (limit >= 0 && metrics.size >= limit) continue;
            metrics.set(metric, [{ type, help, unit }]);
          } else if (perMetric <= 0 || known.length < perMetric) known.push({ type, help, unit });
        }
        return { data: Object.fromEntries(metrics) };
      },
    },
  ];
}
