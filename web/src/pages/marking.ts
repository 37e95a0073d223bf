// The dates of buckets that the reader has marked in a chart.

import type { ReportScope } from '../reports/request';
import { addDays, addMonths } from '../time/dates';
import type { Dates } from '../time/period';

function datesOfBucket(bucket: string): Dates {
  if (bucket.length === 4) return { from: `${bucket}-01-01`, to: `${bucket}-12-31` };
  if (bucket.length === 7) return { from: `${bucket}-01`, to: addDays(addMonths(`${bucket}-01`, 1), -1) };
  return { from: bucket.slice(0, 10), to: bucket.slice(0, 10) };
}

export function datesOfBuckets(
  buckets: readonly string[],
  first: number,
  last: number,
  { dates }: Pick<ReportScope, 'dates'>,
): Dates {
  const from = datesOfBucket(buckets[first]!).from;
  const to = datesOfBucket(buckets[last]!).to;
  return { from: from < dates.from ? dates.from : from, to: to > dates.to ? dates.to : to };
}
