// A flame graph as one self-contained file, SVG or HTML: style, table of boxes, and the program that draws them.
import type { FlameLayout } from '../../profile/flame-layout.ts';
import { runViewer, type FlameData } from './viewer.ts';

const STYLE = `
:root { color-scheme: light dark; --ink: #1b1f24; --paper: #fff; --line: #c9ced6; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6e8eb; --paper: #16191d; --line: #3a4048; } }
#flame { font: 12px ui-monospace, monospace; color: var(--ink); background: var(--paper); padding: 12px; box-sizing: border-box; min-height: 100%; }
#flame h1 { font-size: 14px; margin: 0 0 8px; overflow-wrap: anywhere; }
#flame .bar { display: flex; gap: 8px; align-items: center; flex-wrap: wrap; }
#flame input, #flame button, #flame select { font: inherit; color: inherit; background: var(--paper); border: 1px solid var(--line); border-radius: 4px; padding: 3px 8px; }
#flame input { width: 22em; }
#flame input[aria-invalid] { outline: 2px solid #d33; }
#flame .details { margin: 8px 0; min-height: 1.4em; overflow-wrap: anywhere; }
#flame svg { width: 100%; display: block; }
#flame svg text { font-size: 11px; fill: #111; pointer-events: none; }
#flame svg g { cursor: pointer; }
#flame svg g:hover rect { stroke: var(--ink); }
#flame table { border-collapse: collapse; margin-top: 12px; width: 100%; }
#flame th { text-align: left; }
#flame td, #flame th { padding: 2px 6px; border-bottom: 1px solid var(--line); overflow-wrap: anywhere; }
#flame .number { text-align: right; white-space: nowrap; }
`;

export interface FlameFileOptions {
  readonly title: string;
  /** What widths count, in the plural: samples. */
  readonly unit: string;
}

function dataOf(layout: FlameLayout, options: FlameFileOptions): FlameData {
  const { labels, label, depth, start, width, self, change, before, views } = layout;
  const plain = { ...options, labels, label, depth, start, width, self, ...(views === undefined ? {} : { views }) };
  return change === undefined || before === undefined ? plain : { ...plain, change, before };
}

// "</script>" and the end of a CDATA section must not come out of a function's name.
function scriptOf(layout: FlameLayout, options: FlameFileOptions): string {
  const data = JSON.stringify(dataOf(layout, options)).replaceAll('<', '\\u003c').replaceAll(']]>', ']]\\u003e');
  return `(${runViewer.toString()})(${data});`;
}

const escapeText = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** An HTML page. */
export function encodeFlameHtml(layout: FlameLayout, options: FlameFileOptions): string {
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>${escapeText(options.title)}</title><style>html, body { margin: 0; height: 100%; }${STYLE}</style></head>
<body><main id="flame"></main><script>${scriptOf(layout, options)}</script></body></html>
`;
}

/** An SVG image that browsers open as a page. */
export function encodeFlameSvg(layout: FlameLayout, options: FlameFileOptions): string {
  const rows = layout.depth.reduce((most, value) => Math.max(most, value), 0) + 1;
  const height = Math.max(600, rows * 18 + 140);
  return `<?xml version="1.0" encoding="UTF-8"?>
<svg xmlns="http://www.w3.org/2000/svg" width="100%" height="${height}"><title>${escapeText(options.title)}</title>
<foreignObject x="0" y="0" width="100%" height="100%"><main xmlns="http://www.w3.org/1999/xhtml" id="flame"></main></foreignObject>
<style><![CDATA[${STYLE}]]></style>
<script><![CDATA[${scriptOf(layout, options)}]]></script></svg>
`;
}
