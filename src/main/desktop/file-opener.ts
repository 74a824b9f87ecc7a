/** Opens files that the app wrote, with the program for their type or in the system's file manager. */
import { shell } from 'electron';
import { createOpenThrottle } from './open-external';

/**
 * Builds the opener. Opening and showing each have a limit of their own, because a person does one right after the other.
 * @param elapsed a monotonic clock, in ms
 */
export function createFileOpener(elapsed: () => number) {
  const throttleOpening = createOpenThrottle(elapsed);
  const throttleShowing = createOpenThrottle(elapsed);
  return {
    /** Opens a file; false if the system cannot. Also true if a file was opened less than a second ago. */
    async open(path: string): Promise<boolean> {
      let problem = '';
      await throttleOpening(async () => {
        problem = await shell.openPath(path);
      });
      return problem === '';
    },
    /** Shows a file in its folder, or does nothing if one was shown less than a second ago. */
    showInFolder: (path: string): Promise<void> =>
      throttleShowing(() => Promise.resolve(shell.showItemInFolder(path))),
  };
}
