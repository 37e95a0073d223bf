// The rows of several reports that the overview is made of.

import type { Question } from '../data/api';
import type { View } from '../state/address';
import { fittingDistribution, rangeOf } from '../time/period';
import { daysBetween, addDays, weekdayOf } from '../time/dates';
import type { Dates, Distribution } from '../time/period';
import { dateAt, hourAt } from '../time/zone';
import { reportOf } from './catalogue';
import { question } from './request';
import type { Extra, Scope } from './request';
import { numberIn } from './rows';
import type { Row } from './rows';

const sources = [
  'chats/total_chats',
  'chats/first_response_time',
  'chats/response_time',
  'chats/duration',
  'chats/ratings',
  'agents/availability',
  'chats/queued_visitors',
  'tags/chat_usage',
  'agents/performance',
  'chats/groups',
] as const;
export type Source = (typeof sources)[number];

export const isSource = (id: string): id is Source => (sources as readonly string[]).includes(id);

/** Those whose figures of the whole period are asked for by themselves. */
const wholes: readonly (readonly [Source, Extra])[] = [
  ['chats/first_response_time', { distribution: 'year' }],
  ['chats/response_time', { distribution: 'year' }],
  ['chats/duration', { distribution: 'year' }],
  ['agents/availability', { distribution: 'day', only: { total: 'hours' } }],
];

export interface OverviewScope extends Scope {
  readonly distribution: Distribution;
}

export function overviewScopeOf(scope: Scope, view: View): OverviewScope {
  const allowed: Distribution[] = ['day-hours', 'day', 'month', 'year'];
  const isKnown = view.distribution !== null && allowed.includes(view.distribution);
  return { ...scope, distribution: isKnown ? view.distribution! : fittingDistribution(scope.dates, allowed) };
}

const busyDays = 92;

/** The days that the busy hours are made of: the last ones of a long period, which has too many hours. */
export function hoursOf({ from, to }: Dates): Dates {
  const first = addDays(to, 1 - busyDays);
  return { from: from < first ? first : from, to };
}

export function overviewQuestions(scope: OverviewScope): Question[] {
  const distributionOf = (id: Source): Distribution =>
    // Groups over time are on their own page.
    id === 'agents/availability' ? 'day' : id === 'chats/groups' ? 'year' : scope.distribution;
  const ask = (range: Scope['range']) => [
    ...sources.map((id) =>
      question(id, scope, range, reportOf(id)!.hasBuckets ? { distribution: distributionOf(id) } : {}),
    ),
    ...wholes.map(([id, extra]) => question(id, scope, range, extra)),
    question('agents/performance', scope, range, { only: 'summary' }),
  ];
  const hours = rangeOf(hoursOf(scope.dates), scope.zone);
  const byHour = question('chats/total_chats', scope, hours, { distribution: 'day-hours' });
  return [byHour, ...ask(scope.range), ...(scope.rangeBefore ? ask(scope.rangeBefore) : [])];
}

export type Sources = Readonly<Record<Source, readonly Row[]>>;

export const mapSources = (rowsOf: (id: Source, at: number) => readonly Row[]): Sources =>
  Object.fromEntries(sources.map((id, at) => [id, rowsOf(id, at)])) as unknown as Sources;

export interface OverviewAnswer {
  readonly rows: Sources;
  readonly whole: Sources; // rows that make the figures of the whole period
  readonly all: Sources; // the same without a split
}

/** The answers to overviewQuestions, by name. */
export function overviewAnswers(answers: readonly Row[][]): {
  byHour: Row[];
  now: OverviewAnswer;
  before: OverviewAnswer | null;
} {
  const each = sources.length + wholes.length + 1;
  const from = (first: number): OverviewAnswer => {
    const rows = mapSources((_, at) => answers[first + at] ?? []);
    const own = Object.fromEntries(wholes.map(([id], at) => [id, answers[first + sources.length + at] ?? []]));
    const whole = { ...rows, ...own };
    return { rows, whole, all: { ...whole, 'agents/performance': answers[first + each - 1] ?? [] } };
  };
  return { byHour: answers[0] ?? [], now: from(1), before: answers.length > each + 1 ? from(each + 1) : null };
}

export interface Week {
  readonly cells: readonly (readonly (number | null)[])[]; // by weekday and hour
  readonly days: readonly (number | null)[]; // of all hours of the weekday
  readonly hours: readonly (number | null)[]; // in that hour of all days
  readonly day: number | null;
}

const mean = (sum: number, count: number): number | null => (count > 0 ? sum / count : null);

/** Null if a value is unknown: a day with hours still to come would look quiet. */
const wholeOf = (parts: readonly (number | null)[]): number | null =>
  parts.reduce((sum, part) => (sum === null || part === null ? null : sum + part), 0);

/** The mean number of chats in each hour, from hours that have ended. Null where no such hour has ended. */
export function weekOf(rows: readonly Row[], dates: Dates, zone: string, now: number): Week {
  const [today, hourNow] = [dateAt(now, zone), hourAt(now, zone)];
  const hasEnded = (date: string, hour: number): boolean => date < today || (date === today && hour < hourNow);
  const zeros = () => Array.from({ length: 7 }, () => new Array<number>(24).fill(0));
  const [sums, counts] = [zeros(), zeros()];
  for (let at = 0; at < daysBetween(dates.from, dates.to); at += 1) {
    const date = addDays(dates.from, at);
    counts[weekdayOf(date)]!.forEach((_, hour, hours) => (hours[hour]! += hasEnded(date, hour) ? 1 : 0));
  }
  for (const row of rows) {
    const bucket = String(row.bucket);
    const [date, hour] = [bucket.slice(0, 10), Number(bucket.slice(11, 13))];
    if (hasEnded(date, hour)) sums[weekdayOf(date)]![hour]! += numberIn(row, 'total') ?? 0;
  }
  const cells = sums.map((hours, day) => hours.map((sum, hour) => mean(sum, counts[day]![hour]!)));
  const inHour = (of: number[][], hour: number): number => of.reduce((all, hours) => all + hours[hour]!, 0);
  const hours = sums[0]!.map((_, hour) => mean(inHour(sums, hour), inHour(counts, hour)));
  return { cells, days: cells.map(wholeOf), hours, day: wholeOf(hours) };
}
