/**
 * Removes the selected entries from this computer. A preview first counts what would be lost. The removal then takes
 * only entries that have no edits, or exactly the counted ones, so no edit is lost without asking.
 *
 * It works in slices, each in one transaction, so that main stays responsive with thousands of entries. If the app
 * ends before the last slice, each entry is either removed with all its data or untouched.
 */
import { randomUUID } from 'node:crypto';
import type { Failure } from '../../shared/failure';
import { entryNameOf, type EntryName } from '../../shared/organization';
import { failed, success, type Result } from '../../shared/result';
import {
  MAX_EXAMPLES,
  type RemovalResult,
  type SelectedRemoval,
} from '../../shared/selection-actions';
import { forEachChunk, processSlice } from '../lib/slices';
import { lossesOf, type EditFingerprint, type Database, type Tables } from '../database';

/** Dependencies of the removal. */
export interface RemoveSelectedOptions {
  database: Database;
  /** The ids of the selected entries, in list order. */
  selected: () => Result<string[]>;
  /** Whether the change of an entry is being written or read back right now. */
  isWriting: (entryId: string) => boolean;
  /** Called with removed entries after their commit. */
  onRemoved: (entryIds: readonly string[]) => void;
  /** Removes a sign-in and its key; fails with `sign-in.in-use` while an entry uses it. */
  removeSignIn: (signInId: string) => Promise<Result<null>>;
  /** Called after each slice, with the number of entries done and of all. */
  onProgress: (done: number, total: number) => void;
  /** Yields to the event loop. */
  yieldToEventLoop: () => Promise<void>;
}

/** What a preview counted. */
interface Preview {
  id: string;
  /** The edits of each entry as they were counted, by entry id. Null: there were none. */
  entries: ReadonlyMap<string, string | null>;
  /** The ids of the sign-ins that the preview named, by whether entries with edits are removed, too. */
  unusedSignIns: { withoutEdited: readonly string[]; withEdited: readonly string[] };
}

/** The sign-ins that nothing uses any more when these entries are removed. */
function unusedAfter({ signIns }: Tables, removed: readonly EditFingerprint[]): string[] {
  const uses = signIns.useCounts();
  for (const { signInId } of removed) {
    if (signInId !== null) uses.set(signInId, (uses.get(signInId) ?? 0) - 1);
  }
  const used = new Set(removed.map(({ signInId }) => signInId));
  return [...uses].flatMap(([id, count]) => (count === 0 && used.has(id) ? id : []));
}

/** Creates what previews and carries out removals. */
export function createRemoveSelected(options: RemoveSelectedOptions) {
  const { database, isWriting, yieldToEventLoop } = options;
  let last: Preview | null = null;

  async function readEdits(ids: readonly string[]): Promise<Result<EditFingerprint[]>> {
    const entries: EditFingerprint[] = [];
    const readChunk = (chunk: readonly string[]): Result<boolean> => {
      const read = database.read(({ organizations }) => organizations.editFingerprints(chunk));
      if (!read.ok) return read;
      entries.push(...read.value);
      return success(true);
    };
    const read = await forEachChunk(ids, readChunk, yieldToEventLoop);
    return read.ok ? success(entries) : read;
  }

  /** Removes the next entries. Returns the rest, and how many were kept because of their edits. */
  function removeSlice(
    ids: readonly string[],
    { entries }: Preview,
    editedToo: boolean,
  ): Result<{ rest: readonly string[]; removed: string[]; kept: number }> {
    return database.write((tables) => {
      const removed: string[] = [];
      let kept = 0;
      const rest = processSlice(ids, (id) => {
        const [entry] = tables.organizations.editFingerprints([id]);
        if (!entry) return;
        const edits = lossesOf(entry);
        const mayRemove = editedToo && edits === entries.get(id) && !isWriting(id);
        if (edits !== null && !mayRemove) {
          kept += 1;
          return;
        }
        tables.organizations.remove(id);
        removed.push(id);
      });
      return { rest, removed, kept };
    });
  }

  async function removeUnused(signInIds: readonly string[]): Promise<Failure | null> {
    let failure: Failure | null = null;
    for (const id of signInIds) {
      const removed = await options.removeSignIn(id);
      // An entry that was kept, or added meanwhile, still uses it.
      if (!removed.ok && removed.failure.code !== 'sign-in.in-use') failure ??= removed.failure;
    }
    return failure;
  }

  return {
    /** Counts what removing the selected entries deletes. Only the last preview can be carried out. */
    async preview(): Promise<Result<SelectedRemoval>> {
      const ids = options.selected();
      if (!ids.ok) return ids;
      const read = await readEdits(ids.value);
      if (!read.ok) return read;
      const all = read.value;
      const edited = all.filter((entry) => lossesOf(entry) !== null);
      const unedited = all.filter((entry) => lossesOf(entry) === null);
      const texts = database.read((tables) => {
        const namesOf = (entries: readonly EditFingerprint[]): EntryName[] =>
          entries.slice(0, MAX_EXAMPLES).flatMap(({ entryId }) => {
            const entry = tables.organizations.get(entryId);
            return entry ? entryNameOf(entry) : [];
          });
        const withoutEdited = unusedAfter(tables, unedited);
        const withEdited = unusedAfter(tables, all);
        const labelsOf = (signInIds: readonly string[]): string[] =>
          signInIds.flatMap((id) => tables.signIns.get(id)?.label ?? []);
        return {
          names: namesOf(all),
          editedNames: namesOf(edited),
          ids: { withoutEdited, withEdited },
          labels: { withoutEdited: labelsOf(withoutEdited), withEdited: labelsOf(withEdited) },
        };
      });
      if (!texts.ok) return texts;
      const { names, editedNames } = texts.value;
      const entries = new Map(all.map((entry) => [entry.entryId, lossesOf(entry)]));
      last = { id: randomUUID(), entries, unusedSignIns: texts.value.ids };
      return success({
        removalId: last.id,
        total: all.length,
        names,
        edited: edited.length,
        drafts: all.filter(({ draft }) => draft !== null).length,
        waiting: all.filter(({ change }) => change !== null).length,
        editedNames,
        unusedSignIns: texts.value.labels,
      });
    },
    /** Carries out a preview. Fails with `removal.outdated` if it is not the last one, or with `database.*`. */
    async remove({
      removalId,
      editedToo,
      signInsToo,
    }: {
      removalId: string;
      editedToo: boolean;
      signInsToo: boolean;
    }): Promise<Result<RemovalResult>> {
      const preview = last;
      if (preview?.id !== removalId) return failed('removal.outdated');
      last = null;
      const ids = [...preview.entries.keys()];
      const result = { removed: 0, kept: 0 };
      let rest: readonly string[] = ids;
      while (rest.length > 0) {
        const slice = removeSlice(rest, preview, editedToo);
        if (!slice.ok) return slice;
        rest = slice.value.rest;
        result.removed += slice.value.removed.length;
        result.kept += slice.value.kept;
        options.onRemoved(slice.value.removed);
        options.onProgress(ids.length - rest.length, ids.length);
        await yieldToEventLoop();
      }
      const { unusedSignIns } = preview;
      const unused = editedToo ? unusedSignIns.withEdited : unusedSignIns.withoutEdited;
      return success({
        ...result,
        signInFailure: signInsToo ? await removeUnused(unused) : null,
      });
    },
  };
}
