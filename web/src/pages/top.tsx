// The largest of a report's values, for the overview.

import { useSignedIn } from '../data/hooks';
import { Table } from '../parts/table';
import { allRows } from '../reports/answers';
import { reportOf } from '../reports/catalogue';
import { isSource } from '../reports/overview';
import type { OverviewAnswer, Source } from '../reports/overview';
import { dimensionLabels } from '../reports/report';
import { printView } from '../state/address';
import type { View } from '../state/address';
import { allRow, valueRows } from './value_rows';

interface Props {
  readonly title: string;
  readonly page: Source;
  readonly shown: readonly string[]; // figures
  readonly view: View;
  readonly now: OverviewAnswer;
  readonly before: OverviewAnswer | undefined;
}

const count = 8;

export function Top({ title, page, shown, view, now, before }: Props) {
  const { directory } = useSignedIn();
  const report = reportOf(page)!;
  const dimension = report.dimension!;
  const figures = report.figures.filter(({ key }) => shown.includes(key));
  const rowsOf = ({ whole }: OverviewAnswer) => whole[page];
  const allOf = ({ whole, all }: OverviewAnswer) =>
    allRows(report.all!, figures, whole[page], (id) => (isSource(id) ? all[id] : []));
  const rows = valueRows(
    dimension,
    figures,
    figures[0]!,
    { now: rowsOf(now), before: before && rowsOf(before) },
    directory,
  );
  return (
    <section class="panel">
      <h2>{title}</h2>
      <Table
        caption={title}
        head={dimensionLabels[dimension]}
        figures={figures}
        isCompared={before !== undefined}
        bar={0}
        all={{
          ...allRow(report.all!, view.filters, figures, { now: allOf(now), before: before && allOf(before) }),
          note: undefined,
        }}
        rows={rows.slice(0, count).map(({ note: _, ...row }) => row)}
      />
      <p class="panel-link">
        <a href={printView({ ...view, page })}>{rows.length > count ? `All ${rows.length}` : report.title}</a>
      </p>
    </section>
  );
}
