// The page of one report: its chart, its table, its definition, and its figures to take along.

import { useMemo, useState } from 'preact/hooks';
import { useAnswers, useSignedIn } from '../data/hooks';
import type { Go } from '../data/hooks';
import { Toolbar } from '../filters/toolbar';
import { Definition } from '../parts/definition';
import { Dialog } from '../parts/dialog';
import { ShownTable } from '../parts/shown_table';
import type { Place } from '../parts/shown_table';
import { reportAnswers, reportQuestions } from '../reports/answers';
import { ignoredWords } from '../reports/report';
import type { Report } from '../reports/report';
import { reportScopeOf } from '../reports/request';
import { numberIn } from '../reports/rows';
import { printView } from '../state/address';
import type { View } from '../state/address';
import { BucketFigures } from './bucket_figures';
import { Departures } from './departures';
import { EmptyPeriod, PeriodWords } from './empty';
import { UnlikePairs } from './unlike_pairs';
import { FiguresPlace } from './figures_place';
import type { FiguresProps } from './figures_place';
import { Forms } from './forms';
import { PaperLines } from './paper';
import { TakeAlong } from './take_along';
import { ValueFigures } from './value_figures';

interface Props {
  readonly report: Report;
  readonly view: View;
  readonly go: Go;
}

export function ReportPage({ report, view, go }: Props) {
  const { about, checkedAt } = useSignedIn();
  const scope = reportScopeOf(view, report, about, checkedAt);
  const questions = reportQuestions(scope, view.number);
  const asking = useAnswers(printView({ ...view, figure: null, rows: 'totals' }), scope, questions);
  const place = useMemo<Place>(() => ({ csv: null }), []);
  return (
    <ShownTable.Provider value={place}>
      <div class="title">
        <h1>{report.title}</h1>
        <p class="summary">
          {report.about} <DefinitionLink report={report} />
        </p>
        <TakeAlong question={questions[0]!} scope={scope} view={view} />
      </div>
      <PaperLines view={view} />
      <Toolbar view={view} go={go} report={report} distribution={scope.distribution} />
      <FiguresPlace asking={asking} go={go}>
        {(asked) => <Figures asked={asked} view={view} go={go} />}
      </FiguresPlace>
    </ShownTable.Provider>
  );
}

function Figures(props: FiguresProps) {
  const { asked } = props;
  const { report, dates, before, rangeBefore, isCut, zone } = asked.context;
  const { now, before: then } = reportAnswers(asked.context, asked.answers);
  const { rows, wholeAll } = now;
  const ignored = ignoredWords(report, props.view.filters);
  const isEmpty =
    props.view.number === 1 &&
    ![...rows, ...wholeAll].some(
      (row) => report.special === 'departures' || report.figures.some(({ key }) => (numberIn(row, key) ?? 0) !== 0),
    );
  return (
    <>
      <PeriodWords
        dates={dates}
        before={report.special === 'departures' ? null : before}
        isCompared={rangeBefore !== null}
        isCut={isCut}
        zone={zone}
        hasTimes={report.figures.some(({ total }) => total === 'mean')}
      />
      {then && report.hasBuckets && <UnlikePairs rows={rows} before={then.rows} scope={asked.context} />}
      {ignored && <p class="hint">{ignored}</p>}
      {isEmpty ? (
        <EmptyPeriod view={props.view} go={props.go} />
      ) : report.special === 'forms' ? (
        <Forms {...props} />
      ) : report.special === 'departures' ? (
        <Departures {...props} />
      ) : asked.context.dimension ? (
        <ValueFigures {...props} />
      ) : (
        <BucketFigures {...props} />
      )}
    </>
  );
}

function DefinitionLink({ report }: { readonly report: Report }) {
  const [isOpen, setIsOpen] = useState(false);
  return (
    <>
      <button type="button" class="link" aria-haspopup="dialog" onClick={() => setIsOpen(true)}>
        How it is counted
      </button>
      {isOpen && (
        <Dialog title={`${report.title}: how it is counted`} onClose={() => setIsOpen(false)}>
          <Definition report={report} />
        </Dialog>
      )}
    </>
  );
}
