/** Handlers of the namespace `labels`. Labels of thousands are changed in slices, each in one transaction. */
import type { Handlers } from '../../shared/contract/bridge';
import { LABELS_LIMIT } from '../../shared/labels';
import { nameOrder } from '../../shared/messages/locale';
import { entryNameOf, type EntryName } from '../../shared/organization';
import { failed, success, type Result } from '../../shared/result';
import { writeInSlices, type Database } from '../database';
import { forEachChunk } from '../lib/slices';

/** Dependencies of the handlers. */
export interface LabelsOptions {
  database: Database;
  /** The ids of the selected entries, in list order. */
  selected: () => Result<string[]>;
  /** Yields to the event loop. */
  yieldToEventLoop: () => Promise<void>;
}

/** Creates the handlers. */
export function createLabels({
  database,
  selected,
  yieldToEventLoop,
}: LabelsOptions): Handlers<'labels'> {
  /** One entry, which must be saved, or the selected ones. */
  function entriesOf(
    entryId: string | null,
  ): Result<{ ids: readonly string[]; name: EntryName | null }> {
    if (entryId === null) {
      const ids = selected();
      return ids.ok ? success({ ids: ids.value, name: null }) : ids;
    }
    const entry = database.read(({ organizations }) => organizations.get(entryId));
    if (!entry.ok) return entry;
    if (!entry.value) return failed('organization.not-saved-here');
    return success({ ids: [entryId], name: entryNameOf(entry.value) });
  }

  return {
    list() {
      const all = database.read(({ labels }) => labels.all());
      if (!all.ok) return all;
      const hasMore = all.value.length > LABELS_LIMIT;
      const labels = all.value.slice(0, LABELS_LIMIT).sort(nameOrder().compare);
      return success({ labels, hasMore });
    },
    async of({ entryId }) {
      const entries = entriesOf(entryId);
      if (!entries.ok) return entries;
      const { ids, name } = entries.value;
      const counts = new Map<string, number>();
      const counted = await forEachChunk(
        ids,
        (chunk) =>
          database.read(({ labels }) => {
            for (const { label } of labels.of(chunk)) {
              counts.set(label, (counts.get(label) ?? 0) + 1);
            }
            return true;
          }),
        yieldToEventLoop,
      );
      if (!counted.ok) return counted;
      const labels = [...counts].map(([label, count]) => ({ label, count }));
      const { compare } = nameOrder();
      labels.sort((one, other) => compare(one.label, other.label));
      return success({ entries: ids.length, name, labels: labels.slice(0, LABELS_LIMIT) });
    },
    async change({ entryId, add, remove }) {
      const entries = entriesOf(entryId);
      if (!entries.ok) return entries;
      let full = 0;
      const changed = await writeInSlices(
        database,
        entries.value.ids,
        (tables, id) => {
          // It may have been removed in the meantime.
          if (!tables.organizations.get(id)) return null;
          return tables.labels.change(id, add, remove) ? null : id;
        },
        (fullHere) => (full += fullHere.length),
        yieldToEventLoop,
      );
      return changed.ok ? success({ full }) : changed;
    },
  };
}
