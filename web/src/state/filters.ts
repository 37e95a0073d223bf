// The filters of the API, as the address of the page holds them. Their form is that of the API, so
// that a request takes them unchanged, except that times are dates here: of local days.

import { integerOf } from './json';
import type { Integer } from './json';
import { endOfDayText, startOfDayText } from '../time/zone';

export type Value = string | boolean | Integer;

export interface SetFilter {
  exists?: boolean;
  values?: Value[];
  exclude_values?: Value[];
  require_every_value?: boolean;
}

interface Times {
  from?: string;
  to?: string;
}

export interface GreetingFilter extends SetFilter, Times {
  groups?: SetFilter;
}

export interface FormFilter extends Times {
  type: 'pre_chat' | 'post_chat';
  exists?: boolean;
  values?: string[];
  exclude_values?: string[];
  groups?: SetFilter;
}

export interface ResponseFilter {
  exists?: boolean;
  first?: boolean;
  agents?: SetFilter;
  groups?: SetFilter;
}

export const setFilterNames = [
  'agents',
  'tags',
  'groups',
  'goals',
  'sales',
  'event_types',
  'customer_countries',
] as const;
export type SetFilterName = (typeof setFilterNames)[number];

export type Filters = { [name in SetFilterName]?: SetFilter } & {
  greetings?: GreetingFilter;
  forms?: FormFilter[];
  agent_response?: ResponseFilter;
  properties?: Record<string, Record<string, SetFilter>>;
};
export type FilterName = keyof Filters;

export const filterLabels: Record<FilterName, string> = {
  agents: 'Agents',
  tags: 'Tags',
  groups: 'Groups',
  customer_countries: 'Countries',
  agent_response: 'Agent response',
  greetings: 'Greetings',
  forms: 'Forms',
  goals: 'Goals',
  sales: 'Sales',
  event_types: 'Event types',
  properties: 'Properties',
};
export const filterNames = Object.keys(filterLabels) as FilterName[];

export const eventTypes = [
  'message',
  'file',
  'form',
  'filled_form',
  'rich_message',
  'custom',
  'system_message',
  'system',
];

export const hasIntegers = (name: FilterName): boolean =>
  name === 'groups' || name === 'goals' || name === 'sales' || name === 'greetings';

export const valuesOf = (filter: SetFilter | undefined): readonly Value[] =>
  filter?.values ?? filter?.exclude_values ?? [];

export const readInteger = (text: string): Integer | null => (/^-?\d+$/.test(text) ? integerOf(text) : null);

/** The filters as the API takes them. */
export function filtersForApi(filters: Filters, zone: string): Record<string, unknown> {
  const instants = <T extends Times>(filter: T): T => ({
    ...filter,
    ...(filter.from && filter.to ? { from: startOfDayText(filter.from, zone), to: endOfDayText(filter.to, zone) } : {}),
  });
  return {
    ...filters,
    ...(filters.greetings ? { greetings: instants(filters.greetings) } : {}),
    ...(filters.forms ? { forms: filters.forms.map(instants) } : {}),
  };
}

export const without = (filters: Filters, name: FilterName): Filters => {
  const { [name]: _, ...others } = filters;
  return others as Filters;
};

export const isAnyFilterSet = (filters: Filters): boolean => Object.keys(filters).length > 0;
