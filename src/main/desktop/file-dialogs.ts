/** The system's own dialogs for choosing a file. They open on the window; the system remembers folders. */
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
  return { name: m.exchange_csv_files(), extensions: ['csv'] };
}

/**
 * Makes them.
 * @param current the window, or null while there is none
 */
export function createFileDialogs(current: () => BrowserWindow | null): FileDialogs {
  return {
    async save(title, name) {
      const options = { title, defaultPath: name, filters: [csv()] };
      const window = current();
      const { canceled, filePath } = await (window
        ? dialog.showSaveDialog(window, options)
        : dialog.showSaveDialog(options));
      return canceled || filePath === '' ? null : filePath;
    },
    async open() {
      const options = {
        title: m.exchange_open_title(),
        buttonLabel: m.exchange_open_button(),
        filters: [
          { ...csv(), extensions: ['csv', 'tsv', 'txt'] },
          { name: m.exchange_all_files(), extensions: ['*'] },
        ],
        properties: ['openFile' as const],
      };
      const window = current();
      const { canceled, filePaths } = await (window
        ? dialog.showOpenDialog(window, options)
        : dialog.showOpenDialog(options));
      return canceled ? null : (filePaths[0] ?? null);
    },
  };
}
