// The figures of a report by tag, agent, group or another value, with or without buckets.

import { useSignedIn } from '../data/hooks';
import { nameOf } from '../data/names';
import { formatBucket } from '../format/times';
import { Chart } from '../parts/chart';
import type { Line } from '../parts/chart';
import { Table } from '../parts/table';
import type { TableRow } from '../parts/table';
import { dimensionLabels } from '../reports/catalogue';
import type { Dimension, Figure } from '../reports/catalogue';
import { reportAnswers } from '../reports/request';
import { bucketsIn, byValue, combine, largestFirst, perBucket } from '../reports/rows';
import type { Key } from '../reports/rows';
import { distributions } from '../time/period';
import { beforeWord, labelsOf } from './bucket_figures';
import { datesOfBuckets } from './marking';
import type { FiguresProps } from './report';

const drawnAtOnce = 5;
const drawnWithComparison = 3; // each has a dashed line, too
const columnsAtOnce = 12;

/** A chat has one of these values, so the sum over them is a number of chats. */
const isExclusive = (dimension: Dimension): boolean =>
  ['queue_outcome', 'greeting', 'first_responder', 'country'].includes(dimension);

export function ValueFigures(props: FiguresProps) {
  const { view, go, asked } = props;
  const { report, figures, figure } = asked.context;
  if (!report.hasBuckets) return <Totals {...props} />;
  return (
    <>
      {figures.length > 1 && (
        <Choice label="Figure" chosen={figure.key} options={figures.map(({ key, label }) => [key, label] as const)} onChoose={(key) => go({ figure: key })} />
      )}
      <ValueChart {...props} />
      <Choice label="Table" chosen={view.rows} options={[['totals', 'Whole period'], ['buckets', 'Over time']] as const} onChoose={(rows) => go({ rows })} />
      {view.rows === 'totals' ? <Totals {...props} /> : <OverTime {...props} />}
    </>
  );
}

function Choice<T extends string>({ label, chosen, options, onChoose }: {
  readonly label: string;
  readonly chosen: T;
  readonly options: readonly (readonly [T, string])[];
  readonly onChoose: (key: T) => void;
}) {
  return (
    <div class="choice" role="group" aria-label={label}>
      {options.map(([key, text]) => (
        <button key={key} type="button" aria-pressed={key === chosen} onClick={() => onChoose(key)}>{text}</button>
      ))}
    </div>
  );
}

function ValueChart({ asked, view, go }: FiguresProps) {
  const { directory } = useSignedIn();
  const scope = asked.context;
  const { report, figure, distribution } = scope;
  const dimension = scope.dimension!;
  const { now: { rows }, before: then } = reportAnswers(report, asked.answers);
  const before = then?.rows;
  const buckets = bucketsIn(rows);
  const values = byValue(rows, dimension);
  const valuesBefore = before && byValue(before, dimension);
  const drawn = largestFirst(values, figure).slice(0, before ? drawnWithComparison : drawnAtOnce);
  const isStacked = !scope.isGrouped && report.chart === 'stacked' && figure.total === 'sum';
  const label = (key: Key): string => nameOf(dimension, key, directory).label;
  const lines: Line[] = drawn.map((key, at) => ({ label: label(key), values: perBucket(values.get(key)!, buckets, figure), colour: at + 1 }));
  if (before && valuesBefore) {
    const bucketsBefore = bucketsIn(before);
    const word = beforeWord(view);
    if (isStacked) {
      lines.push({ label: `All, ${word}`, values: bucketsBefore.map((bucket) => combine(before.filter((row) => row.bucket === bucket), figure) ?? 0), colour: 0, isBefore: true });
    } else {
      drawn.forEach((key, at) => lines.push({ label: `${label(key)}, ${word}`, values: perBucket(valuesBefore.get(key) ?? [], bucketsBefore, figure), colour: at + 1, isBefore: true }));
    }
  }
  const name = dimensionLabels[dimension].toLowerCase();
  return (
    <>
      {values.size > drawn.length && <p class="hint">The chart shows the {drawn.length} with the largest figures. The table has all {values.size}.</p>}
      <Chart title={`${report.title} by ${name}: ${figure.label}`} kind={isStacked ? 'stacked' : 'lines'} unit={figure.unit}
        labels={labelsOf(buckets, distribution)} lines={lines}
        onMark={distribution !== 'hour' && buckets.length > 1 ? (first, last) => go({ period: datesOfBuckets(buckets, first, last, scope), distribution: null }) : undefined} />
    </>
  );
}

function Totals({ asked }: FiguresProps) {
  const { directory } = useSignedIn();
  const { report, figures, figure, dimension: of } = asked.context;
  const dimension = of!;
  const { now: { whole: rows }, before: then } = reportAnswers(report, asked.answers);
  const before = then?.whole;
  const values = byValue(rows, dimension);
  const valuesBefore = before && byValue(before, dimension);
  const table = largestFirst(values, figure).map((key): TableRow => ({
    key,
    ...nameOf(dimension, key, directory),
    values: figures.map((one) => combine(values.get(key)!, one)),
    before: valuesBefore && figures.map((one) => combine(valuesBefore.get(key) ?? [], one)),
  }));
  const hasTotal = isExclusive(dimension) || !report.hasBuckets && report.dimension === 'agent';
  const total: TableRow | undefined = hasTotal ? {
    key: 'total', label: 'All',
    values: figures.map((one) => combine(rows, one)),
    before: before && figures.map((one) => combine(before, one)),
  } : undefined;
  const column = figures.indexOf(figure);
  return (
    <Table key={`${dimension} ${figure.key}`} caption={`${report.title} by ${dimensionLabels[dimension].toLowerCase()}`} head={dimensionLabels[dimension]}
      figures={figures} rows={table} total={total} isCompared={before !== undefined} bar={column} sort={{ column, isDown: true }} />
  );
}

function OverTime({ asked }: FiguresProps) {
  const { directory } = useSignedIn();
  const { report, figure, distribution, dimension: of } = asked.context;
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
      {values.size > shown.length && <p class="hint">The {shown.length} with the largest figures. The CSV has all {values.size}.</p>}
      <Table key={`${distribution} ${figure.key}`} caption={`${report.title} over time: ${figure.label}`} head={distributions[distribution]}
        figures={columns} rows={table} isCompared={false} />
    </>
  );
}
