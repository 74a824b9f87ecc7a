/** Which fields a person edits entry by entry, remembered from page to page while the window is open. */
import type { FieldName } from '../../../../shared/profile';

class Shown {
  #fields = $state.raw<readonly FieldName[]>([]);

  /** Whether the entries of a field are to be seen. */
  has(field: FieldName): boolean {
    return this.#fields.includes(field);
  }

  /** Shows the entries of a field, or puts them away. */
  toggle(field: FieldName): void {
    const others = this.#fields.filter((one) => one !== field);
    this.#fields = this.has(field) ? others : [...others, field];
  }
}

/** The one answer for the window. */
export const shown = new Shown();
