/** The labels of entries. */
import type { JsonEntry } from '../../../../shared/json-entries';
import { m } from '../../../../shared/messages';
import type { FieldName } from '../../../../shared/profile';

/** The names that Cloudflare's own tools use for the parts of an address in JSON, with their labels. */
const ADDRESS: ReadonlyMap<string, () => string> = new Map([
  ['line1', m.entries_line1],
  ['line2', m.entries_line2],
  ['city', m.entries_city],
  ['zipcode', m.entries_zipcode],
  ['stateOrProvince', m.entries_state],
  ['country', m.entries_country],
]);

/** An entry with its label. */
export interface LabeledEntry {
  entry: JsonEntry;
  /** Its position among all entries, from 0. */
  index: number;
  /** The label of its control. */
  label: string;
  /** Whether another entry has the same name in the text. */
  isDuplicate: boolean;
}

/** The entries of a field with their labels. An unknown name is its own label. */
export function withLabels(field: FieldName, entries: readonly JsonEntry[]): LabeledEntry[] {
  const counts = new Map<string, number>();
  for (const { name } of entries) counts.set(name, (counts.get(name) ?? 0) + 1);
  const used = new Map<string, number>();
  return entries.map((entry, index) => {
    const { name } = entry;
    const known = field === 'business_address' ? ADDRESS.get(name)?.() : undefined;
    // Another entry may be named exactly like the label of a known one.
    const title = known && !counts.has(known) ? known : name.trim() || m.list_unnamed();
    const number = (used.get(title) ?? 0) + 1;
    used.set(title, number);
    const label = number === 1 ? title : m.entries_numbered({ name: title, number });
    return { entry, index, label, isDuplicate: (counts.get(name) ?? 0) > 1 };
  });
}

/** The name that Cloudflare's own tools use for a typed name or label; undefined if unknown or the same. */
export function knownName(field: FieldName, typed: string): string | undefined {
  if (field !== 'business_address' || ADDRESS.has(typed)) return undefined;
  const lower = typed.toLowerCase();
  const match = [...ADDRESS].find(
    ([name, label]) => name.toLowerCase() === lower || label().toLowerCase() === lower,
  );
  return match?.[0];
}
