/** Calls that change or export many organizations at once. Part of the contract, see index.ts. */
import * as v from 'valibot';
import { notImportedPageSchema, notImportedSchema, pageOf } from '../changes';
import {
  AFTER_CANCEL,
  resultsPageSchema,
  saveResultSchema,
  savesSchema,
  undoneSaveSchema,
} from '../saves';
import { EXPORT_FORMATS } from '../csv';
import { importChoicesSchema, importCountsSchema, importedTableSchema } from '../imports';
import { listQuerySchema } from '../list-query';
import { exported, filePiece, save, nothing, text } from './schemas';

/** Calls that change or export many organizations at once. */
export const savesCalls = {
  saves: {
    /** The saves that are kept, newest first. */
    list: { request: nothing, answer: savesSchema },
    /** What became of each organization of a save: failed, waiting, canceled, then done. */
    results: { request: resultsPageSchema, answer: pageOf(saveResultSchema) },
    pause: { request: save, answer: nothing },
    resume: { request: save, answer: nothing },
    /**
     * Cancels the changes that were not sent yet. Their texts become drafts again (`keep`), where no newer draft is, or
     * go to the history of each organization (`discard`). The first choice counts.
     */
    cancel: {
      request: v.object({ saveId: text, then: v.picklist(AFTER_CANCEL) }),
      answer: nothing,
    },
    /**
     * Queues changes that were refused or wait for a sign-in again, because the reason may be gone. Leaves out what
     * the person has to decide. Fails with `save.canceled` if the save was canceled.
     */
    retryFailed: { request: save, answer: nothing },
    /** Closes a save that has ended; it stays in the list. Fails with `save.not-ended`. */
    close: { request: save, answer: nothing },
    /**
     * Makes drafts of the texts that were there before a save, where its texts still are and the field has neither a draft
     * nor a pending change. Fails with `save.not-found`.
     */
    undo: { request: save, answer: undoneSaveSchema },
    /** Writes the results to a file that the person chooses; `exportId` is null if they chose none. */
    exportResults: { request: save, answer: v.object({ exportId: v.nullable(text) }) },
  },
  csv: {
    /**
     * Writes organizations to a file that the person chooses: all, the selected ones, those that match a query, or those
     * of a snapshot of the table, in its order (fails with `table.outdated` if there was a later one). The
     * dialog suggests a name with the extension of `format`; the extension of the chosen name decides. `organizations`
     * is the number written; `requested` also counts those skipped because they have no saved profile. `exportId` is
     * null if no file was chosen, or if the organization named in `tooLong` has a text that does not fit into a cell. A
     * failure must not contain its name.
     */
    export: {
      request: v.object({
        which: v.union([
          v.picklist(['all', 'selected']),
          v.object({ matching: listQuerySchema }),
          v.object({ snapshot: v.number() }),
        ]),
        format: v.picklist(EXPORT_FORMATS),
      }),
      answer: v.object({
        exportId: v.nullable(text),
        /** The name of the file, without its folder; null if nothing was exported. */
        fileName: v.nullable(text),
        organizations: v.number(),
        requested: v.number(),
        tooLong: v.optional(text),
      }),
    },
    /** Opens the file of an export of this session with the program for its type. */
    openExported: { request: exported, answer: nothing },
    /** Shows the file of an export of this session in the system's file manager. */
    showExported: { request: exported, answer: nothing },
    /** Lets the person choose a CSV file or XLSX workbook and reads it; null if they chose none, or canceled. */
    import: { request: nothing, answer: v.nullable(importedTableSchema) },
    /** Hands over a piece of a file that `importContent` will read, in order. Fails with `file.too-large`. */
    addContent: { request: v.object({ piece: filePiece, isFirst: v.boolean() }), answer: nothing },
    /**
     * Reads the content that was handed over: of a file that the person dropped on the window, or of a table that they pasted
     * (`title`: null). The window sends no path: main opens no file that the window names.
     */
    importContent: {
      request: v.object({ title: v.nullable(text) }),
      answer: v.nullable(importedTableSchema),
    },
    /** Cancels a running `import` or `importContent`, which then answers null, and forgets the table that was read. */
    cancelImport: { request: nothing, answer: nothing },
    /** Counts what importing a table would change. Fails with `import.outdated` if another table was read since. */
    matchImport: { request: importChoicesSchema, answer: importCountsSchema },
    /** Reads the organizations before others that were never read, and that matching by metadata or a row needs. */
    readUnread: { request: v.object({ importId: text }), answer: nothing },
    /**
     * Makes drafts of a table as a batch, in slices after it has answered. Fails with `import.outdated`, `import.unread`
     * (matching by metadata, which is not known of all), `batch.too-many`, `batch.too-large` or `change.not-found`
     * (nothing would change), and then makes nothing.
     */
    importDrafts: { request: importChoicesSchema, answer: v.object({ batchId: text }) },
    /**
     * The rows and cells that an import cannot use, in the order of the file: of a table as it was counted last, or of the
     * batch that was made of it. Fails with `batch.not-found`.
     */
    notImported: { request: notImportedPageSchema, answer: pageOf(notImportedSchema) },
    /** Writes them to a file that the person chooses; `exportId` is null if they chose none. */
    exportNotImported: {
      request: v.object({ importId: text, format: v.picklist(EXPORT_FORMATS) }),
      answer: v.object({ exportId: v.nullable(text) }),
    },
  },
} as const;
