// A Python traceback: the fault first, then its frames with the innermost on top, our own code set apart from libraries.
import { useMemo, useState } from 'react';
import type { z } from 'zod';
import type { exception } from '../../api/common.ts';
import { useWords } from '../state/language.tsx';
import { parseTraceback, type TracebackFrame, type TracebackPart } from '../state/traceback.ts';
import { CopyButton } from '../widgets/copy-button.tsx';
import classes from './traceback-view.module.css';

type Exception = z.infer<typeof exception>;

function CodeLine({ frame }: { readonly frame: TracebackFrame }) {
  if (frame.code === '') return undefined;
  const [start, end] = frame.marked ?? [0, 0];
  return (
    <code className={classes.code}>
      {frame.code.slice(0, start)}
      {end > start && <u>{frame.code.slice(start, end)}</u>}
      {frame.code.slice(Math.max(start, end))}
    </code>
  );
}

function Frames({ frames, hasLibrary }: { readonly frames: readonly TracebackFrame[]; readonly hasLibrary: boolean }) {
  const words = useWords();
  const shown = frames.filter((frame) => hasLibrary || !frame.isLibrary).toReversed();
  return (
    <ol className={classes.frames}>
      {shown.map((frame, index) => (
        // Frames of a recursion are equal; their place is all that tells them apart.
        // oxlint-disable-next-line react/no-array-index-key
        <li key={index} className={classes.frame} data-app={frame.isLibrary ? undefined : ''}>
          <span className={classes.function}>{frame.function}</span>{' '}
          <span className={classes.path}>
            {frame.file}:{frame.line}
          </span>
          {frame.repeated !== undefined && <span className="caution"> ×{frame.repeated + 1}</span>}
          {frame.isLibrary && <span className="hidden-text">{words.library}</span>}
          <CodeLine frame={frame} />
        </li>
      ))}
    </ol>
  );
}

export function TracebackView({ exception: fault }: { readonly exception: Exception }) {
  const words = useWords();
  const parts = useMemo(() => parseTraceback(fault.stack), [fault.stack]);
  const libraryFrames = parts.reduce((sum, part) => sum + part.frames.filter((frame) => frame.isLibrary).length, 0);
  const hasOwnFrames = parts.some((part) => part.frames.some((frame) => !frame.isLibrary));
  const [hasLibrary, setLibrary] = useState(!hasOwnFrames);
  const [isText, setText] = useState(false);
  // The text ends with the exception that was seen; it is what a reader wants first. Members of a group stay behind their group.
  const hasGroup = parts.some((part) => part.relation === 'member');
  const ordered: readonly TracebackPart[] = hasGroup ? parts : parts.toReversed();
  const relationOf = (index: number): string | undefined => {
    if (hasGroup) {
      const relation = ordered[index]?.relation;
      return relation === undefined || relation === 'first' ? undefined : words.relations[relation];
    }
    const above = ordered[index - 1]?.relation;
    if (above === 'cause') return words.causedBy;
    return above === 'context' ? words.whileHandling : undefined;
  };
  return (
    <div className={classes.view}>
      {parts.length === 0 && (
        <p className={classes.fault}>
          <b>{fault.type}</b>
          {fault.message !== '' && `: ${fault.message}`}
        </p>
      )}
      <div className={classes.tools}>
        {libraryFrames > 0 && hasOwnFrames && !isText && (
          <button
            type="button"
            className="button"
            data-small
            aria-pressed={hasLibrary}
            onClick={() => setLibrary(!hasLibrary)}
          >
            {words.libraryFrames(libraryFrames)}
          </button>
        )}
        {fault.stack !== '' && (
          <button type="button" className="button" data-small aria-pressed={isText} onClick={() => setText(!isText)}>
            {words.asText}
          </button>
        )}
        <CopyButton label={words.copy} done={words.copied} make={() => fault.stack} />
      </div>
      {isText || (parts.length === 0 && fault.stack !== '') ? (
        <pre className={classes.fault}>{fault.stack}</pre>
      ) : (
        ordered.map((part, index) => (
          // Parts may be equal; their order is their identity.
          // oxlint-disable-next-line react/no-array-index-key
          <div key={index} style={{ marginLeft: part.depth * 16 }}>
            {relationOf(index) !== undefined && <p className={classes.relation}>{relationOf(index)}</p>}
            <p className={classes.fault}>
              <b>{part.type}</b>
              {part.message !== '' && `: ${part.message}`}
            </p>
            <Frames frames={part.frames} hasLibrary={hasLibrary} />
          </div>
        ))
      )}
    </div>
  );
}
