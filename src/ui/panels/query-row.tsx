// One query of the explorer: its letter, its editor, what is wrong with it and what came back beside the data.
import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useState } from 'react';
import type { QueryLintResponse } from '../../api/query-lint.ts';
import { lintQueries } from '../state/api.ts';
import { fillIntervals } from '../state/explore-lines.ts';
import type { Dictionary } from '../language/english.ts';
import { useWords } from '../state/language.tsx';
import type { Remarks } from '../state/prometheus.ts';
import { Icon } from '../widgets/icon.tsx';
import classes from './query-row.module.css';

const PromqlEditor = lazy(async () => ({ default: (await import('./promql-editor.tsx')).PromqlEditor }));
const TYPING_MILLIS = 350;

type Answer = QueryLintResponse['answers'][number];

interface QueryRowProps {
  readonly letter: string;
  readonly text: string;
  readonly isHidden: boolean;
  readonly isOnly: boolean;
  readonly isFocused: boolean;
  readonly error: string | undefined;
  readonly remarks: Remarks | undefined;
  readonly onSubmit: (text: string) => void;
  readonly onToggle: () => void;
  readonly onRemove: () => void;
}

/** Line and column of a place in the query, from 1. */
function placeOf(text: string, offset: number): string {
  const before = text.slice(0, offset).split('\n');
  return `${before.length}:${(before.at(-1) ?? '').length + 1}`;
}

/** What was said of the text with its variables replaced: where there are any, its places are not those of the text. */
function placesIn(text: string, answer: Answer | undefined): Answer | undefined {
  if (answer === undefined || fillIntervals(text) === text) return answer;
  const whole = { start: 0, end: text.length };
  return {
    ...(answer.error !== undefined && { error: { ...answer.error, ...whole } }),
    findings: answer.findings.map(({ check, message }) => ({ check, message, ...whole })),
  };
}

/** What the checks say, in the reader's language. */
function inWords(answer: Answer | undefined, words: Dictionary): Answer | undefined {
  if (answer === undefined) return undefined;
  const say = (finding: Answer['findings'][number]) => ({
    ...finding,
    message: words.finding(finding.check, finding.message),
  });
  return { ...answer, findings: answer.findings.map(say) };
}

export function QueryRow(props: QueryRowProps) {
  const { letter, text } = props;
  const words = useWords();
  const [draft, setDraft] = useState(text);
  const [submitted, setSubmitted] = useState(text);
  // Who begins to type before the editor has come goes on in it.
  const [isTyping, setTyping] = useState(false);
  if (submitted !== text) {
    setSubmitted(text);
    setDraft(text);
  }
  const [checked] = useDebouncedValue(draft, TYPING_MILLIS);
  const lint = useQuery({
    queryKey: ['lint', checked],
    queryFn: ({ signal }) => lintQueries([fillIntervals(checked)], signal),
    enabled: checked.trim() !== '',
    staleTime: Number.POSITIVE_INFINITY,
    select: ({ answers }) => inWords(answers[0], words),
  });
  const answer = draft === checked ? placesIn(checked, lint.data) : undefined;
  const label = `${words.query} ${letter}`;
  const isChanged = draft.trim() !== text.trim();
  // What the server said of the query that was asked stands until it is changed.
  const error =
    answer?.error === undefined
      ? isChanged
        ? undefined
        : props.error
      : `${placeOf(draft, answer.error.start)}: ${answer.error.message}`;
  const remarks = isChanged ? undefined : props.remarks;
  return (
    <div className={classes.row} data-hidden={props.isHidden ? '' : undefined}>
      <button
        type="button"
        className={classes.letter}
        aria-pressed={!props.isHidden}
        aria-label={`${words.showQuery} ${letter}`}
        title={`${words.showQuery} ${letter}`}
        onClick={props.onToggle}
      >
        {letter}
      </button>
      <div className={classes.body}>
        <Suspense
          fallback={
            <textarea
              className={`field ${classes.plain}`}
              aria-label={label}
              rows={1}
              value={draft}
              onFocus={() => setTyping(true)}
              onBlur={() => setTyping(false)}
              onChange={(event) => setDraft(event.target.value)}
            />
          }
        >
          <PromqlEditor
            value={draft}
            label={label}
            hint={words.promqlHint}
            lint={answer}
            applyLabel={words.applyFix}
            isFocused={props.isFocused || isTyping}
            onChange={setDraft}
            onSubmit={props.onSubmit}
          />
        </Suspense>
        {error !== undefined && (
          <p className={`${classes.remark} wrong`} role="alert">
            <Icon name="warning" size={12} /> {error}
          </p>
        )}
        {answer?.findings.map((finding) => (
          <p key={`${finding.check} ${finding.start}`} className={`${classes.remark} caution`}>
            <Icon name="warning" size={12} />
            <span>
              {finding.message}
              {finding.fix !== undefined && (
                <>
                  {' '}
                  <button
                    type="button"
                    className={classes.fix}
                    onClick={() => {
                      const fixed = draft.slice(0, finding.start) + (finding.fix ?? '') + draft.slice(finding.end);
                      setDraft(fixed);
                      props.onSubmit(fixed);
                    }}
                  >
                    {finding.fix}
                  </button>
                </>
              )}
            </span>
          </p>
        ))}
        {remarks?.warnings.map((remark) => (
          <p key={remark} className={`${classes.remark} caution`}>
            <Icon name="warning" size={12} /> {remark}
          </p>
        ))}
        {remarks?.infos.map((remark) => (
          <p key={remark} className={`${classes.remark} dim`}>
            {remark}
          </p>
        ))}
      </div>
      <div className={classes.tools}>
        <button
          type="button"
          className="button"
          data-active={isChanged ? '' : undefined}
          disabled={draft.trim() === ''}
          onClick={() => props.onSubmit(draft)}
        >
          {words.run}
        </button>
        {!props.isOnly && (
          <button
            type="button"
            className="button"
            data-bare
            aria-label={`${words.removeQuery} ${letter}`}
            title={words.removeQuery}
            onClick={props.onRemove}
          >
            <Icon name="close" />
          </button>
        )}
      </div>
    </div>
  );
}
