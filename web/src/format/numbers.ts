// Numbers as people read them.

import type { Unit } from '../reports/report';
import { language } from './language';

export const nothing = '–';

const made = (options: Intl.NumberFormatOptions) => new Intl.NumberFormat(language, options);
const whole = made({ maximumFractionDigits: 0 });
const oneDigit = made({ maximumFractionDigits: 1 });
const twoDigits = made({ maximumFractionDigits: 2 });
const asScore = made({ minimumFractionDigits: 3, maximumFractionDigits: 3 });
const exact = made({ maximumFractionDigits: 20 });
const shortened = made({ notation: 'compact', maximumFractionDigits: 1 });
const exactPercent = made({ style: 'percent', maximumFractionDigits: 20 });
const asPercent = made({ style: 'percent', maximumFractionDigits: 1 });
const asWholePercent = made({ style: 'percent', maximumFractionDigits: 0 });

const units = [
  ['d', 86_400],
  ['h', 3_600],
  ['m', 60],
  ['s', 1],
] as const;

/** The two largest units: 1 m 23 s, 2 h 5 m, 3 d 4 h. */
export function formatDuration(seconds: number): string {
  if (seconds < 10) return `${oneDigit.format(seconds)} s`;
  const finest = seconds >= 86_400 ? 3_600 : seconds >= 3_600 ? 60 : 1;
  let rest = Math.round(seconds / finest) * finest;
  const parts: string[] = [];
  for (const [name, size] of units) {
    const count = Math.floor(rest / size);
    rest -= count * size;
    if (count > 0) parts.push(`${whole.format(count)} ${name}`);
  }
  return parts.join(' ');
}

const unitWords: Partial<Record<Unit, string>> = {
  seconds: 's',
  'working seconds': 's',
  minutes: 'min',
  hours: 'h',
};

export function formatValue(value: number | null, unit: Unit): string {
  if (value === null) return nothing;
  switch (unit) {
    case 'seconds':
      return formatDuration(value);
    case 'working seconds':
      return formatValue(value / 3600, 'hours');
    case 'score':
      return asScore.format(value);
    case 'share':
      return formatShare(value);
    case 'hours':
    case 'minutes':
      return `${twoDigits.format(value)} ${unitWords[unit]}`;
    default:
      return whole.format(value);
  }
}

/** All digits, with the unit where the short form hides them. */
export const formatExact = (value: number | null, unit: Unit): string | undefined =>
  value === null
    ? undefined
    : unit === 'share'
      ? exactPercent.format(value)
      : `${exact.format(value)} ${unitWords[unit] ?? unit}`;

/** For the axis of a chart. */
export const formatAxis = (value: number, unit: Unit): string =>
  unit === 'share'
    ? formatShare(value)
    : unit === 'seconds'
      ? formatDuration(value)
      : value >= 10_000
        ? shortened.format(value)
        : twoDigits.format(value);

export const formatShare = (share: number | null): string => (share === null ? nothing : asPercent.format(share));

/** A change whose digits are all zero has no direction. */
const signed = (change: number, size: string): string => (/[1-9]/.test(size) ? (change > 0 ? '+' : '−') : '±') + size;

/** A change as a share: +12%. From eleven times as much on, percents say little; above a hundred, so does the number. */
export function formatChange(change: number | null): string {
  if (change === null) return nothing;
  const times = change + 1;
  if (times >= 99.5) return '>99×';
  if (change >= 10) return `${whole.format(times)}×`;
  const size = Math.abs(change);
  return signed(change, (size < 0.1 ? asPercent : asWholePercent).format(size));
}

export const formatPoints = (points: number | null): string =>
  points === null ? nothing : signed(points, `${oneDigit.format(Math.abs(points) * 100)} points`);

export const formatCount = (count: number): string => whole.format(count);
