// The lines of charts over buckets: of the period, and dashed ones of the period before.

import type { Line } from '../parts/chart_props';
import type { Answer } from '../reports/answers';
import { besideBuckets, pairsOf } from '../reports/pairs';
import type { Periods } from '../reports/pairs';
import { allLabel } from '../reports/report';
import type { All, Dimension, Figure, Report } from '../reports/report';
import { bucketsIn, byValue, largestFirst, perBucket } from '../reports/rows';
import type { IsToCome, Key, Row } from '../reports/rows';
import type { View } from '../state/address';
import { beforeWord } from './buckets';

const drawnAtOnce = 5;
const drawnWithComparison = 3; // each has a dashed line, too

/** Buckets to come have no figures. */
type DrawnPeriods = Periods & { readonly isToCome: IsToCome };

function begunPairs(now: readonly string[], before: readonly string[], periods: DrawnPeriods): (string | null)[] {
  return pairsOf(now, before, periods).map((pair, at) => (periods.isToCome(now[at]!) ? null : pair));
}

const beforeLine = (label: string, values: Line['values'], colour: number, view: View): Line => ({
  label: `${label}, ${beforeWord(view)}`,
  values,
  colour,
  isBefore: true,
});

/** A line for each figure that the report draws. */
export function figureLines(
  { chart, drawn }: Report,
  figures: readonly Figure[],
  rows: readonly Row[],
  before: readonly Row[] | undefined,
  periods: DrawnPeriods,
  view: View,
): Line[] {
  const shown = figures.filter(({ key }) => drawn?.includes(key) ?? true);
  const buckets = bucketsIn(rows);
  const values = shown.map((figure) => perBucket(rows, buckets, figure, periods.isToCome));
  const lines = shown.map(({ label }, at): Line => ({ label, values: values[at]!, colour: at + 1 }));
  if (!before) return lines;
  const pairs = begunPairs(buckets, bucketsIn(before), periods);
  const valuesBefore = shown.map((figure) => besideBuckets(before, pairs, figure));
  if (chart === 'stacked') {
    const sums = pairs.map((pair, at) =>
      pair === null ? null : valuesBefore.reduce((sum, of) => sum + (of[at] ?? 0), 0),
    );
    return [...lines, beforeLine('All', sums, 0, view)];
  }
  const isSingle = shown.length === 1;
  return [
    ...lines,
    ...lines.map(({ label, colour }, at) => beforeLine(label, valuesBefore[at]!, isSingle ? 0 : colour, view)),
  ];
}

interface Values {
  readonly figure: Figure;
  readonly dimension: Dimension;
  readonly all: All | null;
  readonly isStacked: boolean;
  readonly labelOf: (key: Key) => string;
}

/** A line for each of the largest values, and a quiet one for all of them. */
export function valueLines(
  { figure, dimension, all, isStacked, labelOf }: Values,
  now: Answer,
  before: Answer | null,
  periods: DrawnPeriods,
  view: View,
): Line[] {
  const buckets = bucketsIn(now.rows);
  const values = byValue(now.rows, dimension);
  const drawn = largestFirst(values, figure).slice(0, before ? drawnWithComparison : drawnAtOnce);
  // A value keeps its colour whichever figure is drawn.
  const inOrder = [...drawn].sort((a, b) => String(a).localeCompare(String(b), undefined, { numeric: true }));
  const lines = drawn.map((key): Line => ({
    label: labelOf(key),
    values: perBucket(values.get(key)!, buckets, figure, periods.isToCome),
    colour: inOrder.indexOf(key) + 1,
  }));
  // A stack is as high as all of its values.
  const quiet: Line[] =
    all && !isStacked
      ? [
          {
            label: allLabel(all, view.filters),
            values: perBucket(now.all, buckets, figure, periods.isToCome),
            colour: 0,
            isQuiet: true,
          },
        ]
      : [];
  if (!before) return [...quiet, ...lines];
  const pairs = begunPairs(buckets, bucketsIn(before.rows), periods);
  const inBuckets = (rows: readonly Row[]) => besideBuckets(rows, pairs, figure);
  if (isStacked) return [...lines, beforeLine('All', inBuckets(before.all), 0, view)];
  const valuesBefore = byValue(before.rows, dimension);
  return [
    ...quiet,
    ...lines,
    ...lines.map(({ label, colour }, at) =>
      beforeLine(label, inBuckets(valuesBefore.get(drawn[at]!) ?? []), colour, view),
    ),
  ];
}
