/**
 * The system's file dialogs. They are attached to the window and start in the folder of the file chosen last. By
 * default, Electron 43 and newer start in Downloads each time.
 */
import { lstat } from 'node:fs/promises';
import { basename, dirname, extname, join } from 'node:path';
import { dialog, type BrowserWindow, type FileFilter } from 'electron';
import { m } from '../../shared/messages';

/**
 * Asks the user for a file. Only one dialog is open at a time, so that a page cannot flood the person with them; a
 * request while one is open counts as canceled.
 */
export interface FileDialogs {
  /**
   * Path of the file to write; null when canceled. The person can change the suggested file name. Without a known
   * extension it gets that of CSV, so that a program can open it.
   */
  save(title: string, suggestedName: string): Promise<string | null>;
  /** Path of the file to import; null when canceled. */
  open(): Promise<string | null>;
}

/** The extensions of an export. */
const EXTENSIONS: readonly string[] = ['.csv', '.xlsx'];

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
    const path = canceled ? null : rememberFolder(filePath);
    if (path === null || EXTENSIONS.includes(extname(path).toLowerCase())) return path;
    const named = `${path}.csv`;
    return (await mayReplace(named)) ? named : null;
  }

  /** Whether a file does not exist or may be replaced. The system's dialog asked only about the name without extension. */
  async function mayReplace(path: string): Promise<boolean> {
    const exists = await lstat(path).then(
      () => true,
      () => false,
    );
    if (!exists) return true;
    const options = {
      type: 'warning' as const,
      message: m.csv_replace_title({ name: basename(path) }),
      detail: m.csv_replace_text(),
      buttons: [m.csv_replace(), m.common_cancel()],
      defaultId: 1,
      cancelId: 1,
      noLink: true,
    };
    const window = current();
    const { response } = await (window
      ? dialog.showMessageBox(window, options)
      : dialog.showMessageBox(options));
    return response === 0;
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
