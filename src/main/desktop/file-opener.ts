/** Opens files that the app wrote, with the program for their type or in the system's file manager. */
import { shell } from 'electron';
import type { FileOpener } from '../csv/exported-files';

/**
 * Builds the opener.
 * @param limitOpening calls its argument, or skips it if the last call was less than a second ago (see `createOpenLimit`)
 */
export function createFileOpener(
  limitOpening: (open: () => Promise<void>) => Promise<void>,
): FileOpener {
  return {
    // Also true if `limitOpening` skipped it.
    async open(path) {
      let problem = '';
      await limitOpening(async () => {
        problem = await shell.openPath(path);
      });
      return problem === '';
    },
    showInFolder: (path) => limitOpening(() => Promise.resolve(shell.showItemInFolder(path))),
  };
}
