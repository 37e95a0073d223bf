// The cards of the overview.

import { reportOf } from './catalogue';
import { mapSources } from './overview';
import type { OverviewAnswer, Source } from './overview';
import type { Figure, Unit } from './report';
import { bucketsIn, combine, perBucket } from './rows';
import type { IsToCome } from './rows';

export interface Card {
  readonly title: string;
  readonly about: string;
  readonly report: Source;
  readonly unit: Unit;
  readonly better?: 'more' | 'less';
  readonly value: number | null;
  readonly before: number | null;
  readonly series: readonly (number | null)[];
}

interface Measure {
  readonly value: number | null;
  readonly series: readonly (number | null)[];
}

const figureOf = (id: Source, key: string): Figure => reportOf(id)!.figures.find((figure) => figure.key === key)!;

const share = (part: number | null, whole: number | null): number | null => (whole ? (part ?? 0) / whole : null);

function plain({ rows, whole }: OverviewAnswer, id: Source, key: string): Measure {
  const figure = figureOf(id, key);
  return { value: combine(whole[id], figure), series: perBucket(rows[id], bucketsIn(rows[id]), figure) };
}

function unanswered(of: OverviewAnswer): Measure {
  const [all, answered] = [plain(of, 'chats/total_chats', 'total'), plain(of, 'chats/first_response_time', 'count')];
  const missing = (total: number | null, some: number | null) => share((total ?? 0) - (some ?? 0), total);
  return {
    value: missing(all.value, answered.value),
    series: all.series.map((total, at) => missing(total, answered.series[at] ?? 0)),
  };
}

function goodRatings(of: OverviewAnswer): Measure {
  const [good, bad] = [plain(of, 'chats/ratings', 'good'), plain(of, 'chats/ratings', 'bad')];
  const part = (some: number | null, others: number | null) => share(some, (some ?? 0) + (others ?? 0));
  return { value: part(good.value, bad.value), series: good.series.map((some, at) => part(some, bad.series[at] ?? 0)) };
}

function leftQueue(of: OverviewAnswer): Measure {
  const rows = of.rows['chats/queued_visitors'];
  const figure = figureOf('chats/queued_visitors', 'count');
  const left = rows.filter((row) => row.queue_outcome === 'left_queue');
  return { value: combine(left, figure) ?? 0, series: perBucket(left, bucketsIn(rows), figure) };
}

type Kind = Omit<Card, keyof Measure | 'before'>;

const measures: readonly (Kind & { readonly measure: (of: OverviewAnswer) => Measure })[] = [
  {
    title: 'Chats',
    about: 'These are all chats that began in the period, answered or not.',
    report: 'chats/total_chats',
    unit: 'chats',
    measure: (of) => plain(of, 'chats/total_chats', 'total'),
  },
  {
    title: 'Unanswered',
    about: 'This is the share of all chats in which no agent answered, even if the customer wrote nothing.',
    report: 'chats/total_chats',
    unit: 'share',
    better: 'less',
    measure: unanswered,
  },
  {
    title: 'First response',
    about:
      'This is the mean wait for the first answer, over the chats that have one, whoever gave it. ' +
      'Beside an agent stands that of the chats that this agent answered first.',
    report: 'chats/first_response_time',
    unit: 'seconds',
    better: 'less',
    measure: (of) => plain(of, 'chats/first_response_time', 'first_response_time'),
  },
  {
    title: 'Response',
    about: 'This is the mean wait for an answer, over the chats that have one. Each chat weighs the same.',
    report: 'chats/response_time',
    unit: 'seconds',
    better: 'less',
    measure: (of) => plain(of, 'chats/response_time', 'response_time'),
  },
  {
    title: 'Duration',
    about: 'This is the mean length of all chats that began in the period, answered or not.',
    report: 'chats/duration',
    unit: 'seconds',
    measure: (of) => plain(of, 'chats/duration', 'duration'),
  },
  {
    title: 'Good ratings',
    about: 'This is the share of good ratings among the rated chats that began in the period.',
    report: 'chats/ratings',
    unit: 'share',
    better: 'more',
    measure: goodRatings,
  },
  {
    title: 'Availability',
    about: 'This is how long at least one agent accepted chats. Time in which several did counts once.',
    report: 'agents/availability',
    unit: 'hours',
    better: 'more',
    measure: (of) => plain(of, 'agents/availability', 'hours'),
  },
  {
    title: 'Left the queue',
    about: 'These are the chats that began in the period and whose customer left the queue before an agent came.',
    report: 'chats/queued_visitors',
    unit: 'chats',
    better: 'less',
    measure: leftQueue,
  },
];

/** Hours to come are no part of a card's small line. */
const begun = ({ rows, ...wholes }: OverviewAnswer, isToCome: IsToCome): OverviewAnswer => ({
  rows: mapSources((id) => rows[id].filter(({ bucket }) => !isToCome(String(bucket)))),
  ...wholes,
});

export const cardsOf = (now: OverviewAnswer, before: OverviewAnswer | null, isToCome: IsToCome): Card[] => {
  const of = begun(now, isToCome);
  return measures.map(({ measure, ...card }) => ({
    ...card,
    ...measure(of),
    before: before ? measure(before).value : null,
  }));
};
