/** Opens files that the app wrote, with the program for their type or in the system's file manager. */
import { shell } from 'electron';

/**
 * Builds the opener.
 * @param limited runs one opening, or none within a second after the last one (see `createOpenLimit`)
 */
export function createFileOpener(limited: (open: () => Promise<void>) => Promise<void>) {
  return {
    /** Opens a file; false if the system cannot. True if it was opened too often, so nothing happened. */
    async open(path: string): Promise<boolean> {
      let problem = '';
      await limited(async () => {
        problem = await shell.openPath(path);
      });
      return problem === '';
    },
    /** Shows a file in its folder. */
    showInFolder: (path: string): Promise<void> =>
      limited(() => Promise.resolve(shell.showItemInFolder(path))),
  };
}
