// CSV as the server writes it (RFC 4180).

export type CsvCell = string | number | null;

// A spreadsheet would take such a text for a formula.
const formula = /^[=+\-@\t\r]/;

function printed(cell: CsvCell): string {
  if (typeof cell !== 'string') return cell === null ? '' : String(cell);
  const text = formula.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

export const csvOf = (rows: readonly (readonly CsvCell[])[]): string =>
  rows.map((cells) => `${cells.map(printed).join(',')}\r\n`).join('');
