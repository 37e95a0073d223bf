// A table of figures that can be sorted, with the change from the period before and bars.

import { useContext, useLayoutEffect, useState } from 'preact/hooks';
import { csvOf } from '../format/csv';
import { formatChange, formatCount, formatExact, formatPoints, formatValue } from '../format/numbers';
import type { Figure } from '../reports/report';
import { changeIn } from '../reports/rows';
import { Bar } from './bar';
import { Scroll } from './scroll';
import { ShownTable } from './shown_table';
import { tableCells } from './table_csv';
import type { TableProps, TableRow } from './table_props';

const shownAtFirst = 100;
const besideAtMost = 4; // figures with the change beside each; of more, it stands below

export function Table(props: TableProps) {
  const { caption, head, figures, all, rows, total, isCompared, bar } = props;
  const [sort, setSort] = useState(props.sort ?? null);
  const [showsAll, setShowsAll] = useState(false);
  const sorted = sort ? [...rows].sort((a, b) => compare(a, b, sort.column) * (sort.isDown ? -1 : 1)) : rows;
  const place = useContext(ShownTable);
  useLayoutEffect(() => {
    const take = () => csvOf(tableCells(props, sorted));
    place.csv = take;
    return () => {
      if (place.csv === take) place.csv = null;
    };
  });
  const shown = showsAll ? sorted : sorted.slice(0, shownAtFirst);
  const largest = bar === undefined ? 0 : Math.max(0, ...rows.map(({ values }) => values[bar] ?? 0));
  const by = (column: number) =>
    setSort(sort?.column === column ? { column, isDown: !sort.isDown } : { column, isDown: column >= 0 });
  const heading = (column: number, label: string, className: string, note?: string) => (
    <th
      key={column}
      scope="col"
      class={className}
      aria-sort={sort?.column === column ? (sort.isDown ? 'descending' : 'ascending') : undefined}
    >
      <button type="button" onClick={() => by(column)}>
        <bdi class="name" title={label}>
          {label}
        </bdi>
        <span class="arrow" aria-hidden="true">
          {sort?.column === column ? (sort.isDown ? '↓' : '↑') : ''}
        </span>
      </button>
      {note && <span class="note">{note}</span>}
    </th>
  );
  const ofAll = (column: number): string => (props.hasAllColumn && column === 0 ? ' of-all' : '');
  const cells = (row: TableRow, hasBar: boolean) =>
    figures.map((figure, at) => (
      <td
        key={at}
        class={`number${hasBar && at === bar ? ' with-bar' : ''}${ofAll(at)}`}
        title={formatExact(row.values[at] ?? null, figure.unit)}
      >
        {hasBar && at === bar && <Bar share={largest > 0 ? (row.values[at] ?? 0) / largest : 0} />}
        <span class="value">{formatValue(row.values[at] ?? null, figure.unit)}</span>
        {isCompared && (
          <span class={`change${figure.total === 'share' ? ' points' : ''}`} title={before(row, at, figure)}>
            <span class="unseen">, change: </span>
            {(figure.total === 'share' ? formatPoints : formatChange)(
              changeIn(row.values[at] ?? null, row.before?.[at] ?? null, figure),
            )}
          </span>
        )}
      </td>
    ));
  const line = (row: TableRow, hasBar: boolean) => (
    <tr key={row.key}>
      <th scope="row" class="label">
        <bdi class="name" title={row.label}>
          {row.label}
        </bdi>
        {row.note && (
          <bdi class="note" title={row.note}>
            {row.note}
          </bdi>
        )}
      </th>
      {cells(row, hasBar)}
    </tr>
  );
  return (
    <Scroll label={caption}>
      <table class={`figures${figures.length > besideAtMost ? ' many' : ''}`}>
        <caption class="unseen">{caption}</caption>
        <thead>
          <tr>
            {heading(-1, head, 'label')}
            {figures.map((figure, at) => heading(at, figure.label, `number${ofAll(at)}`, figure.note))}
          </tr>
        </thead>
        {all && <tbody class="all">{line(all, false)}</tbody>}
        <tbody>
          {shown.map((row) => line(row, true))}
          {rows.length === 0 && (
            <tr>
              <td class="hint" colSpan={figures.length + 1}>
                None in this period
              </td>
            </tr>
          )}
        </tbody>
        {total && <tfoot>{line(total, false)}</tfoot>}
      </table>
      {shown.length < rows.length && (
        <button type="button" class="more" onClick={() => setShowsAll(true)}>
          Show all {formatCount(rows.length)} rows
        </button>
      )}
    </Scroll>
  );
}

function before(row: TableRow, at: number, figure: Figure): string | undefined {
  const value = row.before?.[at] ?? null;
  return value === null ? undefined : `before: ${formatValue(value, figure.unit)}`;
}

/** Unknown values are the smallest. */
function compare(a: TableRow, b: TableRow, column: number): number {
  if (column < 0) return a.label.localeCompare(b.label, undefined, { numeric: true });
  return (a.values[column] ?? -Infinity) - (b.values[column] ?? -Infinity) || 0;
}
