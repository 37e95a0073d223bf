// The chart of a report by tag, agent, group or another value: the largest ones over time.

import { useSignedIn } from '../data/hooks';
import { nameOf } from '../data/names';
import { Chart } from '../parts/chart';
import type { Line } from '../parts/chart_props';
import { reportAnswers } from '../reports/answers';
import { chosenFigure, dimensionLabels, dimensionNotes } from '../reports/report';
import { bucketsIn, byValue, combine, largestFirst, perBucket } from '../reports/rows';
import type { Key } from '../reports/rows';
import { beforeWord, labelsOf, marking } from './buckets';
import type { FiguresProps } from './figures_place';

const drawnAtOnce = 5;
const drawnWithComparison = 3; // each has a dashed line, too

export function ValueChart({ asked, view, go }: FiguresProps) {
  const { directory } = useSignedIn();
  const scope = asked.context;
  const { report, figures, distribution } = scope;
  const figure = chosenFigure(figures, view.figure);
  const dimension = scope.dimension!;
  const {
    now: { rows, all },
    before: then,
  } = reportAnswers(scope, asked.answers);
  const before = then?.rows;
  const buckets = bucketsIn(rows);
  const values = byValue(rows, dimension);
  const valuesBefore = before && byValue(before, dimension);
  const drawn = largestFirst(values, figure).slice(0, before ? drawnWithComparison : drawnAtOnce);
  const isStacked = !scope.isGrouped && report.chart === 'stacked' && figure.total === 'sum';
  const label = (key: Key): string => nameOf(dimension, key, directory).label;
  // A value keeps its colour whichever figure is drawn.
  const inOrder = [...drawn].sort((a, b) => String(a).localeCompare(String(b), undefined, { numeric: true }));
  const colourOf = (key: Key): number => inOrder.indexOf(key) + 1;
  const lines: Line[] = drawn.map((key) => ({
    label: label(key),
    values: perBucket(values.get(key)!, buckets, figure),
    colour: colourOf(key),
  }));
  // A stack is as high as all of its values.
  if (scope.all && !isStacked)
    lines.unshift({ label: scope.all.label, values: perBucket(all, buckets, figure), colour: 0, isQuiet: true });
  if (before && valuesBefore) {
    const bucketsBefore = bucketsIn(before);
    const word = beforeWord(view);
    if (isStacked) {
      const inBucket = byValue(before, 'bucket');
      lines.push({
        label: `All, ${word}`,
        values: bucketsBefore.map((bucket) => combine(inBucket.get(bucket) ?? [], figure) ?? 0),
        colour: 0,
        isBefore: true,
      });
    } else {
      drawn.forEach((key) =>
        lines.push({
          label: `${label(key)}, ${word}`,
          values: perBucket(valuesBefore.get(key) ?? [], bucketsBefore, figure),
          colour: colourOf(key),
          isBefore: true,
        }),
      );
    }
  }
  const name = dimensionLabels[dimension].toLowerCase();
  const hints = [
    scope.isGrouped ? dimensionNotes[dimension] : undefined,
    values.size > drawn.length
      ? `The chart shows the ${drawn.length} with the largest figures. The table has all ${values.size}.`
      : undefined,
  ].filter((hint) => hint !== undefined);
  return (
    <>
      {hints.length > 0 && <p class="hint">{hints.join(' ')}</p>}
      <Chart
        title={`${report.title} by ${name}: ${figure.label}`}
        kind={isStacked ? 'stacked' : 'lines'}
        unit={figure.unit}
        labels={labelsOf(buckets, distribution)}
        lines={lines}
        onMark={marking(buckets, distribution, scope.dates, go)}
      />
    </>
  );
}
