// A table of figures that can be sorted, with the change from the period before and bars.

import { useState } from 'preact/hooks';
import { formatChange, formatCount, formatExact, formatPoints, formatValue } from '../format/numbers';
import type { Figure } from '../reports/report';
import { changeIn } from '../reports/rows';
import { Bar } from './bar';
import { Scroll } from './scroll';

export interface TableRow {
  readonly key: string | number;
  readonly label: string;
  readonly note?: string | undefined; // such as the id beside a name
  readonly values: readonly (number | null)[];
  readonly before?: readonly (number | null)[] | undefined;
}

export interface TableProps {
  readonly caption: string;
  readonly head: string; // of the labels
  readonly figures: readonly Figure[];
  readonly all?: TableRow | undefined; // what the rows are together, before them
  readonly rows: readonly TableRow[];
  readonly total?: TableRow | undefined; // after them
  readonly isCompared: boolean;
  readonly bar?: number | undefined; // the column with bars
  readonly hasAllColumn?: boolean; // the first column is what the others are together
  readonly sort?: { readonly column: number; readonly isDown: boolean } | undefined; // at first
}

const shownAtFirst = 100;
const besideAtMost = 4; // figures with the change beside each; of more, it stands below

export function Table(props: TableProps) {
  const { caption, head, figures, all, rows, total, isCompared, bar } = props;
  const [sort, setSort] = useState(props.sort ?? null);
  const [showsAll, setShowsAll] = useState(false);
  const sorted = sort ? [...rows].sort((a, b) => compare(a, b, sort.column) * (sort.isDown ? -1 : 1)) : rows;
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
