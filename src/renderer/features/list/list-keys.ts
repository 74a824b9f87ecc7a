/** What a key does in the list box: where the active option goes, what is selected, and typing ahead. */

/** Rows that Page Up and Page Down move by. */
const PAGE = 8;
/** Typing pauses longer than this begin a new word, in ms. */
const PAUSE = 800;

/** What a key asks for. */
export type ListAction =
  /** Move the active option as this key does; with `extend` the selection goes along. */
  | { kind: 'move'; key: MoveKey; extend: boolean }
  | { kind: 'open' | 'toggle' | 'select-all' | 'end' }
  /** Go to the next option whose name begins with what is typed. */
  | { kind: 'type'; letter: string };

const MOVE_KEYS = ['ArrowDown', 'ArrowUp', 'PageDown', 'PageUp', 'Home', 'End'] as const;

/** A key that moves the active option. */
export type MoveKey = (typeof MOVE_KEYS)[number];

/** A key with what is held down beside it. */
export type Press = Pick<KeyboardEvent, 'key' | 'altKey' | 'ctrlKey' | 'metaKey' | 'shiftKey'>;

/**
 * What a key asks for, or null when it means nothing to the list.
 *
 * @param typing a word is being typed, to which a space belongs
 * @param choosing organizations are being selected: Space is for their boxes
 */
export function actionOf(
  { key, altKey, ctrlKey, metaKey, shiftKey }: Press,
  { typing, choosing }: { typing: boolean; choosing: boolean },
): ListAction | null {
  const command = ctrlKey || metaKey;
  if (altKey) return null;
  if (command && !shiftKey && key.toLowerCase() === 'a') return { kind: 'select-all' };
  if (key === ' ' && !typing && (command || choosing)) return { kind: 'toggle' };
  if (key === 'Escape' && choosing) return { kind: 'end' };
  if (command) return null;
  const move = MOVE_KEYS.find((one) => one === key);
  if (move) return { kind: 'move', key: move, extend: shiftKey };
  if (key === 'Enter' || (key === ' ' && !typing)) return { kind: 'open' };
  return key.length === 1 ? { kind: 'type', letter: key } : null;
}

/**
 * The index a key moves to; -1 in an empty list.
 *
 * @param active the active index, -1 for none
 * @param count how many options there are
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

/** Puts letters that are typed in a row together. */
export class TypeAhead {
  #typed = '';
  #last = -Infinity;

  /** Whether a word is being typed, so that a space belongs to it. */
  typing(at: number): boolean {
    return this.#typed !== '' && at - this.#last < PAUSE;
  }

  /**
   * Takes a letter; answers the beginning of the name that is looked for. The same letter again looks for
   * the next name with it (`next`), from behind the active option on.
   *
   * @param at when the key was pressed, in ms
   */
  type(letter: string, at: number): { prefix: string; next: boolean } {
    if (!this.typing(at)) this.#typed = '';
    this.#last = at;
    this.#typed += letter.toLocaleLowerCase();
    const next = [...this.#typed].every((one) => one === this.#typed[0]);
    return { prefix: next ? (this.#typed[0] ?? '') : this.#typed.slice(0, 100), next };
  }
}

/** Carries out steps one after another: at once, or when those before it are over. None is lost. */
export class Steps {
  #last: Promise<void> = Promise.resolve();
  #left = 0;

  run(step: () => Promise<void>): void {
    const over = this.#left === 0 ? step() : this.#last.then(step);
    this.#left += 1;
    this.#last = over.finally(() => (this.#left -= 1));
  }
}
