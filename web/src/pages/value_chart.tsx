// The chart of a report by tag, agent, group or another value: the largest ones over time.

import { useSignedIn } from '../data/hooks';
import { nameOf } from '../data/names';
import { Chart } from '../parts/chart';
import { reportAnswers } from '../reports/answers';
import { chosenFigure, dimensionLabels, dimensionNotes } from '../reports/report';
import { bucketsIn, byValue } from '../reports/rows';
import type { Key } from '../reports/rows';
import { labelsOf, marking } from './buckets';
import type { FiguresProps } from './figures_place';
import { valueLines } from './lines';
import { columnsAtOnce, shownWords } from './shown_words';

export function ValueChart({ asked, view, go }: FiguresProps) {
  const { directory } = useSignedIn();
  const scope = asked.context;
  const { report, figures, distribution, all } = scope;
  const figure = chosenFigure(figures, view.figure);
  const dimension = scope.dimension!;
  const { now, before } = reportAnswers(scope, asked.answers);
  const buckets = bucketsIn(now.rows);
  const isStacked = !scope.isGrouped && report.chart === 'stacked' && figure.total === 'sum';
  const labelOf = (key: Key): string => nameOf(dimension, key, directory).label;
  const lines = valueLines({ figure, dimension, all, isStacked, labelOf }, now, before, scope, view);
  const drawn = lines.filter(({ isBefore, isQuiet }) => !isBefore && !isQuiet).length;
  const count = byValue(now.rows, dimension).size;
  const hints = [
    scope.isGrouped ? dimensionNotes[dimension] : undefined,
    shownWords(drawn, count, view.rows === 'totals' ? count : columnsAtOnce),
  ].filter(Boolean);
  return (
    <>
      {hints.length > 0 && <p class="hint">{hints.join(' ')}</p>}
      <Chart
        title={`${report.title} by ${dimensionLabels[dimension].toLowerCase()}: ${figure.label}`}
        kind={isStacked ? 'stacked' : 'lines'}
        unit={figure.unit}
        labels={labelsOf(buckets, distribution)}
        lines={lines}
        onMark={marking(buckets, distribution, scope.dates, go)}
      />
    </>
  );
}
