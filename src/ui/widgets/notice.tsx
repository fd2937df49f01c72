import type { ReactNode } from 'react';
import { Icon } from './icon.tsx';
import classes from './notice.module.css';

interface NoticeProps {
  readonly tone?: 'calm' | 'warning' | 'error';
  readonly title?: string;
  readonly children?: ReactNode;
}

/** A sentence in the place of what cannot be shown. */
export function Notice({ tone = 'calm', title, children }: NoticeProps) {
  return (
    <div className={classes.notice} data-tone={tone} role={tone === 'error' ? 'alert' : 'status'}>
      {tone !== 'calm' && <Icon name="warning" />}
      <div>
        {title !== undefined && <span className={classes.title}>{title} </span>}
        {children}
      </div>
    </div>
  );
}
