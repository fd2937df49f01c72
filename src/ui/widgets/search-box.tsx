// A text box that completes the piece of text at its caret. Enter takes the suggestion that was chosen with the arrows, else the whole text.
import { useId, useImperativeHandle, useRef, useState, type KeyboardEvent, type RefObject } from 'react';
import { formatCount } from './format.ts';
import { Icon } from './icon.tsx';
import classes from './search-box.module.css';

export interface Suggestion {
  readonly text: string;
  readonly note?: number | undefined;
  /** More is to be typed right behind it. */
  readonly isOpen?: boolean;
}

interface SearchBoxProps {
  readonly value: string;
  readonly label: string;
  readonly placeholder: string;
  readonly clearLabel: string;
  readonly shortcut?: string;
  readonly focusHandle?: RefObject<(() => void) | null>;
  /** What may replace the piece at the caret (quotes may span spaces). */
  readonly suggest?: (piece: string) => Promise<Suggestion[]>;
  /** Every change, for lists that narrow while one types. */
  readonly onType?: (text: string) => void;
  readonly onSubmit: (text: string) => void;
}

/** A handle by which a shortcut can put the caret into the box. */
export function useFocusHandle(): RefObject<(() => void) | null> {
  return useRef<(() => void) | null>(null);
}

const pieceBefore = (text: string, caret: number): string =>
  /(?:[^\s"]|"[^"]*"?)*$/.exec(text.slice(0, caret))?.[0] ?? '';

export function SearchBox(props: SearchBoxProps) {
  const { value, suggest, onSubmit } = props;
  const id = useId();
  const field = useRef<HTMLInputElement>(null);
  const asked = useRef(0);
  const [draft, setDraft] = useState(value);
  const [offers, setOffers] = useState<readonly Suggestion[]>([]);
  const [chosen, setChosen] = useState(-1);
  const [submitted, setSubmitted] = useState(value);
  if (submitted !== value) {
    setSubmitted(value);
    setDraft(value);
  }
  useImperativeHandle(props.focusHandle, () => () => field.current?.select());

  const close = (): void => {
    asked.current++;
    setOffers([]);
    setChosen(-1);
  };
  const offer = async (text: string, caret: number): Promise<void> => {
    const turn = ++asked.current;
    const found = suggest === undefined ? [] : await suggest(pieceBefore(text, caret)).catch(() => []);
    if (turn !== asked.current) return;
    setOffers(found);
    setChosen(-1);
  };
  const take = (suggestion: Suggestion): void => {
    const caret = field.current?.selectionStart ?? draft.length;
    const start = caret - pieceBefore(draft, caret).length;
    const text = `${draft.slice(0, start)}${suggestion.text}${suggestion.isOpen === true ? '' : ' '}`;
    const whole = text + draft.slice(caret).trimStart();
    setDraft(whole);
    close();
    field.current?.focus();
    if (suggestion.isOpen === true) void offer(whole, text.length);
    else onSubmit(whole.trim());
  };
  const onKey = (event: KeyboardEvent): void => {
    if (event.key === 'Enter') {
      event.preventDefault();
      const suggestion = offers[chosen];
      if (suggestion !== undefined) take(suggestion);
      else {
        close();
        onSubmit(draft.trim());
      }
    } else if ((event.key === 'ArrowDown' || event.key === 'ArrowUp') && offers.length > 0) {
      event.preventDefault();
      setChosen((chosen + (event.key === 'ArrowDown' ? 1 : offers.length)) % offers.length);
    } else if (event.key === 'Tab' && offers.length > 0 && chosen >= 0) {
      event.preventDefault();
      take(offers[chosen] ?? { text: '' });
    } else if (event.key === 'Escape' && offers.length > 0) {
      event.preventDefault();
      close();
    }
  };
  return (
    <div className={classes.box}>
      <span className={classes.sign}>
        <Icon name="search" />
      </span>
      <input
        ref={field}
        className={`field ${classes.input}`}
        role="combobox"
        aria-label={props.label}
        aria-expanded={offers.length > 0}
        aria-controls={`${id}-list`}
        aria-autocomplete="list"
        aria-activedescendant={chosen < 0 ? undefined : `${id}-${chosen}`}
        placeholder={props.placeholder}
        spellCheck={false}
        autoComplete="off"
        autoCapitalize="off"
        value={draft}
        onChange={(event) => {
          setDraft(event.target.value);
          props.onType?.(event.target.value);
          void offer(event.target.value, event.target.selectionStart ?? event.target.value.length);
        }}
        onKeyDown={onKey}
        onFocus={() => void offer(draft, draft.length)}
        onBlur={close}
      />
      <span className={classes.ends}>
        {draft !== '' && (
          <button
            type="button"
            className="button"
            data-bare
            data-small
            aria-label={props.clearLabel}
            onClick={() => {
              setDraft('');
              onSubmit('');
            }}
          >
            <Icon name="close" size={12} />
          </button>
        )}
        {props.shortcut !== undefined && draft === '' && <kbd aria-hidden>{props.shortcut}</kbd>}
      </span>
      <div
        id={`${id}-list`}
        className={classes.list}
        role="listbox"
        aria-label={props.label}
        hidden={offers.length === 0}
      >
        {offers.map((suggestion, index) => (
          <div
            key={suggestion.text}
            id={`${id}-${index}`}
            role="option"
            tabIndex={-1}
            aria-selected={index === chosen}
            onPointerDown={(event) => {
              event.preventDefault();
              take(suggestion);
            }}
          >
            <span>{suggestion.text}</span>
            {suggestion.note !== undefined && <span className="faint">{formatCount(suggestion.note)}</span>}
          </div>
        ))}
      </div>
    </div>
  );
}
