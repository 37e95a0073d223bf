// The figures of a report by day or another bucket.

import { formatBucket } from '../format/times';
import { Chart } from '../parts/chart';
import { Table } from '../parts/table';
import type { TableRow } from '../parts/table_props';
import { reportAnswers } from '../reports/answers';
import { pairsOf } from '../reports/pairs';
import type { Figure } from '../reports/report';
import type { ReportScope } from '../reports/request';
import { bucketsIn, combine, valueIn } from '../reports/rows';
import type { Row } from '../reports/rows';
import { distributions } from '../time/period';
import { labelsOf, marking } from './buckets';
import type { FiguresProps } from './figures_place';
import { figureLines } from './lines';

function rowsOf(scope: ReportScope, rows: readonly Row[], before: readonly Row[] | undefined): TableRow[] {
  const pairs = before && pairsOf(bucketsIn(rows), bucketsIn(before), scope);
  const rowsBefore = new Map(before?.map((row) => [row.bucket, row]));
  const values = (row: Row | undefined, figures: readonly Figure[]) =>
    figures.map((figure) => (scope.isToCome(String(row?.bucket ?? '')) ? null : valueIn(row, figure)));
  return rows.map((row, at) => ({
    key: String(row.bucket),
    label: formatBucket(String(row.bucket), scope.distribution, 'long'),
    exact: String(row.bucket),
    values: values(row, scope.figures),
    before: pairs && values(rowsBefore.get(pairs[at] ?? null), scope.figures),
  }));
}

export function BucketFigures({ asked, view, go }: FiguresProps) {
  const scope = asked.context;
  const { report, distribution, figures } = scope;
  const { now, before: then } = reportAnswers(scope, asked.answers);
  const { rows } = now;
  const before = then?.rows;
  const buckets = bucketsIn(rows);
  const total: TableRow = {
    key: 'total',
    label: 'Whole period',
    values: figures.map((figure) => combine(now.whole, figure)),
    before: then ? figures.map((figure) => combine(then.whole, figure)) : undefined,
  };
  const drawnUnit = figures.find(({ key }) => report.drawn?.includes(key) ?? true)!.unit;
  return (
    <>
      <Chart
        title={report.title}
        kind={report.chart === 'none' ? 'bars' : report.chart}
        unit={drawnUnit}
        labels={labelsOf(buckets, distribution)}
        lines={figureLines(report, figures, rows, before, scope, view)}
        onMark={marking(buckets, distribution, scope.dates, go)}
      />
      <Table
        key={distribution}
        caption={`${report.title} by ${distributions[distribution].toLowerCase()}`}
        head={distributions[distribution]}
        figures={figures}
        rows={rowsOf(scope, rows, before)}
        total={total}
        isCompared={before !== undefined}
      />
    </>
  );
}
