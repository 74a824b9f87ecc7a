/** A CSV file of half a megabyte that takes Papa Parse half a minute: it trims the rest of the cell at every quotation mark. */
export const SLOW_CSV = `id,business name\n"${'x"'.repeat(120_000)}${' '.repeat(240_000)},\n`;
