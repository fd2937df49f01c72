// What somebody wrote for the reader: Markdown, plain text, or the text of HTML (no markup of a dashboard is ever run).
import { interpolate } from '../../../dashboards/interpolate.ts';
import { MarkdownText } from '../../widgets/markdown-text.tsx';
import type { PanelBodyProps } from './panel-body.ts';
import classes from './panel-bodies.module.css';

function textOfHtml(html: string): string {
  return new DOMParser().parseFromString(html, 'text/html').body.textContent.trim();
}

export function TextBody({ panel, planned }: PanelBodyProps) {
  const text = interpolate(panel.options.content, planned.scope, 'plain');
  const mode = panel.options.contentMode;
  return (
    <div
      className={`${classes.text} scroll`}
      // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a region that scrolls must be reachable by the keyboard
      tabIndex={0}
      role="region"
      aria-label={panel.title === '' ? text.slice(0, 40) : panel.title}
    >
      {mode === 'markdown' ? (
        <MarkdownText text={text} />
      ) : (
        <pre className={mode === 'code' ? 'mono' : undefined}>{mode === 'html' ? textOfHtml(text) : text}</pre>
      )}
    </div>
  );
}
