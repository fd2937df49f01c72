// Where the server asks for a token: the page waits behind a small form.
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent, type ReactNode } from 'react';
import { readSession, signIn } from '../state/api.ts';
import { useWords } from '../state/language.tsx';
import { Notice } from '../widgets/notice.tsx';
import classes from './sign-in-gate.module.css';

export function SignInGate({ children }: { readonly children: ReactNode }) {
  const words = useWords();
  const queries = useQueryClient();
  const session = useQuery({ queryKey: ['session'], queryFn: ({ signal }) => readSession(signal), retry: false });
  const [token, setToken] = useState('');
  const [fault, setFault] = useState<string | undefined>();
  const mayRead = session.data === undefined || !session.data.required || session.data.permissions.includes('query');
  if (mayRead) return children;
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    try {
      await signIn(token.trim());
      setFault(undefined);
      await queries.invalidateQueries();
    } catch (error) {
      setFault(error instanceof Error ? error.message : String(error));
    }
  };
  return (
    <form className={classes.form} onSubmit={(event) => void submit(event)}>
      <h1>{words.signIn}</h1>
      <p className="dim">{words.signInWhy}</p>
      <label className="label" htmlFor="token">
        {words.token}
      </label>
      <input
        id="token"
        className="field mono"
        type="password"
        autoComplete="current-password"
        value={token}
        onChange={(event) => setToken(event.target.value)}
      />
      <button type="submit" className="button" data-active disabled={token.trim() === ''}>
        {words.signIn}
      </button>
      {fault !== undefined && <Notice tone="error">{fault}</Notice>}
    </form>
  );
}
