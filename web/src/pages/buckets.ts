// Parts of all charts over buckets: the names of buckets, and the dates of those that the reader marks.

import type { Go } from '../data/hooks';
import { formatBucket } from '../format/times';
import type { View } from '../state/address';
import { addDays, addMonths } from '../time/dates';
import type { Dates, Distribution } from '../time/period';

export const beforeWord = (view: Pick<View, 'comparison'>): string =>
  view.comparison === 'year' ? 'a year before' : 'before';

export const labelsOf = (buckets: readonly string[], distribution: Distribution) =>
  buckets.map((bucket) => ({
    short: formatBucket(bucket, distribution, 'short'),
    long: formatBucket(bucket, distribution, 'long'),
  }));

function datesOf(bucket: string): Dates {
  if (bucket.length === 4) return { from: `${bucket}-01-01`, to: `${bucket}-12-31` };
  if (bucket.length === 7) return { from: `${bucket}-01`, to: addDays(addMonths(`${bucket}-01`, 1), -1) };
  return { from: bucket.slice(0, 10), to: bucket.slice(0, 10) };
}

/** Makes the marked buckets the period. An hour of the day is in every day, and cannot be marked. */
export function marking(buckets: readonly string[], distribution: Distribution, dates: Dates, go: Go) {
  if (distribution === 'hour' || buckets.length < 2) return undefined;
  return (first: number, last: number) => {
    const { from } = datesOf(buckets[first]!);
    const { to } = datesOf(buckets[last]!);
    const period = { from: from < dates.from ? dates.from : from, to: to > dates.to ? dates.to : to };
    go({ period, distribution: null });
  };
}
