/** Between the parts of a line, which neither begins nor ends with it: a line breaks at another space. */
export const SEPARATOR = '\u00a0·\u00a0';
