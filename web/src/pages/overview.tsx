// How the team is doing, on one page.

import { useAnswers, useSignedIn } from '../data/hooks';
import type { Asked, Go } from '../data/hooks';
import { Toolbar } from '../filters/toolbar';
import { formatValue } from '../format/numbers';
import { formatDate } from '../format/times';
import { Chart } from '../parts/chart';
import { Explain } from '../parts/explain';
import { HeatMap } from '../parts/heat_map';
import { Spark } from '../parts/spark';
import { reportOf } from '../reports/catalogue';
import { cardsOf } from '../reports/cards';
import type { Card } from '../reports/cards';
import { hoursOf, overviewQuestions, overviewAnswers, overviewScopeOf, weekOf } from '../reports/overview';
import type { OverviewScope } from '../reports/overview';
import { ignoredIn } from '../reports/report';
import { scopeOf } from '../reports/request';
import { bucketsIn } from '../reports/rows';
import { printView } from '../state/address';
import type { View } from '../state/address';
import { beforeWord, labelsOf, marking } from './buckets';
import { changeOfCard } from './card_change';
import { EmptyPeriod, PeriodWords } from './empty';
import { FiguresPlace } from './figures_place';
import { figureLines } from './lines';
import { PaperLines } from './paper';
import { Top } from './top';
import { UnlikePairs } from './unlike_pairs';

interface Props {
  readonly view: View;
  readonly go: Go;
}

export function Overview({ view, go }: Props) {
  const { about, checkedAt } = useSignedIn();
  const scope = overviewScopeOf(scopeOf(view, about, checkedAt), view);
  const asking = useAnswers(printView(view), scope, overviewQuestions(scope));
  return (
    <>
      <div class="title">
        <h1>Overview</h1>
      </div>
      <PaperLines view={view} />
      <Toolbar view={view} go={go} />
      <FiguresPlace asking={asking} go={go}>
        {(asked) => <Figures asked={asked} view={view} go={go} />}
      </FiguresPlace>
    </>
  );
}

function Figures({ asked, view, go }: Props & { readonly asked: Asked<OverviewScope> }) {
  const { checkedAt } = useSignedIn();
  const { dates, before: datesBefore, isCut, distribution, zone, isToCome } = asked.context;
  const { byHour, now, before } = overviewAnswers(asked.answers);
  const cards = cardsOf(now, before, isToCome);
  const chats = now.rows['chats/total_chats'];
  const chatsBefore = before?.rows['chats/total_chats'];
  const buckets = bucketsIn(chats);
  const hours = hoursOf(dates);
  const total = reportOf('chats/total_chats')!;
  const compared = { view, now, before: before ?? undefined };
  return (
    <>
      <PeriodWords dates={dates} before={datesBefore} isCompared={before !== null} isCut={isCut} zone={zone} hasTimes />
      {chatsBefore && <UnlikePairs rows={chats} before={chatsBefore} scope={asked.context} />}
      {cards[0]!.value === 0 && <EmptyPeriod view={view} go={go} />}
      <ul class="cards">
        {cards.map((card) => (
          <CardView key={card.title} card={card} view={view} isCompared={before !== null} />
        ))}
      </ul>
      <section class="panel">
        <h2>Chats over time</h2>
        <Chart
          title="Chats over time"
          kind="bars"
          unit="chats"
          labels={labelsOf(buckets, distribution)}
          lines={figureLines(total, total.figures, chats, chatsBefore, asked.context, view)}
          onMark={marking(buckets, distribution, dates, go)}
        />
        <p class="panel-link">
          <a href={printView({ ...view, page: 'chats/total_chats' })}>Total chats, with a table</a>
        </p>
      </section>
      <section class="panel">
        <h2>Busy hours</h2>
        <p class="hint">
          Mean number of chats in an hour and on a whole day, in {zone.replaceAll('_', ' ')}
          {hours.from !== dates.from && `, from ${formatDate(hours.from)} on`}
        </p>
        <HeatMap week={weekOf(byHour, hours, zone, checkedAt)} />
      </section>
      <div class="panels">
        <Top title="Tags" page="tags/chat_usage" shown={['count']} {...compared} />
        <Top title="Groups" page="chats/groups" shown={['count']} {...compared} />
        <Top title="Agents" page="agents/performance" shown={['chats_count', 'first_response_time']} {...compared} />
      </div>
    </>
  );
}

function CardView({
  card,
  view,
  isCompared,
}: {
  readonly card: Card;
  readonly view: View;
  readonly isCompared: boolean;
}) {
  const { value, before, unit } = card;
  const { text, verdict } = changeOfCard(card);
  const ignored = ignoredIn(reportOf(card.report)!, view.filters);
  return (
    <li class="card">
      <a href={printView({ ...view, page: card.report })}>
        <span class="card-title">{card.title}</span>
        <span class="card-value">{formatValue(value, unit)}</span>
        {isCompared && (
          <span
            class={`card-change${verdict ? ` ${verdict}` : ''}`}
            title={`${formatValue(before, unit)} ${beforeWord(view)}`}
          >
            {text}
            <span class="unseen">{verdict && `, which is ${verdict === 'good' ? 'better' : 'worse'}`}</span>
          </span>
        )}
        {ignored && <span class="card-note">Not changed by the filters: {ignored.filters.join(', ')}</span>}
        <Spark values={card.series} />
      </a>
      <Explain label={`How ${card.title} is counted`} text={card.about} />
    </li>
  );
}
