// A table of figures that can be sorted, with the change from the period before and bars.

import { useContext, useLayoutEffect, useState } from 'preact/hooks';
import { csvOf } from '../format/csv';
import { formatChange, formatCount, formatExact, formatPoints, formatValue } from '../format/numbers';
import type { Figure } from '../reports/report';
import { changeIn } from '../reports/rows';
import { useTheme } from '../shell/theme';
import { Barred } from './bar';
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
  const isOnPaper = useTheme() === 'paper';
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
    figures.map((figure, at) => {
      const value = row.values[at] ?? null;
      const text = <span class="value">{formatValue(value, figure.unit)}</span>;
      const change = isCompared && <Change row={row} at={at} figure={figure} />;
      return (
        <td key={at} class={`number${ofAll(at)}`} title={formatExact(value, figure.unit)}>
          {hasBar && at === bar ? (
            <Barred share={largest > 0 ? (value ?? 0) / largest : 0} beside={change}>
              {text}
            </Barred>
          ) : (
            <>
              {text}
              {change}
            </>
          )}
        </td>
      );
    });
  // A row has no state, so another one may take its place on the screen.
  const line = (row: TableRow, hasBar: boolean, at = 0) => (
    <tr key={at}>
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
          {shown.map((row, at) => line(row, true, at))}
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
      {shown.length < rows.length &&
        (isOnPaper ? (
          <p class="more hint">
            The first {formatCount(shown.length)} of {formatCount(rows.length)} rows
          </p>
        ) : (
          <button type="button" class="more" onClick={() => setShowsAll(true)}>
            Show all {formatCount(rows.length)} rows
          </button>
        ))}
    </Scroll>
  );
}

function Change({ row, at, figure }: { readonly row: TableRow; readonly at: number; readonly figure: Figure }) {
  const before = row.before?.[at] ?? null;
  const change = changeIn(row.values[at] ?? null, before, figure);
  const isShare = figure.total === 'share';
  return (
    <span
      class={`change${isShare ? ' points' : ''}`}
      title={before === null ? undefined : `before: ${formatValue(before, figure.unit)}`}
    >
      <span class="unseen">, change: </span>
      {isShare ? formatPoints(change) : formatChange(change)}
    </span>
  );
}

/** Unknown values are the smallest. */
function compare(a: TableRow, b: TableRow, column: number): number {
  if (column < 0) return a.label.localeCompare(b.label, undefined, { numeric: true });
  return (a.values[column] ?? -Infinity) - (b.values[column] ?? -Infinity) || 0;
}
