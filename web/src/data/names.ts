// Names for people of the values that rows and filters name by their ids.

import { language } from '../format/language';
import type { Dimension } from '../reports/report';
import type { Key } from '../reports/rows';
import { eventTypes } from '../state/filters';
import type { FilterName, Value } from '../state/filters';
import type { Integer } from '../state/json';
import type { Directory } from './session';

export interface Name {
  readonly label: string;
  readonly note?: string; // the id, where the label is a name
}

const countries = new Intl.DisplayNames(language, { type: 'region', fallback: 'code' });

function countryName(code: string): Name {
  try {
    const label = countries.of(code) ?? code;
    return label === code ? { label } : { label, note: code };
  } catch {
    return { label: code }; // a text that is no code
  }
}

const outcomes: Record<string, string> = { queued: 'Answered by an agent', left_queue: 'Left the queue' };

/** Quotes show a name that has only spaces. */
export const visible = (name: string): string => (name.trim() ? name : `“${name}”`);

function named(id: Key, name: string | null | undefined, prefix = ''): Name {
  return name ? { label: visible(name), note: `${prefix.toLowerCase()}${id}` } : { label: `${prefix}${id}` };
}

/** The names of a directory by id: a licence may have thousands of agents. */
const indexes = new WeakMap<
  Directory,
  { readonly agents: Map<Key, string | null>; readonly groups: Map<Key, string | null> }
>();

function indexOf(directory: Directory) {
  let index = indexes.get(directory);
  if (!index) {
    const byId = (all: readonly { readonly id: Key; readonly name: string | null }[]) =>
      new Map(all.map(({ id, name }) => [id, name]));
    index = { agents: byId([...directory.bots, ...directory.agents]), groups: byId(directory.groups) };
    indexes.set(directory, index);
  }
  return index;
}

export function nameOf(dimension: Dimension, key: Key, directory: Directory): Name {
  switch (dimension) {
    case 'agent':
    case 'first_responder':
      return named(key, indexOf(directory).agents.get(key));
    case 'group':
      return named(key, indexOf(directory).groups.get(key), 'Group ');
    case 'country':
      return countryName(String(key));
    case 'greeting':
      return { label: `Greeting ${key}` };
    case 'queue_outcome':
      return { label: outcomes[String(key)] ?? String(key) };
    case 'tag':
      return { label: visible(String(key)) };
  }
}

export interface Option extends Name {
  readonly value: Value;
}

/** The values that a filter can name. */
export function optionsOf(filter: FilterName, directory: Directory): Option[] {
  const of = (dimension: Dimension, values: readonly Key[]): Option[] =>
    values.map((value) => ({ value, ...nameOf(dimension, value, directory) }));
  const ids = (values: readonly Integer[], word: string): Option[] =>
    values.map((value) => ({ value, label: `${word} ${value}` }));
  switch (filter) {
    case 'agents':
      return of(
        'agent',
        [...directory.agents, ...directory.bots].map(({ id }) => id),
      );
    case 'groups':
      return of(
        'group',
        directory.groups.map(({ id }) => id),
      );
    case 'tags':
      return of('tag', directory.tags);
    case 'customer_countries':
      return of('country', directory.countries);
    case 'greetings':
      return of('greeting', directory.greetings);
    case 'goals':
      return ids(directory.goals, 'Goal');
    case 'sales':
      return ids(directory.sales, 'Sale');
    case 'event_types':
      return eventTypes.map((value) => ({ value, label: value.replaceAll('_', ' ') }));
    default:
      return [];
  }
}

export const labelOf = (filter: FilterName, value: Value, directory: Directory): string =>
  optionsOf(filter, directory).find((option) => option.value === value)?.label ?? String(value);
