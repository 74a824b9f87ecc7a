/** Opens files that the app wrote, with the program for their type or in the system's file manager. */
import { shell } from 'electron';

/**
 * Builds the opener.
 * @param limitOpening calls its argument, or skips it if the last call was less than a second ago (see `createOpenLimit`)
 */
export function createFileOpener(limitOpening: (open: () => Promise<void>) => Promise<void>) {
  return {
    /** Opens a file; false if the system cannot. Also true if `limitOpening` skipped it. */
    async open(path: string): Promise<boolean> {
      let problem = '';
      await limitOpening(async () => {
        problem = await shell.openPath(path);
      });
      return problem === '';
    },
    /** Shows a file in its folder. */
    showInFolder: (path: string): Promise<void> =>
      limitOpening(() => Promise.resolve(shell.showItemInFolder(path))),
  };
}
