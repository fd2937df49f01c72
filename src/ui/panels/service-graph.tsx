// The service graph as a picture: nodes in columns from left to right, calls as curves. A node is a button.
import { useMemo, type KeyboardEvent } from 'react';
import type { ServiceLink, ServiceNode } from '../../api/services.ts';
import { edgeKey, layoutGraph, type NodePlace } from '../state/graph-layout.ts';
import { useWords } from '../state/language.tsx';
import { formatShare, formatShort } from '../widgets/format.ts';
import { useNameColors } from '../widgets/name-colors.tsx';
import classes from './service-graph.module.css';

const NODE = { width: 176, height: 46 };
const GAP = { column: 132, row: 26 };
/** How far from a node the figures of a curve stand. */
const LABEL = 52;
/** Room for curves that lead back. */
const MARGIN = 24;
const MAX_NAME = 24;

interface ServiceGraphProps {
  readonly nodes: readonly ServiceNode[];
  readonly links: readonly ServiceLink[];
  readonly chosen: string | undefined;
  readonly onChoose: (id: string | undefined) => void;
}

interface Point {
  readonly x: number;
  readonly y: number;
}

const cornerOf = ({ column, row }: NodePlace): Point => ({
  x: MARGIN + column * (NODE.width + GAP.column),
  y: MARGIN + row * (NODE.height + GAP.row),
});

interface Curve {
  readonly path: string;
  /** Where its figures stand: where no other curve is, if there is such a place. */
  readonly label: Point;
}

/** A curve from the right side of one node over the places between to the left side of another. */
function curveOf(from: Point, between: readonly Point[], to: Point, labelAt: 'start' | 'middle' | 'end'): Curve {
  const half = NODE.height / 2;
  const start = { x: from.x + NODE.width, y: from.y + half };
  const end = { x: to.x, y: to.y + half };
  if (end.x <= start.x) {
    // What leads back goes below both.
    const drop = NODE.height + GAP.row;
    const path = `M${start.x},${start.y} C${start.x + 70},${start.y + drop} ${end.x - 70},${end.y + drop} ${end.x},${end.y}`;
    return { path, label: { x: start.x - NODE.width / 2, y: start.y + half + 18 } };
  }
  let path = `M${start.x},${start.y}`;
  let here = start;
  for (const stop of [...between, to]) {
    const next = { x: stop.x, y: stop.y + half };
    const middle = (here.x + next.x) / 2;
    path += ` C${middle},${here.y} ${middle},${next.y} ${next.x},${next.y}`;
    if (stop === to) break;
    here = { x: stop.x + NODE.width, y: next.y };
    path += ` H${here.x}`;
  }
  const middle = { x: (here.x + end.x) / 2, y: (here.y + end.y) / 2 - 5 };
  // Over the places between it is alone.
  if (between.length > 0) return { path, label: { x: between[0]!.x + NODE.width / 2, y: between[0]!.y + half - 5 } };
  const label = { start: { x: start.x + LABEL, y: start.y - 5 }, middle, end: { x: end.x - LABEL, y: end.y - 5 } };
  return { path, label: label[labelAt] };
}

const shorten = (name: string): string => (name.length > MAX_NAME ? `${name.slice(0, MAX_NAME - 1)}…` : name);

export function ServiceGraph({ nodes, links, chosen, onChoose }: ServiceGraphProps) {
  const words = useWords();
  const colors = useNameColors();
  const layout = useMemo(() => {
    // Where the most comes in stands on top.
    const sorted = nodes.toSorted((a, b) => b.entries - a.entries || b.calls - a.calls || (a.id < b.id ? -1 : 1));
    return layoutGraph(
      sorted.map(({ id }) => id),
      links,
    );
  }, [nodes, links]);
  const width = layout.columns * (NODE.width + GAP.column) - GAP.column + 2 * MARGIN;
  const height = layout.rows * (NODE.height + GAP.row) - GAP.row + 2 * MARGIN;
  const count = (side: 'from' | 'to', id: string): number => links.filter((link) => link[side] === id).length;
  const most = Math.max(...links.map(({ rate }) => rate), 0);
  const isFaint = (...ids: readonly string[]): '' | undefined =>
    chosen === undefined || ids.includes(chosen) ? undefined : '';
  const near = new Set(links.flatMap(({ from, to }) => (from === chosen ? [to] : to === chosen ? [from] : [])));
  const toggle = (id: string): void => onChoose(id === chosen ? undefined : id);
  const press = (event: KeyboardEvent, id: string): void => {
    if (event.key !== 'Enter' && event.key !== ' ') return;
    event.preventDefault();
    toggle(id);
  };
  return (
    <svg className={classes.graph} width={width} height={height} role="group" aria-label={words.traceViews.graph}>
      <defs>
        <marker
          id="call-head"
          viewBox="0 0 8 8"
          refX="7"
          refY="4"
          markerWidth="7"
          markerHeight="7"
          orient="auto"
          markerUnits="userSpaceOnUse"
        >
          <path className={classes.tip} d="M0,0 L8,4 L0,8 z" />
        </marker>
      </defs>
      <g aria-hidden>
        {links.map((link) => {
          const [from, to] = [layout.places.get(link.from), layout.places.get(link.to)];
          if (from === undefined || to === undefined) return undefined;
          const between = (layout.routes.get(edgeKey(link)) ?? []).map(cornerOf);
          const labelAt = count('to', link.to) === 1 ? 'end' : count('from', link.from) === 1 ? 'start' : 'middle';
          const { path, label } = curveOf(cornerOf(from), between, cornerOf(to), labelAt);
          const weight = most === 0 ? 1 : 1 + 2 * Math.sqrt(link.rate / most);
          return (
            <g
              key={JSON.stringify([link.from, link.to, link.kind])}
              className={classes.link}
              data-faint={isFaint(link.from, link.to)}
              data-wrong={link.errors > 0 ? '' : undefined}
            >
              <path d={path} strokeWidth={weight} markerEnd="url(#call-head)" />
              <text x={label.x} y={label.y}>
                {words.perSecond(formatShort(link.rate))}
                {link.errors > 0 && <tspan className={classes.errors}> · {formatShare(link.errors, link.calls)}</tspan>}
              </text>
            </g>
          );
        })}
      </g>
      {nodes.map((node) => {
        const { x, y } = cornerOf(layout.places.get(node.id)!);
        const name = shorten(node.name);
        return (
          <g
            key={node.id}
            className={classes.node}
            transform={`translate(${x} ${y})`}
            role="button"
            tabIndex={0}
            aria-pressed={node.id === chosen}
            data-kind={node.kind}
            data-faint={near.has(node.id) ? undefined : isFaint(node.id)}
            onClick={() => toggle(node.id)}
            onKeyDown={(event) => press(event, node.id)}
          >
            <rect width={NODE.width} height={NODE.height} rx="2" />
            {node.kind === 'service' && (
              <rect
                className={classes.swatch}
                width="4"
                height={NODE.height}
                style={{ fill: colors.colorOf(node.name) }}
              />
            )}
            <text x="14" y="19" className={classes.name}>
              {name !== node.name && <title>{node.name}</title>}
              {name}
            </text>
            <text x="14" y="36" className={classes.figures}>
              {node.kind === 'service' ? '' : `${words.nodeKinds[node.kind]} · `}
              {words.perSecond(formatShort(node.rate))}
              {node.errors > 0 && <tspan className={classes.errors}> · {formatShare(node.errors, node.calls)}</tspan>}
            </text>
          </g>
        );
      })}
    </svg>
  );
}
