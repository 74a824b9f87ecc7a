/** The formats of exported files. Main reads and writes the files. */

/** The formats of an exported file, each named like the extension of its files. */
export const EXPORT_FORMATS = ['xlsx', 'csv'] as const;

/** The format of an exported file. */
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

/** The extensions of exported files, each with its dot. */
export const EXPORT_EXTENSIONS: readonly string[] = EXPORT_FORMATS.map((format) => `.${format}`);
