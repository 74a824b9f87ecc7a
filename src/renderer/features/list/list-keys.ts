/** Keyboard handling of the list box: moving the active option, selecting, and type-ahead. */

/** Rows that Page Up and Page Down move by. */
const PAGE = 8;
/** A letter typed after a longer pause than this, in ms, starts a new prefix. */
const PAUSE = 800;

/** The action of a key. */
export type ListAction =
  /** Move the active option; with `extend`, extend the selection to it. */
  | { kind: 'move'; key: MoveKey; extend: boolean }
  /** `enter` opens and goes into the form. */
  | { kind: 'open' | 'enter' | 'toggle' | 'select-all' | 'end' }
  /** Type-ahead: go to the next option whose name starts with the typed prefix. */
  | { kind: 'type'; letter: string };

const MOVE_KEYS = ['ArrowDown', 'ArrowUp', 'PageDown', 'PageUp', 'Home', 'End'] as const;

/** A key that moves the active option. */
export type MoveKey = (typeof MOVE_KEYS)[number];

/** A key with its modifiers. */
export type Press = Pick<KeyboardEvent, 'key' | 'altKey' | 'ctrlKey' | 'metaKey' | 'shiftKey'>;

/**
 * The action of a key, or null when the list does not handle it.
 *
 * @param typing whether type-ahead is running, so that a space belongs to the prefix
 * @param selecting whether selecting is on, so that Space toggles a check box
 */
export function actionOf(
  { key, altKey, ctrlKey, metaKey, shiftKey }: Press,
  { typing, selecting }: { typing: boolean; selecting: boolean },
): ListAction | null {
  const command = ctrlKey || metaKey;
  if (altKey) return null;
  if (command && !shiftKey && key.toLowerCase() === 'a') return { kind: 'select-all' };
  if (key === ' ' && !typing && (command || selecting)) return { kind: 'toggle' };
  if (key === 'Escape' && selecting) return { kind: 'end' };
  if (command) return null;
  const move = MOVE_KEYS.find((one) => one === key);
  if (move) return { kind: 'move', key: move, extend: shiftKey };
  if (key === 'Enter') return { kind: 'enter' };
  if (key === ' ' && !typing) return { kind: 'open' };
  return key.length === 1 ? { kind: 'type', letter: key } : null;
}

/**
 * The index that a key moves to; -1 in an empty list.
 *
 * @param active the active index, -1 for none
 * @param count the number of options
 */
export function moveTo(key: MoveKey, active: number, count: number): number {
  const within = (index: number): number => Math.min(count - 1, Math.max(0, index));
  switch (key) {
    case 'ArrowDown':
      return within(active + 1);
    case 'ArrowUp':
      return active < 0 ? count - 1 : within(active - 1);
    case 'PageDown':
      return within(active + PAGE);
    case 'PageUp':
      return within(active - PAGE);
    case 'Home':
      return within(0);
    case 'End':
      return count - 1;
  }
}

/** Collects letters typed in quick succession into a prefix. */
export class TypeAhead {
  #typed = '';
  #last = -Infinity;

  /**
   * Whether a prefix is being typed, so that a space belongs to it.
   *
   * @param time when the key was pressed, in ms
   */
  typing(time: number): boolean {
    return this.#typed !== '' && time - this.#last < PAUSE;
  }

  /**
   * Adds a letter and returns the prefix to search for. If all typed letters are the same, the prefix is that
   * one letter, and `next` is true: the search must start after the active option.
   *
   * @param time when the key was pressed, in ms
   */
  type(letter: string, time: number): { prefix: string; next: boolean } {
    if (!this.typing(time)) this.#typed = '';
    this.#last = time;
    this.#typed += letter.toLocaleLowerCase();
    const next = [...this.#typed].every((one) => one === this.#typed[0]);
    return { prefix: next ? (this.#typed[0] ?? '') : this.#typed.slice(0, 100), next };
  }
}

/** Runs steps one after another, so that keys pressed quickly act in order. */
export class ActionQueue {
  #last: Promise<void> = Promise.resolve();
  #pending = 0;

  /** Runs a step after all earlier ones; immediately if none is running. */
  run(step: () => Promise<void>): void {
    const done = this.#pending === 0 ? step() : this.#last.then(step);
    this.#pending += 1;
    this.#last = done.finally(() => (this.#pending -= 1));
  }
}
