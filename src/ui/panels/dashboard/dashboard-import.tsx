// Importing a dashboard: paste its JSON, or choose or drop its file.
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { parseDashboard } from '../../../dashboards/parse-dashboard.ts';
import { importDashboard, type ApiError } from '../../state/api.ts';
import { useWords } from '../../state/language.tsx';
import { Notice } from '../../widgets/notice.tsx';
import classes from './dashboard-import.module.css';

export function DashboardImport({ onDone }: { readonly onDone: () => void }) {
  const words = useWords();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const [text, setText] = useState('');
  const sending = useMutation({
    mutationFn: (replace: boolean) => importDashboard({ text, replace }),
    onSuccess: async ({ id }) => {
      await queries.invalidateQueries({ queryKey: ['dashboards'] });
      await queries.invalidateQueries({ queryKey: ['dashboard', id] });
      await navigate({ to: '/dashboards/$id', params: { id } });
    },
  });
  const isThere = (sending.error as ApiError | null)?.code === 'DASHBOARD_EXISTS';
  const read = async (file: File | undefined): Promise<void> => {
    if (file === undefined) return;
    setText(await file.text());
    sending.reset();
  };
  const parsed = text.trim() === '' ? undefined : parseDashboard(text);
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- a file may be dropped; the button below does the same
    <form
      className={classes.form}
      onSubmit={(event) => {
        event.preventDefault();
        sending.mutate(isThere);
      }}
      onDragOver={(event) => event.preventDefault()}
      onDrop={(event) => {
        event.preventDefault();
        void read(event.dataTransfer.files[0]);
      }}
    >
      <label className={classes.paste}>
        {words.pasteDashboard}
        <textarea
          className="field mono"
          rows={10}
          spellCheck={false}
          value={text}
          aria-invalid={parsed?.ok === false}
          onChange={(event) => {
            setText(event.target.value);
            sending.reset();
          }}
        />
      </label>
      {parsed?.ok === false && <Notice tone="error">{parsed.error}</Notice>}
      {parsed?.ok === true && (
        <Notice>
          {words.dashboardRead(
            parsed.value.title,
            String(parsed.value.sections.reduce((sum, section) => sum + section.panels.length, 0)),
          )}
        </Notice>
      )}
      {sending.error !== null && (
        <Notice tone={isThere ? 'warning' : 'error'}>{isThere ? words.dashboardThere : sending.error.message}</Notice>
      )}
      <div className={classes.foot}>
        <label className="button">
          {words.chooseFile}
          <input
            type="file"
            accept=".json,application/json"
            className="hidden-text"
            onChange={(event) => void read(event.target.files?.[0])}
          />
        </label>
        <span className={classes.space} />
        <button type="button" className="button" onClick={onDone}>
          {words.close}
        </button>
        <button type="submit" className="button" data-active disabled={parsed?.ok !== true || sending.isPending}>
          {isThere ? words.replace : words.importIt}
        </button>
      </div>
    </form>
  );
}
