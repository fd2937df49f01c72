// In the place of a panel's content: what went wrong, that it loads, that there is nothing.
import type { useWords } from '../../state/language.tsx';
import type { PanelAnswers } from '../../state/use-panel-answers.ts';
import { Notice } from '../../widgets/notice.tsx';

/** Undefined when there is something to show. */
export function answerNotice(answers: PanelAnswers, isEmpty: boolean, words: ReturnType<typeof useWords>) {
  if (answers.error !== undefined) return <Notice tone="error">{answers.error}</Notice>;
  if (answers.isPending) return <Notice>{words.loading}</Notice>;
  return isEmpty ? <Notice>{words.emptyPanel}</Notice> : undefined;
}
