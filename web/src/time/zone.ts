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

/**
 * The name of a zone in a spelling that the API takes; null if there is none. Browsers know names that the
 * API does not, such as US/Pacific-New, so a name is that of the browser's list. The list has older names,
 * such as Asia/Katmandu: a newer one stays as it is written.
 */
export function zoneNamed(text: string): string | null {
  const listed = zonesByName().get(text.toLowerCase());
  if (listed) return listed;
  // Most abbreviations mean several zones, and offsets such as +02:00 are not zones.
  if (!/^[A-Za-z]/.test(text) || (text.length === 3 && !threeLetters.test(text))) return null;
  try {
    const { timeZone } = formatOf(text).resolvedOptions();
    if (timeZone.startsWith('Etc/GMT')) return timeZone; // such as Etc/GMT-8, which no list has
    const meant = zonesByName().get(timeZone.toLowerCase());
    return meant && isSpelled(text) ? text : (meant ?? null);
  } catch {
    return null;
  }
}

/** The names of three letters that mean one zone. */
const threeLetters = /^(CET|EET|EST|GMT|HST|MET|MST|PRC|ROC|ROK|UCT|WET)$/i;

/** Whether a name looks as those of the list: an area of theirs, and places in title case. */
const isSpelled = (text: string): boolean =>
  /^[A-Z][a-z]+\/[A-Z][a-z]+([/_-][A-Z]?[a-z]+)*$/.test(text) &&
  allZones().some((zone) => zone.startsWith(text.slice(0, text.indexOf('/') + 1)));

export const browserZone = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone || 'UTC';

let zones: ReadonlyMap<string, string> | null = null;

const zonesByName = (): ReadonlyMap<string, string> =>
  (zones ??= new Map(['UTC', ...Intl.supportedValuesOf('timeZone')].map((zone) => [zone.toLowerCase(), zone])));

export const allZones = (): string[] => [...zonesByName().values()];

const offered = 6;

/** Some zones whose name contains the text. Those with a part that begins with it come first. */
export function zonesLike(text: string, zones: readonly string[] = allZones()): string[] {
  const wanted = text.trim().toLowerCase().replace(/\s+/g, '_');
  if (!wanted) return [];
  const found = zones.filter((zone) => zone.toLowerCase().includes(wanted));
  const begins = (zone: string) => `/${zone.toLowerCase()}`.includes(`/${wanted}`);
  return [...found.filter(begins), ...found.filter((zone) => !begins(zone))].slice(0, offered);
}
