// Buckets and times as people read them.

import type { Dates, Distribution } from '../time/period';
import { language } from './language';

const formats = new Map<string, Intl.DateTimeFormat>();

function format(instant: number, options: Intl.DateTimeFormatOptions): string {
  const key = JSON.stringify(options);
  let known = formats.get(key);
  if (!known) formats.set(key, (known = new Intl.DateTimeFormat(language, options)));
  return known.format(instant);
}

const day: Intl.DateTimeFormatOptions = { day: 'numeric', month: 'short', year: 'numeric', timeZone: 'UTC' };

/** A bucket is local time already, so it is read as if it were UTC. */
export function formatBucket(bucket: string, distribution: Distribution, style: 'short' | 'long'): string {
  const isShort = style === 'short';
  switch (distribution) {
    case 'hour':
    case 'year':
      return bucket;
    case 'month':
      return format(Date.parse(`${bucket}-01`), {
        month: isShort ? 'short' : 'long',
        year: 'numeric',
        timeZone: 'UTC',
      });
    case 'day':
      return format(
        Date.parse(bucket),
        isShort ? { day: 'numeric', month: 'short', timeZone: 'UTC' } : { weekday: 'short', ...day },
      );
    case 'day-hours': {
      const date = bucket.slice(0, 10);
      const time = bucket.slice(11, 16);
      if (!isShort) return `${formatBucket(date, 'day', 'long')}, ${time}`;
      return time === '00:00' ? formatBucket(date, 'day', 'short') : time;
    }
  }
}

export const formatDate = (date: string): string => format(Date.parse(date), day);

export const formatDates = ({ from, to }: Dates): string =>
  from === to ? formatDate(from) : `${formatDate(from)} – ${formatDate(to)}`;

export const formatInstant = (instant: number, zone: string): string =>
  format(instant, { dateStyle: 'medium', timeStyle: 'short', timeZone: zone });

export const formatTime = (instant: number, zone: string): string =>
  format(instant, { timeStyle: 'short', timeZone: zone });

const ages = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
] as const;

/** "3 minutes ago" */
export function formatAge(instant: number, now: number): string {
  const age = Math.max(0, now - instant);
  for (const [unit, size] of ages) {
    if (age >= size) {
      return new Intl.RelativeTimeFormat(language, { numeric: 'auto' }).format(-Math.floor(age / size), unit);
    }
  }
  return 'just now';
}

/** Names of weekdays from Monday on. */
export const weekdays = (): string[] =>
  Array.from({ length: 7 }, (_, at) => format(Date.UTC(2024, 0, 1 + at), { weekday: 'short', timeZone: 'UTC' }));
