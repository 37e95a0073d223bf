// The cells of a table for a spreadsheet: numbers with all digits, and units in the header.

import type { CsvCell } from '../format/csv';
import type { Figure } from '../reports/report';
import { changeIn } from '../reports/rows';
import type { TableProps, TableRow } from './table_props';

/** A label that is its unit needs no other. */
const withUnit = ({ label, unit }: Figure): string => (label.toLowerCase() === unit ? label : `${label} (${unit})`);

function heading(figure: Figure, isCompared: boolean): string[] {
  if (!isCompared) return [withUnit(figure)];
  const { label, unit, total } = figure;
  return [
    withUnit(figure),
    `${label} before (${unit})`,
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
