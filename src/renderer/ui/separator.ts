/** Between the parts of a line. A line breaks after the dot, so that none begins with it. */
export const SEPARATOR = '\u00a0· ';
