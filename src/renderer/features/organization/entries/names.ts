/** What the entries are called on screen. */
import type { Entry } from '../../../../shared/json-entries';
import { m } from '../../../../shared/messages';
import type { FieldName } from '../../../../shared/profile';

/** The names that Cloudflare's own tools give the parts of an address stored as a JSON object. */
const ADDRESS: ReadonlyMap<string, () => string> = new Map([
  ['line1', m.entries_line1],
  ['line2', m.entries_line2],
  ['city', m.entries_city],
  ['zipcode', m.entries_zipcode],
  ['stateOrProvince', m.entries_state],
  ['country', m.entries_country],
]);

/** One entry with what a person calls it. */
export interface NamedEntry {
  entry: Entry;
  /** Its place among all entries, from 0. */
  index: number;
  /** What stands over its control. */
  label: string;
  /** Whether another entry has the same name in the text. */
  twice: boolean;
}

/** The entries of a field with their labels. A name that nobody knows is shown as it is. */
export function named(field: FieldName, entries: readonly Entry[]): NamedEntry[] {
  const times = new Map<string, number>();
  for (const { name } of entries) times.set(name, (times.get(name) ?? 0) + 1);
  const used = new Map<string, number>();
  return entries.map((entry, index) => {
    const { name } = entry;
    const human = field === 'business_address' ? ADDRESS.get(name)?.() : undefined;
    // Somebody's own entry may have the very name that a known one is shown under.
    const title = human && !times.has(human) ? human : name.trim() || m.entries_unnamed();
    const number = (used.get(title) ?? 0) + 1;
    used.set(title, number);
    const label = number === 1 ? title : m.entries_numbered({ name: title, number });
    return { entry, index, label, twice: (times.get(name) ?? 0) > 1 };
  });
}

/** The name Cloudflare's own tools use for what a person calls `typed`, where that is another one. */
export function knownName(field: FieldName, typed: string): string | undefined {
  if (field !== 'business_address' || ADDRESS.has(typed)) return undefined;
  const wanted = typed.toLowerCase();
  const found = [...ADDRESS].find(
    ([name, label]) => name.toLowerCase() === wanted || label().toLowerCase() === wanted,
  );
  return found?.[0];
}
