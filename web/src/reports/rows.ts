// Makes figures for charts and tables of the rows of an answer.

import type { Integer } from '../state/json';
import type { Figure } from './report';

export type Cell = string | Integer | null;
export type Row = Readonly<Record<string, Cell>>;

export const numberIn = (row: Row | undefined, key: string): number | null => {
  const cell = row?.[key];
  return typeof cell === 'bigint' ? Number(cell) : typeof cell === 'number' ? cell : null;
};

/** One figure of several rows. Null: no row has it, or a mean of nothing. */
export function combine(rows: readonly Row[], figure: Figure): number | null {
  if (figure.total === 'share') return shareOf(rows, figure.parts ?? []);
  let weight = 0;
  let exact: number | null = null; // the mean of the only row that counts
  let result: number | null = null;
  for (const row of rows) {
    const value = numberIn(row, figure.key);
    if (value === null) continue;
    switch (figure.total) {
      case 'sum':
        result = (result ?? 0) + value;
        break;
      case 'min':
        result = Math.min(result ?? value, value);
        break;
      case 'max':
        result = Math.max(result ?? value, value);
        break;
      case 'none':
        result = rows.length === 1 ? value : null;
        break;
      case 'mean': {
        const of = numberIn(row, figure.weight ?? '') ?? 0;
        if (of > 0) {
          exact = weight === 0 ? value : null;
          weight += of;
          result = (result ?? 0) + value * of;
        }
      }
    }
  }
  if (result === null || (figure.total !== 'sum' && figure.total !== 'mean')) return result;
  // A figure of one row stays as the server wrote it, with two decimals. Of a mean of several, one is known.
  if (figure.total === 'mean') return exact ?? Math.round((result / weight) * 10) / 10;
  return rows.length === 1 ? result : Math.round(result * 100) / 100;
}

/** A share of nothing is not known. */
function shareOf(rows: readonly Row[], parts: readonly string[]): number | null {
  const [part = 0, ...others] = parts.map((key) => rows.reduce((sum, row) => sum + (numberIn(row, key) ?? 0), 0));
  const whole = others.reduce((sum, other) => sum + other, part);
  return whole > 0 ? part / whole : null;
}

/** The figure of one row; null where it is a mean of nothing, which some reports write as 0. */
export const valueIn = (row: Row | undefined, figure: Figure): number | null =>
  row === undefined ? null : combine([row], figure);

/** The change from one value to another as a share of the first; null if it says nothing. */
export const changeOf = (value: number | null, before: number | null): number | null =>
  value === null || before === null || before === 0 ? null : (value - before) / before;

/** The change of a figure. A share changes by parts of the whole, other figures as changeOf says. */
export const changeIn = (value: number | null, before: number | null, { total }: Figure): number | null =>
  total !== 'share' ? changeOf(value, before) : value === null || before === null ? null : value - before;

export const bucketsIn = (rows: readonly Row[]): string[] => [
  ...new Set(rows.map(({ bucket }) => String(bucket ?? ''))),
];

export type Key = string | Integer;

export function byValue(rows: readonly Row[], dimension: string): Map<Key, Row[]> {
  const groups = new Map<Key, Row[]>();
  for (const row of rows) {
    const key = row[dimension];
    if (key === null || key === undefined) continue;
    const group = groups.get(key);
    if (group) group.push(row);
    else groups.set(key, [row]);
  }
  return groups;
}

/** The values with the largest figures first; by name where these are equal. */
export function largestFirst(groups: Map<Key, Row[]>, figure: Figure): Key[] {
  const sizes = new Map([...groups].map(([key, rows]) => [key, combine(rows, figure) ?? -Infinity]));
  return [...groups.keys()].sort(
    (a, b) => sizes.get(b)! - sizes.get(a)! || String(a).localeCompare(String(b), undefined, { numeric: true }),
  );
}

/** Whether a bucket has not begun, so that nothing is known of it. */
export type IsToCome = (bucket: string) => boolean;

/** The figure of each bucket, of all its rows. A count of nothing is 0; other figures of nothing are not known. */
export function perBucket(
  rows: readonly Row[],
  buckets: readonly string[],
  figure: Figure,
  isToCome: IsToCome = () => false,
): (number | null)[] {
  const found = byValue(rows, 'bucket');
  const ofNothing = figure.total === 'sum' ? 0 : null;
  return buckets.map((bucket) => (isToCome(bucket) ? null : (combine(found.get(bucket) ?? [], figure) ?? ofNothing)));
}
