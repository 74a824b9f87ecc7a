/**
 * The system's file dialogs. They are attached to the window and start in the folder of the file chosen last. By
 * default, Electron 43 and newer start in Downloads each time.
 */
import { lstat } from 'node:fs/promises';
import { basename, dirname, extname, join } from 'node:path';
import { dialog, type BrowserWindow, type FileFilter } from 'electron';
import { EXPORT_EXTENSIONS, EXPORT_FORMATS, type ExportFormat } from '../../shared/csv';
import { m } from '../../shared/messages';

const FORMAT_NAMES: Record<ExportFormat, () => string> = {
  xlsx: m.csv_file_type_xlsx,
  csv: m.csv_file_type_csv,
};

/**
 * The formats of an export, the chosen one first. The extension of the file decides, because dialogs do not tell which
 * filter the person chose.
 */
function exportFilters(format: ExportFormat): FileFilter[] {
  const others = EXPORT_FORMATS.filter((other) => other !== format);
  return [format, ...others].map((one) => ({ name: FORMAT_NAMES[one](), extensions: [one] }));
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
export function createFileDialogs(current: () => BrowserWindow | null) {
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

  async function save(title: string, name: string, format: ExportFormat): Promise<string | null> {
    const suggestedName = `${name}.${format}`;
    const options = {
      title,
      defaultPath: folder === null ? suggestedName : join(folder, suggestedName),
      filters: exportFilters(format),
    };
    const window = current();
    const { canceled, filePath } = await (window
      ? dialog.showSaveDialog(window, options)
      : dialog.showSaveDialog(options));
    const path = canceled ? null : rememberFolder(filePath);
    if (path === null || EXPORT_EXTENSIONS.includes(extname(path).toLowerCase())) return path;
    const named = `${path}.${format}`;
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
    /**
     * Path of the file to write; null when canceled.
     * @param name the suggested file name, without extension. The person can change it. A name without a known
     *   extension gets that of the format, so that a program can open the file
     */
    save: (title: string, name: string, format: ExportFormat): Promise<string | null> =>
      oneAtATime(() => save(title, name, format)),
    /** Path of the file to import; null when canceled. */
    open: (): Promise<string | null> => oneAtATime(open),
  };
}

/**
 * Asks the person for a file. Only one dialog is open at a time, so that a page cannot flood the person with them; a
 * request while one is open counts as canceled.
 */
export type FileDialogs = ReturnType<typeof createFileDialogs>;
