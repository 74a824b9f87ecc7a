/**
 * The files of exports, so that the window can open one of them without naming a path. Only files that the
 * person chose in a save dialog are remembered, until the app quits.
 */
import { randomUUID } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { extname } from 'node:path';
import { EXPORT_EXTENSIONS } from '../../shared/csv';
import { failed, success, type Result } from '../../shared/result';

/** The system's way to open a file. */
export interface FileOpener {
  /**
   * Opens a file with the program for its type; false if the system cannot. Also true, without opening it, if a file was
   * opened less than a second ago.
   */
  open(path: string): Promise<boolean>;
  /** Shows a file in the system's file manager. */
  showInFolder(path: string): Promise<void>;
}

/** Creates the memory of exported files, which is empty at first. */
export function createExportedFiles(opener: FileOpener) {
  const paths = new Map<string, string>();

  /** The path of an export whose file is still there, or null. */
  async function pathOf(exportId: string): Promise<string | null> {
    const path = paths.get(exportId);
    if (path === undefined) return null;
    const found = await stat(path).catch(() => null);
    return found?.isFile() ? path : null;
  }

  return {
    /** Remembers a file that was written. Returns the id of the export. */
    remember(path: string): string {
      const id = randomUUID();
      paths.set(id, path);
      return id;
    },
    /** Opens the file of an export. Fails with `file.gone` or `file.not-opened`. */
    async open(exportId: string): Promise<Result<null>> {
      const path = await pathOf(exportId);
      if (path === null) return failed('file.gone');
      // The system could run a file of another type instead of showing it.
      if (!EXPORT_EXTENSIONS.includes(extname(path).toLowerCase()))
        return failed('file.not-opened');
      return (await opener.open(path)) ? success(null) : failed('file.not-opened');
    },
    /** Shows the file of an export in its folder. Fails with `file.gone`. */
    async showInFolder(exportId: string): Promise<Result<null>> {
      const path = await pathOf(exportId);
      if (path === null) return failed('file.gone');
      await opener.showInFolder(path);
      return success(null);
    },
  };
}
