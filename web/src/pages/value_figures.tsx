// The figures of a report by tag, agent, group or another value, with or without buckets.

import { useSignedIn } from '../data/hooks';
import { nameOf } from '../data/names';
import { formatBucket } from '../format/times';
import { Choice } from '../parts/choice';
import { Table } from '../parts/table';
import type { TableRow } from '../parts/table';
import { chosenFigure, dimensionLabels } from '../reports/report';
import type { Dimension, Figure } from '../reports/report';
import { reportAnswers } from '../reports/request';
import { bucketsIn, byValue, combine, largestFirst, perBucket } from '../reports/rows';
import { distributions } from '../time/period';
import type { FiguresProps } from './figures_place';
import { ValueChart } from './value_chart';

const columnsAtOnce = 12;

/** A chat has one of these values, so the sum over them is a number of chats. */
const isExclusive = (dimension: Dimension): boolean =>
  ['queue_outcome', 'greeting', 'first_responder', 'country'].includes(dimension);

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
  const { report, figures, dimension: of } = asked.context;
  const figure = chosenFigure(figures, view.figure);
  const dimension = of!;
  const {
    now: { whole: rows },
    before: then,
  } = reportAnswers(report, asked.answers);
  const before = then?.whole;
  const values = byValue(rows, dimension);
  const valuesBefore = before && byValue(before, dimension);
  const table = largestFirst(values, figure).map((key): TableRow => ({
    key,
    ...nameOf(dimension, key, directory),
    values: figures.map((one) => combine(values.get(key)!, one)),
    before: valuesBefore && figures.map((one) => combine(valuesBefore.get(key) ?? [], one)),
  }));
  const hasTotal = isExclusive(dimension) || (!report.hasBuckets && report.dimension === 'agent');
  const total: TableRow | undefined = hasTotal
    ? {
        key: 'total',
        label: 'All',
        values: figures.map((one) => combine(rows, one)),
        before: before && figures.map((one) => combine(before, one)),
      }
    : undefined;
  const column = figures.indexOf(figure);
  return (
    <Table
      key={`${dimension} ${figure.key}`}
      caption={`${report.title} by ${dimensionLabels[dimension].toLowerCase()}`}
      head={dimensionLabels[dimension]}
      figures={figures}
      rows={table}
      total={total}
      isCompared={before !== undefined}
      bar={column}
      sort={{ column, isDown: true }}
    />
  );
}

function OverTime({ asked, view }: FiguresProps) {
  const { directory } = useSignedIn();
  const { report, figures, distribution, dimension: of } = asked.context;
  const figure = chosenFigure(figures, view.figure);
  const dimension = of!;
  const rows = asked.answers[0] ?? [];
  const buckets = bucketsIn(rows);
  const values = byValue(rows, dimension);
  const shown = largestFirst(values, figure).slice(0, columnsAtOnce);
  const columns = shown.map((key): Figure => ({ ...figure, label: nameOf(dimension, key, directory).label }));
  const cells = shown.map((key) => perBucket(values.get(key)!, buckets, figure));
  const table = buckets.map((bucket, at): TableRow => ({
    key: bucket,
    label: formatBucket(bucket, distribution, 'long'),
    values: cells.map((column) => column[at] ?? null),
  }));
  return (
    <>
      {values.size > shown.length && (
        <p class="hint">
          The {shown.length} with the largest figures. The CSV has all {values.size}.
        </p>
      )}
      <Table
        key={`${distribution} ${figure.key}`}
        caption={`${report.title} over time: ${figure.label}`}
        head={distributions[distribution]}
        figures={columns}
        rows={table}
        isCompared={false}
      />
    </>
  );
}
