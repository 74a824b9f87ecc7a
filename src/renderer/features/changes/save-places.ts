/** Where *Changes* shows each save: above its tabs, or under *Saved*. */
import type { Save } from '../../../shared/saves';

/**
 * A save stands above the tabs while it runs, and once it has ended under *Saved*. Yet as long as one tab is open, none
 * changes its place: nothing moves under the pointer, and the result is read where the progress was.
 */
export class SavePlaces {
  #tab: string | undefined;
  readonly #isAbove = new Map<string, boolean>();

  /**
   * Those of `saves` that stand above the tabs.
   *
   * @param submitted the id of a save that was just submitted, or null
   */
  above(saves: readonly Save[], tab: string, submitted: string | null): Save[] {
    if (tab !== this.#tab) this.#isAbove.clear();
    this.#tab = tab;
    return saves.filter(({ id, state, closed }) => {
      const isListed = tab === 'saved' && this.#isAbove.get(id) === false;
      // One of few organizations may have ended before the window hears of it.
      const isCurrent = state !== 'ended' || (id === submitted && tab !== 'saved');
      if (!this.#isAbove.has(id) || (isCurrent && !isListed)) this.#isAbove.set(id, isCurrent);
      return this.#isAbove.get(id) === true && !closed;
    });
  }
}
