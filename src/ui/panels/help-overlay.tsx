// The overlay that `?` opens: which keys work on this page, and how a search is written.
import { Modal } from '@mantine/core';
import { useState } from 'react';
import { useWords } from '../state/language.tsx';
import { useShortcut, useShortcutList } from '../state/shortcuts.tsx';
import classes from './help-overlay.module.css';

const keyNames: Readonly<Record<string, string>> = { Escape: 'Esc', Enter: '↵' };

export function HelpOverlay() {
  const words = useWords();
  const [isOpen, setOpen] = useState(false);
  const shortcuts = useShortcutList();
  useShortcut('?', words.help, () => setOpen(true));
  return (
    <>
      <button
        type="button"
        className="button"
        data-bare
        onClick={() => setOpen(true)}
        aria-label={words.help}
        title={`${words.help} (?)`}
      >
        ?
      </button>
      <Modal
        opened={isOpen}
        onClose={() => setOpen(false)}
        title={words.help}
        size={780}
        closeButtonProps={{ 'aria-label': words.close, size: 'sm' }}
        classNames={{ content: classes.content, header: classes.header, title: classes.title }}
      >
        <div className={classes.columns}>
          <section>
            <h3 className="label">{words.keys}</h3>
            <dl className={classes.keys}>
              {shortcuts.map((shortcut) => (
                <div key={shortcut.key}>
                  <dt>
                    <kbd>{keyNames[shortcut.key] ?? shortcut.key}</kbd>
                  </dt>
                  <dd>{shortcut.label}</dd>
                </div>
              ))}
            </dl>
          </section>
          <section>
            <h3 className="label">{words.howToSearch}</h3>
            <dl className={classes.search}>
              {words.searchExamples.map(([example, meaning]) => (
                <div key={example}>
                  <dt className="mono">{example}</dt>
                  <dd>{meaning}</dd>
                </div>
              ))}
            </dl>
          </section>
        </div>
      </Modal>
    </>
  );
}
