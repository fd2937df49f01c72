// The part of Markdown that people write on dashboards: headings, lists, quotes, code, emphasis, links. It makes elements, never HTML, so a text
// can do nothing but be read; links lead only to web addresses and to our own pages.
import { Fragment, type ReactNode } from 'react';
import classes from './markdown-text.module.css';

const INLINE =
  /`([^`]+)`|\*\*([^*]+)\*\*|\*([^*\s][^*]*)\*|!?\[([^\]]*)\]\(([^)\s]+)(?:\s+"[^"]*")?\)|(https?:\/\/[^\s<>)]+)/g;

const isSafe = (address: string): boolean => /^(?:https?:\/\/|mailto:|\/(?!\/)|#)/i.test(address);

function link(address: string, text: ReactNode): ReactNode {
  if (!isSafe(address)) return text;
  return (
    <a href={address} target={address.startsWith('/') ? undefined : '_blank'} rel="noreferrer">
      {text}
    </a>
  );
}

function inline(text: string): ReactNode[] {
  const parts: ReactNode[] = [];
  let end = 0;
  for (const match of text.matchAll(INLINE)) {
    const [whole, code, strong, emphasis, shown, address, bare] = match;
    parts.push(text.slice(end, match.index));
    if (code !== undefined) parts.push(<code>{code}</code>);
    else if (strong !== undefined) parts.push(<strong>{inline(strong)}</strong>);
    else if (emphasis !== undefined) parts.push(<em>{emphasis}</em>);
    else if (address !== undefined) parts.push(link(address, shown === '' ? address : shown));
    else if (bare !== undefined) parts.push(link(bare, bare));
    end = match.index + whole.length;
  }
  parts.push(text.slice(end));
  // oxlint-disable-next-line react/no-array-index-key -- the parts of a text have no other name than their place
  return parts.map((part, place) => <Fragment key={place}>{part}</Fragment>);
}

interface Block {
  readonly kind: 'heading' | 'list' | 'numbers' | 'quote' | 'code' | 'paragraph' | 'rule';
  readonly lines: string[];
}

const kinds: readonly (readonly [Block['kind'], RegExp])[] = [
  ['heading', /^#{1,6}\s+/],
  ['rule', /^(?:-{3,}|\*{3,}|_{3,})$/],
  ['list', /^\s*[-*+]\s+/],
  ['numbers', /^\s*\d+[.)]\s+/],
  ['quote', /^>\s?/],
];

/** Lines of one kind that follow each other; headings and rules stand alone. */
function blocksOf(text: string): Block[] {
  const blocks: Block[] = [];
  let isOpen = false;
  let inCode = false;
  for (const line of text.split(/\r?\n/)) {
    if (/^\s*```/.test(line)) {
      inCode = !inCode;
      if (inCode) blocks.push({ kind: 'code', lines: [] });
      isOpen = false;
      continue;
    }
    if (inCode) {
      blocks.at(-1)?.lines.push(line);
      continue;
    }
    if (line.trim() === '') {
      isOpen = false;
      continue;
    }
    const [kind, sign] = kinds.find(([, pattern]) => pattern.test(line)) ?? (['paragraph', undefined] as const);
    const content = sign === undefined ? line.trim() : line.replace(sign, '');
    const last = blocks.at(-1);
    if (isOpen && last?.kind === kind && kind !== 'heading' && kind !== 'rule') last.lines.push(content);
    else blocks.push({ kind, lines: [content] });
    isOpen = true;
  }
  return blocks;
}

function Lines({ lines }: { readonly lines: readonly string[] }) {
  // oxlint-disable-next-line react/no-array-index-key -- as above
  return lines.map((line, place) => <li key={place}>{inline(line)}</li>);
}

function show({ kind, lines }: Block): ReactNode {
  switch (kind) {
    case 'heading':
      return <p className={classes.heading}>{inline(lines[0] ?? '')}</p>;
    case 'rule':
      return <hr />;
    case 'list':
      return (
        <ul>
          <Lines lines={lines} />
        </ul>
      );
    case 'numbers':
      return (
        <ol>
          <Lines lines={lines} />
        </ol>
      );
    case 'quote':
      return <blockquote>{inline(lines.join(' '))}</blockquote>;
    case 'code':
      return <pre className="mono">{lines.join('\n')}</pre>;
    case 'paragraph':
      return <p>{inline(lines.join(' '))}</p>;
  }
}

export function MarkdownText({ text }: { readonly text: string }) {
  return (
    <div className={classes.text}>
      {/* oxlint-disable-next-line react/no-array-index-key -- as above */}
      {blocksOf(text).map((block, place) => (
        <Fragment key={place}>{show(block)}</Fragment>
      ))}
    </div>
  );
}
