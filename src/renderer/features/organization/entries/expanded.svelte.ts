/** The fields whose entries are expanded, remembered across pages while the window is open. */
import type { FieldName } from '../../../../shared/profile';

class ExpandedFields {
  #fields = $state.raw<readonly FieldName[]>([]);

  /** Whether the entries of a field are shown. */
  has(field: FieldName): boolean {
    return this.#fields.includes(field);
  }

  /** Shows or hides the entries of a field. */
  toggle(field: FieldName): void {
    const others = this.#fields.filter((one) => one !== field);
    this.#fields = this.has(field) ? others : [...others, field];
  }
}

/** The only instance in the window. */
export const expandedFields = new ExpandedFields();
