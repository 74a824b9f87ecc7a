/** What is chosen in the dialog *Labels*: which of all labels the entries are to have. */
import { cleanLabel, labelKey, MAX_LABELS } from '../../../shared/labels';

/** How many of the entries have a label: none, some (and it stays so), or all. */
export type Share = 'none' | 'some' | 'all';

/** A label with how many of the entries have it now, and how many are to have it. */
export interface ChosenLabel {
  label: string;
  key: string;
  count: number;
  before: Share;
  now: Share;
}

/** The labels of some entries, and what becomes of them. */
export class LabelChoice {
  #labels = $state.raw<readonly ChosenLabel[]>([]);
  readonly entries: number;

  /**
   * @param entries how many entries these are
   * @param of their labels, each with how many of them have it
   * @param all every label that there is
   */
  constructor(
    entries: number,
    of: readonly { label: string; count: number }[],
    all: readonly string[],
  ) {
    this.entries = entries;
    const chosen = of.map(({ label, count }): ChosenLabel => {
      const share = count < entries ? 'some' : 'all';
      return { label, key: labelKey(label), count, before: share, now: share };
    });
    const keys = chosen.map(({ key }) => key);
    const others = all.filter((label) => !keys.includes(labelKey(label)));
    this.#labels = [...chosen, ...others.map((label) => unused(label))];
  }

  /** The labels that contain a text: those that the entries have first. */
  matching(text: string): readonly ChosenLabel[] {
    const key = labelKey(cleanLabel(text));
    return this.#labels.filter((one) => one.key.includes(key));
  }

  /** Gives a label to all of the entries, or to none of them. */
  set(key: string, isChosen: boolean): void {
    const now = isChosen ? 'all' : 'none';
    this.#labels = this.#labels.map((one) => (one.key === key ? { ...one, now } : one));
  }

  /** Gives a label to all of the entries, a new one, too. */
  add(label: string): void {
    const key = labelKey(label);
    if (!this.#labels.some((one) => one.key === key)) {
      this.#labels = [unused(label), ...this.#labels];
    }
    this.set(key, true);
  }

  /** Whether a label is one that not all of the entries are to have yet. */
  isNew(label: string): boolean {
    const key = labelKey(label);
    return key !== '' && !this.#labels.some((one) => one.key === key && one.now === 'all');
  }

  /** The labels to add to the entries that do not have them. */
  get added(): string[] {
    const added = this.#labels.filter(({ before, now }) => now === 'all' && before !== 'all');
    return added.map(({ label }) => label);
  }

  /** The labels to remove from the entries that have them. */
  get removed(): string[] {
    const removed = this.#labels.filter(({ before, now }) => now === 'none' && before !== 'none');
    return removed.map(({ label }) => label);
  }

  /** Whether all of the entries would have more labels than they may have. */
  get isTooMany(): boolean {
    return this.#labels.filter(({ now }) => now === 'all').length > MAX_LABELS;
  }
}

const unused = (label: string): ChosenLabel => ({
  label,
  key: labelKey(label),
  count: 0,
  before: 'none',
  now: 'none',
});
