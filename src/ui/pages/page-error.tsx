// What stands in the place of a page that does not exist, or that broke.
import { Link, type ErrorComponentProps } from '@tanstack/react-router';
import { useWords } from '../state/language.tsx';
import { Notice } from '../widgets/notice.tsx';

export function NotFound() {
  const words = useWords();
  return (
    <Notice tone="warning" title={words.noSuchPage}>
      <Link to="/logs">{words.logs}</Link>
    </Notice>
  );
}

export function PageError({ error, reset }: ErrorComponentProps) {
  const words = useWords();
  return (
    <Notice tone="error" title={words.pageBroke}>
      {error instanceof Error ? error.message : String(error)}{' '}
      <button type="button" className="button" data-small onClick={reset}>
        {words.refresh}
      </button>
    </Notice>
  );
}
