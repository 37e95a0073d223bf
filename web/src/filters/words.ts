// Says a filter in words.

import { labelOf } from '../data/names';
import type { Directory } from '../data/session';
import { filterLabels, valuesOf } from '../state/filters';
import type { FilterName, Filters, FormFilter, GreetingFilter, ResponseFilter, SetFilter } from '../state/filters';

export const modes = {
  any: 'any of these',
  all: 'all of these',
  none: 'none of these',
  not_all: 'not all of these',
  some: 'at least one',
  empty: 'none at all',
} as const;
export type Mode = keyof typeof modes;

export function modeOf(filter: SetFilter | undefined): Mode {
  if (filter?.exists !== undefined) return filter.exists ? 'some' : 'empty';
  if (filter?.exclude_values) return filter.require_every_value ? 'not_all' : 'none';
  return filter?.require_every_value ? 'all' : 'any';
}

/** How values are named, and how many of them at most. */
interface Naming {
  readonly directory: Directory;
  readonly most: number;
}

function list(texts: readonly string[], { most }: Naming): string {
  const shown = texts.slice(0, most).join(', ');
  return texts.length > most ? `${shown} and ${texts.length - most} more` : shown;
}

function setWords(filter: SetFilter, name: FilterName, naming: Naming): string {
  const mode = modeOf(filter);
  if (mode === 'some' || mode === 'empty') return modes[mode];
  const values = valuesOf(filter);
  const words = list(
    values.map((value) => labelOf(name, value, naming.directory)),
    naming,
  );
  if (values.length === 1 && (mode === 'any' || mode === 'all')) return words;
  if (values.length === 1) return `not ${words}`;
  return `${modes[mode].replace(' these', '')} ${words}`;
}

function greetingWords(filter: GreetingFilter, naming: Naming): string {
  const { groups, from, to, ...set } = filter;
  return [
    Object.keys(set).length > 0 ? setWords(set, 'greetings', naming) : null,
    groups ? `groups: ${setWords(groups, 'groups', naming)}` : null,
    from ? `sent ${from} to ${to}` : null,
  ]
    .filter(Boolean)
    .join('; ');
}

function formWords(form: FormFilter, naming: Naming): string {
  const kind = form.type === 'pre_chat' ? 'pre-chat' : 'post-chat';
  if (form.exists === false) return `no ${kind} form`;
  return [
    `${kind} form`,
    form.values ? `with ${list(form.values, naming)}` : null,
    form.exclude_values ? `without ${list(form.exclude_values, naming)}` : null,
    form.groups ? `groups: ${setWords(form.groups, 'groups', naming)}` : null,
    form.from ? `sent ${form.from} to ${form.to}` : null,
  ]
    .filter(Boolean)
    .join(' ');
}

function responseWords(filter: ResponseFilter, naming: Naming): string {
  const says = filter.exists === false ? 'no ' : '';
  return [
    filter.first ? `${says}first response` : `${says}response`,
    filter.agents ? `by ${setWords(filter.agents, 'agents', naming)}` : null,
    filter.groups ? `groups: ${setWords(filter.groups, 'groups', naming)}` : null,
  ]
    .filter(Boolean)
    .join(' ');
}

export function wordsOf(filters: Filters, name: FilterName, directory: Directory, most = 3): string {
  const naming = { directory, most };
  const words = (() => {
    switch (name) {
      case 'greetings':
        return greetingWords(filters.greetings!, naming);
      case 'forms':
        return filters.forms!.map((form) => formWords(form, naming)).join(' and ');
      case 'agent_response':
        return responseWords(filters.agent_response!, naming);
      case 'properties':
        return Object.entries(filters.properties!)
          .flatMap(([namespace, names]) =>
            Object.entries(names).map(
              ([key, filter]) => `${namespace}.${key} ${setWords(filter, 'properties', naming)}`,
            ),
          )
          .join(' and ');
      default:
        return setWords(filters[name]!, name, naming);
    }
  })();
  return `${filterLabels[name]}: ${words}`;
}
