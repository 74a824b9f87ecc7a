/** Why a workbook cannot be read. */

/** Thrown while a workbook is read: it is damaged, or would become too large in memory. */
export class WorkbookError extends Error {
  readonly code: 'import.damaged' | 'file.too-large';

  constructor(code: WorkbookError['code']) {
    super(code);
    this.code = code;
  }
}
