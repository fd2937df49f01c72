// The PromQL editor: CodeMirror with Prometheus' grammar and the server's names to complete. Fetched only by the page that shows it.
import {
  autocompletion,
  closeBrackets,
  closeBracketsKeymap,
  completionKeymap,
  completionStatus,
} from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap, insertNewline } from '@codemirror/commands';
import { bracketMatching, HighlightStyle, syntaxHighlighting } from '@codemirror/language';
import { setDiagnostics, type Diagnostic } from '@codemirror/lint';
import { EditorState, Prec } from '@codemirror/state';
import { EditorView, keymap, placeholder } from '@codemirror/view';
import { tags } from '@lezer/highlight';
import { PromQLExtension } from '@prometheus-io/codemirror-promql';
import { useEffect, useRef } from 'react';
import type { QueryLintResponse } from '../../api/query-lint.ts';
import classes from './promql-editor.module.css';

interface PromqlEditorProps {
  readonly value: string;
  readonly label: string;
  readonly hint: string;
  readonly lint: QueryLintResponse['answers'][number] | undefined;
  readonly applyLabel: string;
  readonly isFocused: boolean;
  readonly onChange: (text: string) => void;
  readonly onSubmit: (text: string) => void;
}

const highlight = HighlightStyle.define([
  { tag: [tags.keyword, tags.operatorKeyword, tags.modifier], color: 'var(--accent)' },
  { tag: tags.function(tags.variableName), color: 'var(--accent)' },
  { tag: [tags.string, tags.special(tags.string)], color: 'var(--code-string)' },
  { tag: [tags.number, tags.literal], color: 'var(--code-number)' },
  { tag: tags.labelName, color: 'var(--text-dim)' },
  { tag: tags.lineComment, color: 'var(--text-faint)' },
]);

/** What the server says of the text, as marks in it. */
function diagnosticsOf(lint: PromqlEditorProps['lint'], length: number, applyLabel: string): Diagnostic[] {
  const place = (start: number, end: number): { from: number; to: number } => {
    const from = Math.min(start, Math.max(0, length - 1));
    return { from, to: Math.min(length, Math.max(end, from + 1)) };
  };
  if (lint?.error !== undefined)
    return [{ ...place(lint.error.start, lint.error.end), severity: 'error', message: lint.error.message }];
  return (lint?.findings ?? []).map(({ start, end, message, fix }) => ({
    ...place(start, end),
    severity: 'warning',
    message,
    ...(fix !== undefined && {
      actions: [
        {
          name: applyLabel,
          apply: (view: EditorView, from: number, to: number) => view.dispatch({ changes: { from, to, insert: fix } }),
        },
      ],
    }),
  }));
}

export function PromqlEditor(props: PromqlEditorProps) {
  const host = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView | undefined>(undefined);
  const latest = useRef(props);
  useEffect(() => {
    latest.current = props;
  });

  useEffect(() => {
    if (host.current === null) return undefined;
    const promql = new PromQLExtension().activateLinter(false).setComplete({
      remote: { url: '', httpMethod: 'GET', lookbackInterval: 12 * 3_600_000, httpErrorHandler: () => undefined },
    });
    const submit = (editor: EditorView): boolean => {
      // In its first moment the list of completions takes no key: Enter then neither begins a line nor runs half a word.
      if (completionStatus(editor.state) === 'active') return true;
      latest.current.onSubmit(editor.state.doc.toString());
      return true;
    };
    const editor = new EditorView({
      parent: host.current,
      state: EditorState.create({
        doc: latest.current.value,
        selection: { anchor: latest.current.value.length },
        extensions: [
          history(),
          bracketMatching(),
          closeBrackets(),
          autocompletion({ icons: false }),
          promql.asExtension(),
          syntaxHighlighting(highlight),
          EditorView.lineWrapping,
          placeholder(latest.current.hint),
          EditorView.contentAttributes.of({ 'aria-label': latest.current.label, spellcheck: 'false' }),
          EditorView.updateListener.of((update) => {
            if (update.docChanged) latest.current.onChange(update.state.doc.toString());
          }),
          // A key map of its own precedence: Enter runs the query, Shift+Enter begins a line; Tab stays the browser's.
          Prec.high(
            keymap.of([
              { key: 'Enter', run: submit },
              { key: 'Mod-Enter', run: submit },
              { key: 'Shift-Enter', run: insertNewline },
            ]),
          ),
          Prec.highest(keymap.of(completionKeymap)),
          keymap.of([...closeBracketsKeymap, ...defaultKeymap, ...historyKeymap]),
        ],
      }),
    });
    view.current = editor;
    if (latest.current.isFocused) editor.focus();
    return () => editor.destroy();
  }, []);

  useEffect(() => {
    const editor = view.current;
    if (editor === undefined || editor.state.doc.toString() === props.value) return;
    editor.dispatch({ changes: { from: 0, to: editor.state.doc.length, insert: props.value } });
  }, [props.value]);

  useEffect(() => {
    const editor = view.current;
    if (editor === undefined) return;
    editor.dispatch(setDiagnostics(editor.state, diagnosticsOf(props.lint, editor.state.doc.length, props.applyLabel)));
  }, [props.lint, props.applyLabel]);

  return <div ref={host} className={classes.editor} />;
}
