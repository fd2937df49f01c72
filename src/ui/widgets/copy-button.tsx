import { useClipboard } from '@mantine/hooks';
import { Icon } from './icon.tsx';

/** Copies the text that `make` gives at the moment of the click, and says so. */
export function CopyButton({
  label,
  done,
  make,
}: {
  readonly label: string;
  readonly done: string;
  readonly make: () => string;
}) {
  const clipboard = useClipboard({ timeout: 1500 });
  return (
    <button type="button" className="button" data-small onClick={() => clipboard.copy(make())} aria-live="polite">
      <Icon name={clipboard.copied ? 'check' : 'copy'} size={12} />
      {clipboard.copied ? done : label}
    </button>
  );
}
