/**
 * The system's own dialogs for choosing a file. They open on the window, in the folder of the file that
 * was chosen last: left alone, Electron 43 and newer begin in Downloads each time.
 */
import { dirname, join } from 'node:path';
import { dialog, type BrowserWindow, type FileFilter } from 'electron';
import { m } from '../../shared/messages';

/** Asks the person for files. */
export interface FileDialogs {
  /** Where to write; null when they chose nothing. */
  save(title: string, name: string): Promise<string | null>;
  /** What to import; null when they chose nothing. */
  open(): Promise<string | null>;
}

function csv(): FileFilter {
  return { name: m.csv_csv_files(), extensions: ['csv'] };
}

/**
 * Makes them.
 * @param current the window, or null while there is none
 */
export function createFileDialogs(current: () => BrowserWindow | null): FileDialogs {
  /** Until something was chosen in this run, where a dialog begins is left to Electron and the system. */
  let folder: string | null = null;

  function chosen(path: string | undefined): string | null {
    if (!path) return null;
    folder = dirname(path);
    return path;
  }

  return {
    async save(title, name) {
      const options = {
        title,
        defaultPath: folder === null ? name : join(folder, name),
        filters: [csv()],
      };
      const window = current();
      const { canceled, filePath } = await (window
        ? dialog.showSaveDialog(window, options)
        : dialog.showSaveDialog(options));
      return canceled ? null : chosen(filePath);
    },
    async open() {
      const options = {
        title: m.csv_open_title(),
        buttonLabel: m.csv_open_button(),
        ...(folder === null ? {} : { defaultPath: folder }),
        filters: [
          { ...csv(), extensions: ['csv', 'tsv', 'txt'] },
          { name: m.csv_all_files(), extensions: ['*'] },
        ],
        properties: ['openFile' as const],
      };
      const window = current();
      const { canceled, filePaths } = await (window
        ? dialog.showOpenDialog(window, options)
        : dialog.showOpenDialog(options));
      return canceled ? null : chosen(filePaths[0]);
    },
  };
}
