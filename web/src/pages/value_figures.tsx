// The figures of a report by tag, agent, group or another value, with or without buckets.

import { useSignedIn } from '../data/hooks';
import { nameOf } from '../data/names';
import { formatBucket } from '../format/times';
import { Choice } from '../parts/choice';
import { Table } from '../parts/table';
import type { TableRow } from '../parts/table_props';
import { reportAnswers } from '../reports/answers';
import { allLabel, chosenFigure, dimensionLabels } from '../reports/report';
import type { Figure } from '../reports/report';
import { bucketsIn, byValue, largestFirst, perBucket } from '../reports/rows';
import { distributions } from '../time/period';
import type { FiguresProps } from './figures_place';
import { columnsAtOnce } from './shown_words';
import { ValueChart } from './value_chart';
import { allRow, valueRows } from './value_rows';

export function ValueFigures(props: FiguresProps) {
  const { view, go, asked } = props;
  const { report, figures } = asked.context;
  const figure = chosenFigure(figures, view.figure);
  if (!report.hasBuckets) return <Totals {...props} />;
  return (
    <>
      {figures.length > 1 && (
        <Choice
          label="Figure"
          chosen={figure.key}
          options={figures.map(({ key, label }) => [key, label] as const)}
          onChoose={(key) => go({ figure: key })}
        />
      )}
      <ValueChart {...props} />
      <Choice
        label="Table"
        chosen={view.rows}
        options={
          [
            ['totals', 'Whole period'],
            ['buckets', 'Over time'],
          ] as const
        }
        onChoose={(rows) => go({ rows })}
      />
      {view.rows === 'totals' ? <Totals {...props} /> : <OverTime {...props} />}
    </>
  );
}

function Totals({ asked, view }: FiguresProps) {
  const { directory } = useSignedIn();
  const { report, figures, all, dimension: of } = asked.context;
  const figure = chosenFigure(figures, view.figure);
  const dimension = of!;
  const { now, before } = reportAnswers(asked.context, asked.answers);
  const column = figures.indexOf(figure);
  return (
    <Table
      key={`${dimension} ${figure.key}`}
      caption={`${report.title} by ${dimensionLabels[dimension].toLowerCase()}`}
      head={dimensionLabels[dimension]}
      figures={figures}
      all={all ? allRow(all, view.filters, figures, { now: now.wholeAll, before: before?.wholeAll }) : undefined}
      rows={valueRows(dimension, figures, figure, { now: now.whole, before: before?.whole }, directory)}
      isCompared={before !== null}
      bar={column}
      sort={{ column, isDown: true }}
    />
  );
}

function OverTime({ asked, view }: FiguresProps) {
  const { directory } = useSignedIn();
  const { report, figures, distribution, all, dimension: of, isToCome } = asked.context;
  const figure = chosenFigure(figures, view.figure);
  const dimension = of!;
  const { rows, all: ofAll } = reportAnswers(asked.context, asked.answers).now;
  const buckets = bucketsIn(rows);
  const values = byValue(rows, dimension);
  const shown = largestFirst(values, figure).slice(0, columnsAtOnce);
  const columns = shown.map((key) => ({
    label: nameOf(dimension, key, directory).label,
    cells: perBucket(values.get(key)!, buckets, figure, isToCome),
  }));
  if (all) columns.unshift({ label: allLabel(all, view.filters), cells: perBucket(ofAll, buckets, figure, isToCome) });
  const table = buckets.map((bucket, at): TableRow => ({
    key: bucket,
    label: formatBucket(bucket, distribution, 'long'),
    exact: bucket,
    values: columns.map(({ cells }) => cells[at] ?? null),
  }));
  return (
    <>
      <Table
        key={`${distribution} ${figure.key}`}
        caption={`${report.title} over time: ${figure.label}`}
        head={distributions[distribution]}
        figures={columns.map(({ label }): Figure => ({ ...figure, label }))}
        hasAllColumn={all !== null}
        rows={table}
        isCompared={false}
      />
    </>
  );
}
