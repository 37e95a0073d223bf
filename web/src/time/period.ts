// The period that a report is about, and the one that it is compared with.

import { addDays, addMonths, daysBetween, firstOfMonth, firstOfYear, mondayOf } from './dates';
import { dateAt, endOfDayText, hourAt, startOfDay, startOfDayText } from './zone';

export interface Dates {
  readonly from: string;
  readonly to: string; // included
}

/** A preset moves with the calendar; dates stay. */
export type Period = { readonly preset: Preset } | Dates;

export const presets = {
  today: 'Today',
  yesterday: 'Yesterday',
  this_week: 'This week',
  last_week: 'Last week',
  last_7_days: 'Last 7 days',
  last_30_days: 'Last 30 days',
  last_90_days: 'Last 90 days',
  this_month: 'This month',
  last_month: 'Last month',
  this_year: 'This year',
} as const;
export type Preset = keyof typeof presets;

export const comparisons = {
  before: 'Period before',
  weekdays: 'Same weekdays',
  year: 'Year before',
  none: 'Nothing',
} as const;
export type Comparison = keyof typeof comparisons;

export function datesOf(period: Period, today: string): Dates {
  if (!('preset' in period)) return period;
  switch (period.preset) {
    case 'today':
      return { from: today, to: today };
    case 'yesterday':
      return { from: addDays(today, -1), to: addDays(today, -1) };
    case 'this_week':
      return { from: mondayOf(today), to: today };
    case 'last_week': {
      const monday = mondayOf(today);
      return { from: addDays(monday, -7), to: addDays(monday, -1) };
    }
    case 'last_7_days':
      return { from: addDays(today, -6), to: today };
    case 'last_30_days':
      return { from: addDays(today, -29), to: today };
    case 'last_90_days':
      return { from: addDays(today, -89), to: today };
    case 'this_month':
      return { from: firstOfMonth(today), to: today };
    case 'last_month': {
      const first = firstOfMonth(today);
      return { from: addMonths(first, -1), to: addDays(first, -1) };
    }
    case 'this_year':
      return { from: firstOfYear(today), to: today };
  }
}

/** The days of a period that have begun. Null: it has none yet. */
export function datesUpTo(dates: Dates, today: string): Dates | null {
  if (dates.from > today) return null;
  return dates.to > today ? { from: dates.from, to: today } : dates;
}

/**
 * The dates to compare with. A month is compared with a month, a week with a week, other periods with as many days. The
 * same weekdays are as many days again, whole weeks earlier.
 */
export function datesBefore(period: Period, dates: Dates, comparison: Comparison): Dates | null {
  if (comparison === 'none') return null;
  const days = daysBetween(dates.from, dates.to);
  if (comparison === 'weekdays') return shifted(dates, -7 * Math.ceil(days / 7));
  const preset = 'preset' in period ? period.preset : null;
  if (comparison === 'year' || preset === 'this_year') {
    return { from: addMonths(dates.from, -12), to: addMonths(dates.to, -12) };
  }
  if (preset === 'this_week') return shifted(dates, -7);
  if (preset === 'this_month') return { from: addMonths(dates.from, -1), to: addMonths(dates.to, -1) };
  if (preset === 'last_month') return { from: addMonths(dates.from, -1), to: addDays(dates.from, -1) };
  return shifted(dates, -days);
}

const shifted = ({ from, to }: Dates, days: number): Dates => ({ from: addDays(from, days), to: addDays(to, days) });

/** The dates of a period that the zone has: Samoa, for one, had no 30 December 2011. */
export function withoutSkipped({ from, to }: Dates, zone: string): Dates {
  const isSkipped = (date: string) => dateAt(startOfDay(date, zone), zone) !== date;
  const first = isSkipped(from) ? addDays(from, 1) : from;
  const last = isSkipped(to) ? addDays(to, -1) : to;
  return { from: first, to: last < first ? first : last };
}

export interface Range {
  readonly from: string;
  readonly to: string;
}

export const rangeOf = (dates: Dates, zone: string): Range => ({
  from: startOfDayText(dates.from, zone),
  to: endOfDayText(dates.to, zone),
});

/**
 * The range to compare with. If the last day of the period is not over, the day to compare with ends
 * at the same time of day, to the minute.
 */
export function rangeBefore(dates: Dates, before: Dates, zone: string, now: number): Range {
  const whole = rangeOf(before, zone);
  if (dateAt(now, zone) !== dates.to) return whole;
  const elapsed = Math.floor((now - startOfDay(dates.to, zone)) / 60_000) * 60_000;
  const cut = new Date(startOfDay(before.to, zone) + elapsed).toISOString();
  return { from: whole.from, to: cut < whole.to ? cut : whole.to };
}

/** Whether an hour of the period has not begun. Days to come are in no period. */
export function isToCome(bucket: string, dates: Dates, zone: string, now: number): boolean {
  if (bucket.includes('T')) return Date.parse(bucket) > now;
  const today = dateAt(now, zone);
  // An hour of the day is in every day, and has passed on those before.
  return bucket.includes(':') && dates.from === today && Number(bucket.slice(0, 2)) > hourAt(now, zone);
}

export type Distribution = 'hour' | 'day' | 'day-hours' | 'month' | 'year';

export const distributions: Record<Distribution, string> = {
  'day-hours': 'Day and hour',
  day: 'Day',
  month: 'Month',
  year: 'Year',
  hour: 'Hour of the day',
};

/** A chart with a legible number of points. */
export function fittingDistribution(dates: Dates, allowed: readonly Distribution[]): Distribution {
  const days = daysBetween(dates.from, dates.to);
  const wanted: Distribution = days <= 2 ? 'day-hours' : days <= 92 ? 'day' : days <= 1100 ? 'month' : 'year';
  if (allowed.includes(wanted)) return wanted;
  return days === 1 && allowed.includes('hour') ? 'hour' : 'day';
}
