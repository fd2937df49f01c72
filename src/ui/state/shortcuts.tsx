// Keyboard shortcuts: a component offers one while it is on screen; the help overlay lists those that work right now.
// The latest offer of a key wins, so that an open panel takes Escape before the page below it.
import { createContext, use, useEffect, useEffectEvent, useMemo, useSyncExternalStore, type ReactNode } from 'react';

interface Offer {
  readonly key: string;
  readonly label: string;
  readonly action: () => void;
}

class ShortcutBoard {
  #offers: readonly Offer[] = [];
  #listeners = new Set<() => void>();

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly offers = (): readonly Offer[] => this.#offers;

  add(offer: Offer): () => void {
    this.#change([...this.#offers, offer]);
    return () => this.#change(this.#offers.filter((other) => other !== offer));
  }

  find(key: string): Offer | undefined {
    return this.#offers.findLast((offer) => offer.key === key);
  }

  #change(offers: readonly Offer[]): void {
    this.#offers = offers;
    for (const listener of this.#listeners) listener();
  }
}

const BoardContext = createContext<ShortcutBoard | undefined>(undefined);

/** Where a letter is text, not a command. */
function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.closest('input, textarea, select, [contenteditable]') !== null;
}

export function ShortcutProvider({ children }: { readonly children: ReactNode }) {
  const board = useMemo(() => new ShortcutBoard(), []);
  useEffect(() => {
    const listen = (event: KeyboardEvent): void => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
      if (document.querySelector('[role="dialog"][data-modal]') !== null) return;
      if (isTyping(event.target)) {
        if (event.key === 'Escape') (event.target as HTMLElement).blur();
        return;
      }
      const isControl =
        event.target instanceof HTMLElement && event.target.closest('button, a, [role="slider"]') !== null;
      if (isControl && (event.key === 'Enter' || event.key.startsWith('Arrow'))) return;
      const offer = board.find(event.key);
      if (offer === undefined) return;
      event.preventDefault();
      offer.action();
    };
    window.addEventListener('keydown', listen);
    return () => window.removeEventListener('keydown', listen);
  }, [board]);
  return <BoardContext value={board}>{children}</BoardContext>;
}

function useBoard(): ShortcutBoard {
  const board = use(BoardContext);
  if (board === undefined) throw new Error('shortcuts are used outside ShortcutProvider');
  return board;
}

/** Offers `key` while the component is mounted and `isOn`. */
export function useShortcut(key: string, label: string, action: () => void, isOn = true): void {
  const board = useBoard();
  const run = useEffectEvent(action);
  useEffect(() => (isOn ? board.add({ key, label, action: () => run() }) : undefined), [board, key, label, isOn]);
}

/** The shortcuts that work now, one a key. */
export function useShortcutList(): readonly Offer[] {
  const board = useBoard();
  const offers = useSyncExternalStore(board.subscribe, board.offers);
  return [...new Map(offers.map((offer) => [offer.key, offer])).values()];
}
