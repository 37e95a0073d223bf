// The rows of a table by tag, agent, group or another value.

import { nameOf } from '../data/names';
import type { Directory } from '../data/session';
import type { TableRow } from '../parts/table_props';
import { allLabel } from '../reports/report';
import type { All, Dimension, Figure } from '../reports/report';
import { byValue, combine, largestFirst } from '../reports/rows';
import type { Row } from '../reports/rows';
import type { Filters } from '../state/filters';

interface Compared {
  readonly now: readonly Row[];
  readonly before: readonly Row[] | undefined;
}

/** The values with the largest figures first. */
export function valueRows(
  dimension: Dimension,
  figures: readonly Figure[],
  largest: Figure,
  { now, before }: Compared,
  directory: Directory,
): TableRow[] {
  const values = byValue(now, dimension);
  const valuesBefore = before && byValue(before, dimension);
  return largestFirst(values, largest).map((key) => ({
    key: String(key),
    ...nameOf(dimension, key, directory),
    values: figures.map((figure) => combine(values.get(key)!, figure)),
    before: valuesBefore && figures.map((figure) => combine(valuesBefore.get(key) ?? [], figure)),
  }));
}

/** The row of all values together. */
export const allRow = (
  all: All,
  filters: Filters,
  figures: readonly Figure[],
  { now, before }: Compared,
): TableRow => ({
  key: 'all',
  label: allLabel(all, filters),
  note: all.note,
  values: figures.map((figure) => combine(now, figure)),
  before: before && figures.map((figure) => combine(before, figure)),
});
