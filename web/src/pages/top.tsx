// The largest of a report's values, for the overview.

import { useSignedIn } from '../data/hooks';
import { nameOf } from '../data/names';
import { Table } from '../parts/table';
import { reportOf } from '../reports/catalogue';
import { dimensionLabels } from '../reports/report';
import { byValue, combine, largestFirst } from '../reports/rows';
import type { Row } from '../reports/rows';
import { printView } from '../state/address';
import type { View } from '../state/address';

interface Props {
  readonly title: string;
  readonly page: string;
  readonly shown: readonly string[]; // figures
  readonly view: View;
  readonly rows: readonly Row[];
  readonly before: readonly Row[] | undefined;
}

const count = 8;

export function Top({ title, page, shown, view, rows, before }: Props) {
  const { directory } = useSignedIn();
  const report = reportOf(page)!;
  const dimension = report.dimension!;
  const figures = report.figures.filter(({ key }) => shown.includes(key));
  const values = byValue(rows, dimension);
  const valuesBefore = before && byValue(before, dimension);
  const keys = largestFirst(values, figures[0]!);
  return (
    <section class="panel">
      <h2>{title}</h2>
      {keys.length === 0 ? (
        <p class="hint">None in this period</p>
      ) : (
        <Table
          caption={title}
          head={dimensionLabels[dimension]}
          figures={figures}
          isCompared={before !== undefined}
          bar={0}
          rows={keys.slice(0, count).map((key) => ({
            key,
            label: nameOf(dimension, key, directory).label,
            values: figures.map((figure) => combine(values.get(key)!, figure)),
            before: valuesBefore && figures.map((figure) => combine(valuesBefore.get(key) ?? [], figure)),
          }))}
        />
      )}
      <p class="panel-link">
        <a href={printView({ ...view, page })}>{keys.length > count ? `All ${keys.length}` : report.title}</a>
      </p>
    </section>
  );
}
