// The view of the page, as the part of its address after #. The browser does not send that part to
// the server, so agents' addresses are in no log, and a long filter fits.

import { isDate } from '../time/dates';
import { comparisons, distributions, presets } from '../time/period';
import type { Comparison, Distribution, Period, Preset } from '../time/period';
import { zoneNamed } from '../time/zone';
import { filterNames, hasIntegers, readInteger, setFilterNames } from './filters';
import { parseJson, printJson } from './json';
import { readJsonFilter } from './read_filters';
import type { Filters, SetFilter, SetFilterName, Value } from './filters';

export interface View {
  readonly page: string; // 'overview', or a report such as 'chats/ratings'
  readonly period: Period;
  readonly distribution: Distribution | null; // null: the one that fits the period
  readonly zone: string | null; // null: the default
  readonly comparison: Comparison;
  readonly groupBy: string | null;
  readonly figure: string | null; // null: the report's first
  readonly rows: 'totals' | 'buckets'; // of a report with a second dimension
  readonly number: number; // of a page of customers who left the queue
  readonly filters: Filters;
}

export const defaultView: View = {
  page: 'overview',
  period: { preset: 'last_30_days' },
  distribution: null,
  zone: null,
  comparison: 'before',
  groupBy: null,
  figure: null,
  rows: 'totals',
  number: 1,
  filters: {},
};

export function printView(view: View): string {
  const query = new URLSearchParams();
  if (!('preset' in view.period)) {
    query.set('from', view.period.from);
    query.set('to', view.period.to);
  } else if (view.period.preset !== 'last_30_days') {
    query.set('period', view.period.preset);
  }
  if (view.distribution) query.set('distribution', view.distribution);
  if (view.zone) query.set('timezone', view.zone);
  if (view.comparison !== 'before') query.set('compare', view.comparison);
  if (view.groupBy) query.set('group_by', view.groupBy);
  if (view.figure) query.set('figure', view.figure);
  if (view.rows !== 'totals') query.set('rows', view.rows);
  if (view.number !== 1) query.set('page', String(view.number));
  printFilters(view.filters, query);
  const text = query.toString().replaceAll('%2F', '/').replaceAll('%40', '@').replaceAll('%3A', ':');
  return `#/${view.page}${text ? `?${text}` : ''}`;
}

/** Leaves out wrong and unknown parts of an address: the rest still shows something. */
export function parseView(hash: string): View {
  const [path = '', search = ''] = splitOnce(hash.replace(/^#\/?/, ''), '?');
  const query = new URLSearchParams(search);
  const oneOf = <T extends string>(key: string, known: Record<T, unknown>): T | null => {
    const value = query.get(key);
    return value !== null && Object.hasOwn(known, value) ? (value as T) : null;
  };
  const preset = oneOf<Preset>('period', presets);
  const [from, to] = [query.get('from') ?? '', query.get('to') ?? ''];
  const zone = query.get('timezone') ?? '';
  return {
    page: path || 'overview',
    period: isDate(from) && isDate(to) && from <= to ? { from, to } : preset ? { preset } : defaultView.period,
    distribution: oneOf<Distribution>('distribution', distributions),
    zone: zoneNamed(zone),
    comparison: oneOf<Comparison>('compare', comparisons) ?? 'before',
    groupBy: query.get('group_by'),
    figure: query.get('figure'),
    rows: query.get('rows') === 'buckets' ? 'buckets' : 'totals',
    number: /^[1-9]\d{0,8}$/.test(query.get('page') ?? '') ? Number(query.get('page')) : 1,
    filters: parseFilters(query),
  };
}

function splitOnce(text: string, separator: string): string[] {
  const at = text.indexOf(separator);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}

const isSetFilterName = (name: string): name is SetFilterName => (setFilterNames as readonly string[]).includes(name);

/** A set filter is spelled as in a GET of the API, others are JSON. */
function printFilters(filters: Filters, query: URLSearchParams): void {
  for (const name of filterNames) {
    const filter = filters[name];
    if (!filter) continue;
    if (!isSetFilterName(name)) {
      query.set(name, printJson(filter));
      continue;
    }
    for (const [key, value] of Object.entries(filter as SetFilter)) {
      for (const one of Array.isArray(value) ? value : [value]) query.append(`${name}.${key}`, String(one));
    }
  }
}

function parseFilters(query: URLSearchParams): Filters {
  const filters: Record<string, unknown> = {};
  for (const name of filterNames) {
    const filter = isSetFilterName(name) ? parseSetFilter(name, query) : readJsonFilter(name, parsed(query.get(name)));
    if (filter) filters[name] = filter;
  }
  return filters as Filters;
}

function parseSetFilter(name: SetFilterName, query: URLSearchParams): SetFilter | null {
  const listOf = (key: string): Value[] => {
    const texts = query.getAll(`${name}.${key}`).filter((text) => text !== '');
    return hasIntegers(name) ? texts.map(readInteger).filter((id) => id !== null) : texts;
  };
  const every = query.get(`${name}.require_every_value`) === 'true' ? { require_every_value: true } : {};
  for (const key of ['values', 'exclude_values'] as const) {
    const values = listOf(key);
    if (values.length > 0) return { [key]: values, ...every };
  }
  const exists = query.get(`${name}.exists`);
  return exists === null ? null : { exists: exists === 'true' };
}

function parsed(text: string | null): unknown {
  try {
    return parseJson(text ?? 'null');
  } catch {
    return null;
  }
}
