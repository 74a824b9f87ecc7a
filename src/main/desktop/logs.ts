/** Shows the folder of the log in the system's file manager; where that fails, says where it is. */
import { mkdir } from 'node:fs/promises';
import { dialog, shell } from 'electron';
import { m } from '../../shared/messages';

/** Opens the folder, making it when nothing was logged yet. */
export async function showLogFolder(folder: string): Promise<void> {
  // What cannot be made cannot be opened either, and the sentence for that is the same.
  await mkdir(folder, { recursive: true }).catch(() => undefined);
  const problem = await shell.openPath(folder);
  if (problem === '') return;
  await dialog.showMessageBox({
    type: 'info',
    title: m.app_name(),
    message: m.support_logs_failed(),
    detail: m.support_logs_folder({ folder }),
    noLink: true,
  });
}
