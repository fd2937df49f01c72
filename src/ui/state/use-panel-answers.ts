// The answers to a panel's queries.
import { keepPreviousData, useQueries } from '@tanstack/react-query';
import { queryInstant, queryRange, type InstantAnswer, type RangeAnswer } from './prometheus.ts';
import type { PlannedPanel, PlannedTarget } from './panel-plan.ts';

export interface PanelAnswer {
  readonly planned: PlannedTarget;
  readonly range: RangeAnswer | undefined;
  readonly instant: InstantAnswer | undefined;
}

export interface PanelAnswers {
  readonly answers: readonly PanelAnswer[];
  readonly error: string | undefined;
  readonly isPending: boolean;
  readonly remarks: readonly string[];
}

/** `wants`: values over time, those at the end, or whichever each query says. */
export function usePanelAnswers(
  planned: PlannedPanel,
  wants: 'range' | 'instant' | 'either',
  isEnabled: boolean,
): PanelAnswers {
  const end = Math.floor(planned.range.toMillis / 1000) * 1000;
  const results = useQueries({
    queries: planned.targets.map(({ target, plan, expression }) => {
      const isInstant = wants === 'instant' || (wants === 'either' && target.isInstant);
      const input = { query: expression, start: plan.start, end: plan.end, step: plan.step };
      return {
        queryKey: isInstant ? ['panel', expression, end] : ['panel-range', input],
        queryFn: async ({ signal }: { signal: AbortSignal }): Promise<Omit<PanelAnswer, 'planned'>> =>
          isInstant
            ? { range: undefined, instant: await queryInstant(expression, end, signal) }
            : { range: await queryRange(input, signal), instant: undefined },
        placeholderData: keepPreviousData,
        enabled: isEnabled,
        retry: false,
      };
    }),
  });
  const failed = results.find(({ error }) => error !== null)?.error;
  return {
    answers: planned.targets.map((target, place) => ({
      planned: target,
      range: results[place]?.data?.range,
      instant: results[place]?.data?.instant,
    })),
    error: failed?.message.replace(/^invalid parameter "query": /, ''),
    isPending: results.some(({ data, error }) => data === undefined && error === null),
    remarks: results.flatMap(({ data }) => [...((data?.range ?? data?.instant)?.warnings ?? [])]),
  };
}
