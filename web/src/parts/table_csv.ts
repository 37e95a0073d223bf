// The cells of a table for a spreadsheet: numbers with all digits, and units in the header.

import type { CsvCell } from '../format/csv';
import type { Figure } from '../reports/report';
import { changeIn } from '../reports/rows';
import type { TableProps, TableRow } from './table_props';

const unitOf = ({ unit }: Figure): string => (unit === 'working seconds' ? 'seconds' : unit);

/** A label that is its unit needs no other. */
const withUnit = (figure: Figure, label: string): string =>
  label.toLowerCase() === figure.unit ? label : `${label} (${unitOf(figure)})`;

function heading(figure: Figure, isCompared: boolean): string[] {
  const { label, total } = figure;
  if (!isCompared) return [withUnit(figure, label)];
  return [
    withUnit(figure, label),
    withUnit(figure, `${label} before`),
    total === 'share' ? `${label}: difference (share)` : `${label}: change (share)`,
  ];
}

/** `rows` are in the order of the screen. */
export function tableCells(props: TableProps, rows: readonly TableRow[]): CsvCell[][] {
  const { head, figures, all, total, isCompared } = props;
  const hasIds = rows.some(({ note }) => note);
  const line = (row: TableRow, isValue: boolean): CsvCell[] => [
    row.exact ?? row.label,
    ...(hasIds ? [isValue ? String(row.key) : null] : []),
    ...figures.flatMap((figure, at) => {
      const [value, before] = [row.values[at] ?? null, row.before?.[at] ?? null];
      return isCompared ? [value, before, changeIn(value, before, figure)] : [value];
    }),
  ];
  return [
    [head, ...(hasIds ? [`${head} id`] : []), ...figures.flatMap((figure) => heading(figure, isCompared))],
    ...(all ? [line(all, false)] : []),
    ...rows.map((row) => line(row, true)),
    ...(total ? [line(total, false)] : []),
  ];
}
