/** What a key does in a list box: where the active option goes, and typing ahead. */

/** Rows that Page Up and Page Down move by. */
const PAGE = 8;
/** Typing pauses longer than this begin a new word, in ms. */
const PAUSE = 800;

/**
 * The index a key moves to, or null when the key moves nothing.
 *
 * @param active the active index, -1 for none
 * @param count how many options there are
 */
export function moveTo(key: string, active: number, count: number): number | null {
  if (count === 0) return null;
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
      return 0;
    case 'End':
      return count - 1;
    default:
      return null;
  }
}

/** Finds options by the letters typed in a row. */
export class TypeAhead {
  #typed = '';
  #last = -Infinity;

  /** Whether a word is being typed, so that a space belongs to it. */
  typing(at: number): boolean {
    return this.#typed !== '' && at - this.#last < PAUSE;
  }

  /**
   * The option that begins with what was typed so far, searched from the active one on; -1 for none.
   * The same letter again goes on to the next option that begins with it.
   *
   * @param at when the key was pressed, in ms
   */
  find(letter: string, at: number, names: readonly string[], active: number): number {
    if (!this.typing(at)) this.#typed = '';
    this.#last = at;
    this.#typed += letter.toLocaleLowerCase();
    const same = [...this.#typed].every((one) => one === this.#typed[0]);
    const wanted = same ? (this.#typed[0] ?? '') : this.#typed;
    const start = Math.max(0, active) + (same && active >= 0 ? 1 : 0);
    for (let step = 0; step < names.length; step += 1) {
      const index = (start + step) % names.length;
      if (names[index]?.toLocaleLowerCase().startsWith(wanted)) return index;
    }
    return -1;
  }
}
