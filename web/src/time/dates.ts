// Dates of a calendar, as text such as 2026-10-01. A date has no time zone.

const dayLength = 86_400_000;

// Years of fewer or more digits have another form.
const earliest = '1000-01-01';
const latest = '9998-12-31';

export const isDate = (text: string): boolean =>
  text >= earliest &&
  text <= latest &&
  /^\d{4}-\d{2}-\d{2}$/.test(text) &&
  !Number.isNaN(Date.parse(text)) &&
  dateOf(Date.parse(text)) === text;

const dateOf = (utc: number): string => new Date(utc).toISOString().slice(0, 10);

export const addDays = (date: string, days: number): string => dateOf(Date.parse(date) + days * dayLength);

/** The same day in another month, or that month's last day. */
export function addMonths(date: string, months: number): string {
  const [year = 0, month = 1, day = 1] = date.split('-').map(Number);
  const first = new Date(Date.UTC(year, month - 1 + months, 1));
  const last = new Date(Date.UTC(first.getUTCFullYear(), first.getUTCMonth() + 1, 0)).getUTCDate();
  return dateOf(first.getTime() + (Math.min(day, last) - 1) * dayLength);
}

/** How many days there are from one date to another, both included. */
export const daysBetween = (from: string, to: string): number =>
  Math.round((Date.parse(to) - Date.parse(from)) / dayLength) + 1;

export const firstOfMonth = (date: string): string => `${date.slice(0, 7)}-01`;
export const firstOfYear = (date: string): string => `${date.slice(0, 4)}-01-01`;

/** 0 is Monday. */
export const weekdayOf = (date: string): number => (new Date(Date.parse(date)).getUTCDay() + 6) % 7;

export const mondayOf = (date: string): string => addDays(date, -weekdayOf(date));
