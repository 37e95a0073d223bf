// The buckets of two periods that stand side by side: those of the same local time of their periods.

import { addDays, addMonths, daysBetween, firstOfMonth, firstOfYear } from '../time/dates';
import type { Dates, Distribution } from '../time/period';
import { perBucket } from './rows';
import type { Row } from './rows';
import type { Figure } from './report';

export interface Periods {
  readonly dates: Dates;
  readonly before: Dates | null;
  readonly distribution: Distribution;
}

/** The date of the period before that a date is compared with. */
function dateBefore(date: string, dates: Dates, before: Dates): string {
  const isYear = before.from === addMonths(dates.from, -12) && before.to === addMonths(dates.to, -12);
  return isYear ? addMonths(date, -12) : addDays(before.from, daysBetween(dates.from, date) - 1);
}

/** For each bucket, its pair in the period before. Null if it has no pair, as an hour that the clocks skip. */
export function pairsOf(
  buckets: readonly string[],
  bucketsBefore: readonly string[],
  { dates, before, distribution }: Periods,
): (string | null)[] {
  if (!before) return buckets.map(() => null);
  if (distribution === 'month' || distribution === 'year') return buckets.map((_, at) => bucketsBefore[at] ?? null);
  // An hour such as 2026-03-29T03:00:00+02:00, without its offset, which differs in summer.
  const local = (bucket: string) => bucket.slice(0, 19);
  const byTime = new Map([...bucketsBefore].reverse().map((bucket) => [local(bucket), bucket]));
  return buckets.map((bucket) => {
    if (distribution === 'hour') return byTime.get(bucket) ?? null;
    const date = dateBefore(bucket.slice(0, 10), dates, before);
    return byTime.get(date + local(bucket).slice(10)) ?? null;
  });
}

/** The figure of the period before beside each bucket; null where no bucket stands beside it. */
export function besideBuckets(rows: readonly Row[], pairs: readonly (string | null)[], figure: Figure) {
  const values = perBucket(
    rows,
    pairs.map((pair) => pair ?? ''),
    figure,
  );
  return values.map((value, at) => (pairs[at] === null ? null : value));
}

interface Cut {
  readonly bucket: string;
  readonly days: number;
}

/** Months or years that the ends of the periods cut, each beside one of another length. */
export function unlikePairs(
  buckets: readonly string[],
  bucketsBefore: readonly string[],
  periods: Periods,
): { now: Cut; before: Cut }[] {
  const { dates, before, distribution } = periods;
  if (!before || (distribution !== 'month' && distribution !== 'year')) return [];
  const cutOf = (bucket: string, { from, to }: Dates) => {
    const first = distribution === 'month' ? firstOfMonth(`${bucket}-01`) : firstOfYear(bucket);
    const last = addDays(addMonths(first, distribution === 'month' ? 1 : 12), -1);
    const [start, end] = [first < from ? from : first, last > to ? to : last];
    return { bucket, days: daysBetween(start, end), isCut: start !== first || end !== last };
  };
  return pairsOf(buckets, bucketsBefore, periods).flatMap((pair, at) => {
    if (pair === null) return [];
    const [now, then] = [cutOf(buckets[at]!, dates), cutOf(pair, before)];
    return (now.isCut || then.isCut) && now.days !== then.days ? [{ now, before: then }] : [];
  });
}
