// A small button that is an icon; its name is read aloud, and shown with its key under the pointer.
import { Icon } from './icon.tsx';
import type { ComponentProps } from 'react';

interface IconButtonProps {
  readonly icon: ComponentProps<typeof Icon>['name'];
  readonly label: string;
  /** The key that does the same. */
  readonly hotkey?: string;
  readonly onClick: () => void;
}

export function IconButton({ icon, label, hotkey, onClick }: IconButtonProps) {
  return (
    <button
      type="button"
      className="button"
      data-bare
      data-small
      aria-label={label}
      title={hotkey === undefined ? label : `${label} (${hotkey})`}
      onClick={onClick}
    >
      <Icon name={icon} />
    </button>
  );
}
