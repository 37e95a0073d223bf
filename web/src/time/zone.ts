// Instants (milliseconds since 1970) and dates in a time zone.

import { addDays } from './dates';

const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(zone: string): Intl.DateTimeFormat {
  let format = formats.get(zone);
  if (!format) {
    format = new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
    });
    formats.set(zone, format);
  }
  return format;
}

/** The local time as if it were UTC. */
function localAsUtc(instant: number, zone: string): number {
  const part: Record<string, number> = {};
  for (const { type, value } of formatOf(zone).formatToParts(instant)) part[type] = Number(value);
  return Date.UTC(part.year!, part.month! - 1, part.day!, part.hour!, part.minute!, part.second!);
}

const offsetAt = (instant: number, zone: string): number =>
  localAsUtc(instant, zone) - Math.floor(instant / 1000) * 1000;

export const dateAt = (instant: number, zone: string): string =>
  new Date(localAsUtc(instant, zone)).toISOString().slice(0, 10);

/** The hour of the day, 0 to 23. */
export const hourAt = (instant: number, zone: string): number => new Date(localAsUtc(instant, zone)).getUTCHours();

/**
 * The first instant of a day. Clocks may change at midnight: the offsets of the day before and of
 * the day after both give a candidate, and the earlier one that is on the day is right.
 */
export function startOfDay(date: string, zone: string): number {
  const wall = Date.parse(date);
  const day = 86_400_000;
  const candidates = [wall - offsetAt(wall - day, zone), wall - offsetAt(wall + day, zone)].sort((a, b) => a - b);
  return candidates.find((instant) => dateAt(instant, zone) === date) ?? candidates[1]!;
}

/** The last microsecond of a day, as the API takes a time. */
export const endOfDayText = (date: string, zone: string): string =>
  new Date(startOfDay(addDays(date, 1), zone) - 1).toISOString().replace('Z', '999Z');

export const startOfDayText = (date: string, zone: string): string => new Date(startOfDay(date, zone)).toISOString();

/** The name of a zone in its exact spelling, which the API needs; null if there is none. */
export function zoneNamed(text: string): string | null {
  if (!/^[A-Za-z]/.test(text)) return null; // browsers know offsets, too, such as +02:00
  try {
    const name = formatOf(text).resolvedOptions().timeZone;
    return name.toLowerCase() === text.toLowerCase() ? name : spelled(text);
  } catch {
    return null;
  }
}

/** A browser may know a zone by its other name. The written one is right, too. */
const spelled = (text: string): string =>
  text === text.toLowerCase() ? text.replace(/(^|[/_-])[a-z]/g, (letters) => letters.toUpperCase()) : text;

export const browserZone = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone || 'UTC';

export const allZones = (): string[] => [...new Set(['UTC', ...Intl.supportedValuesOf('timeZone')])];

const offered = 6;

/** Some zones that contain a text, those of which a part begins with it first. */
export function zonesLike(text: string, zones: readonly string[] = allZones()): string[] {
  const wanted = text.trim().toLowerCase().replace(/\s+/g, '_');
  if (!wanted) return [];
  const found = zones.filter((zone) => zone.toLowerCase().includes(wanted));
  const begins = (zone: string) => `/${zone.toLowerCase()}`.includes(`/${wanted}`);
  return [...found.filter(begins), ...found.filter((zone) => !begins(zone))].slice(0, offered);
}
