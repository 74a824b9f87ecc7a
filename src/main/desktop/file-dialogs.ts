/**
 * The system's file dialogs. They are attached to the window and start in the folder of the file chosen last. By
 * default, Electron 43 and newer start in Downloads each time.
 */
import { dirname, join } from 'node:path';
import { dialog, type BrowserWindow, type FileFilter } from 'electron';
import { m } from '../../shared/messages';

/**
 * Asks the user for a file. Only one dialog is open at a time, so that a page cannot flood the person with them; a
 * request while one is open counts as canceled.
 */
export interface FileDialogs {
  /** Path of the file to write; null when canceled. The person can change the suggested file name. */
  save(title: string, suggestedName: string): Promise<string | null>;
  /** Path of the file to import; null when canceled. */
  open(): Promise<string | null>;
}

/** The formats of an export. The extension of the chosen file decides, because dialogs do not tell the filter. */
function exportFilters(): FileFilter[] {
  return [
    { name: m.csv_file_type_csv(), extensions: ['csv'] },
    { name: m.csv_file_type_xlsx(), extensions: ['xlsx'] },
  ];
}

function importFilters(): FileFilter[] {
  return [
    { name: m.csv_file_type_tables(), extensions: ['csv', 'xlsx', 'tsv', 'txt'] },
    { name: m.csv_file_type_all(), extensions: ['*'] },
  ];
}

/**
 * Builds the dialogs.
 * @param current returns the window, or null while there is none
 */
export function createFileDialogs(current: () => BrowserWindow | null): FileDialogs {
  /** Folder of the file chosen last in this session; if null, Electron and the system choose the folder. */
  let folder: string | null = null;

  let isOpen = false;

  async function oneAtATime(show: () => Promise<string | null>): Promise<string | null> {
    if (isOpen) return null;
    isOpen = true;
    try {
      return await show();
    } finally {
      isOpen = false;
    }
  }

  function rememberFolder(path: string | undefined): string | null {
    if (!path) return null;
    folder = dirname(path);
    return path;
  }

  async function save(title: string, suggestedName: string): Promise<string | null> {
    const options = {
      title,
      defaultPath: folder === null ? suggestedName : join(folder, suggestedName),
      filters: exportFilters(),
    };
    const window = current();
    const { canceled, filePath } = await (window
      ? dialog.showSaveDialog(window, options)
      : dialog.showSaveDialog(options));
    return canceled ? null : rememberFolder(filePath);
  }

  async function open(): Promise<string | null> {
    const options = {
      title: m.csv_import_dialog_title(),
      buttonLabel: m.csv_import_dialog_button(),
      ...(folder === null ? {} : { defaultPath: folder }),
      filters: importFilters(),
      properties: ['openFile' as const],
    };
    const window = current();
    const { canceled, filePaths } = await (window
      ? dialog.showOpenDialog(window, options)
      : dialog.showOpenDialog(options));
    return canceled ? null : rememberFolder(filePaths[0]);
  }

  return {
    save: (title, suggestedName) => oneAtATime(() => save(title, suggestedName)),
    open: () => oneAtATime(open),
  };
}
