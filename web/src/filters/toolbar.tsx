// The period, how it is cut and compared, the time zone, and the filters.

import { useSignedIn } from '../data/hooks';
import type { Go } from '../data/hooks';
import { DateInput } from '../parts/date_input';
import { Field, Select, entries } from '../parts/field';
import { dimensionLabels, groupings } from '../reports/report';
import type { Report } from '../reports/report';
import { zoneOf } from '../reports/request';
import type { View } from '../state/address';
import { comparisons, datesOf, distributions, presets } from '../time/period';
import type { Comparison, Distribution, Preset } from '../time/period';
import { dateAt } from '../time/zone';
import { FilterRow } from './filter_row';
import { ZoneControl } from './zone_control';

interface Props {
  readonly view: View;
  readonly go: Go;
  readonly report?: Report;
  readonly distribution?: Distribution; // the one in use
}

export function Toolbar(props: Props) {
  return (
    <section class="toolbar" aria-label="Period and filters">
      <div class="controls">
        <PeriodControls {...props} />
        <CutControls {...props} />
        <ZoneControl {...props} />
      </div>
      <FilterRow {...props} />
    </section>
  );
}

function PeriodControls({ view, go }: Props) {
  const { about, checkedAt } = useSignedIn();
  const dates = datesOf(view.period, dateAt(checkedAt, zoneOf(view, about)));
  const preset: Preset | 'own' = 'preset' in view.period ? view.period.preset : 'own';
  const set = (key: 'from' | 'to', date: string) => {
    if (!date) return;
    const next = { ...dates, [key]: date };
    if (next.from > next.to) next[key === 'from' ? 'to' : 'from'] = date;
    go({ period: next, number: 1 });
  };
  return (
    <>
      <Select
        label="Period"
        value={preset}
        options={[...entries(presets), ['own', 'Own dates']]}
        onChange={(value) => go({ period: value === 'own' ? dates : { preset: value }, number: 1 })}
      />
      <Field label="From">
        {(id) => <DateInput id={id} value={dates.from} onChange={(date) => set('from', date)} />}
      </Field>
      <Field label="To">{(id) => <DateInput id={id} value={dates.to} onChange={(date) => set('to', date)} />}</Field>
    </>
  );
}

function CutControls({ view, go, report, distribution }: Props) {
  const cuts = report?.hasBuckets ? report.distributions : [];
  return (
    <>
      {report && distribution && cuts.length > 0 && (
        <Select
          label="By"
          value={distribution}
          options={cuts.map((cut) => [cut, distributions[cut]] as const)}
          onChange={(value) => go({ distribution: value })}
        />
      )}
      {report?.canGroup && (
        <Select
          label="Split by"
          value={view.groupBy ?? ''}
          options={[['', 'Nothing'], ...groupings.map((key) => [key, dimensionLabels[key]] as const)]}
          onChange={(value) => go({ groupBy: value || null, figure: null })}
        />
      )}
      {report?.special !== 'departures' && (
        <Select<Comparison>
          label="Compare with"
          value={view.comparison}
          options={entries(comparisons)}
          onChange={(value) => go({ comparison: value })}
        />
      )}
    </>
  );
}
