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

const named = 3;

function list(texts: readonly string[]): string {
  const shown = texts.slice(0, named).join(', ');
  return texts.length > named ? `${shown} and ${texts.length - named} more` : shown;
}

function setWords(filter: SetFilter, name: FilterName, directory: Directory): string {
  const mode = modeOf(filter);
  if (mode === 'some' || mode === 'empty') return modes[mode];
  const values = valuesOf(filter);
  const words = list(values.map((value) => labelOf(name, value, directory)));
  if (values.length === 1 && (mode === 'any' || mode === 'all')) return words;
  if (values.length === 1) return `not ${words}`;
  return `${modes[mode].replace(' these', '')} ${words}`;
}

function greetingWords(filter: GreetingFilter, directory: Directory): string {
  const { groups, from, to, ...set } = filter;
  return [
    Object.keys(set).length > 0 ? setWords(set, 'greetings', directory) : null,
    groups ? `groups: ${setWords(groups, 'groups', directory)}` : null,
    from ? `sent ${from} to ${to}` : null,
  ]
    .filter(Boolean)
    .join('; ');
}

function formWords(form: FormFilter, directory: Directory): string {
  const kind = form.type === 'pre_chat' ? 'pre-chat' : 'post-chat';
  if (form.exists === false) return `no ${kind} form`;
  return [
    `${kind} form`,
    form.values ? `with ${list(form.values)}` : null,
    form.exclude_values ? `without ${list(form.exclude_values)}` : null,
    form.groups ? `groups: ${setWords(form.groups, 'groups', directory)}` : null,
    form.from ? `sent ${form.from} to ${form.to}` : null,
  ]
    .filter(Boolean)
    .join(' ');
}

function responseWords(filter: ResponseFilter, directory: Directory): string {
  const says = filter.exists === false ? 'no ' : '';
  return [
    filter.first ? `${says}first response` : `${says}response`,
    filter.agents ? `by ${setWords(filter.agents, 'agents', directory)}` : null,
    filter.groups ? `groups: ${setWords(filter.groups, 'groups', directory)}` : null,
  ]
    .filter(Boolean)
    .join(' ');
}

export function wordsOf(filters: Filters, name: FilterName, directory: Directory): string {
  const words = (() => {
    switch (name) {
      case 'greetings':
        return greetingWords(filters.greetings!, directory);
      case 'forms':
        return filters.forms!.map((form) => formWords(form, directory)).join(' and ');
      case 'agent_response':
        return responseWords(filters.agent_response!, directory);
      case 'properties':
        return Object.entries(filters.properties!)
          .flatMap(([namespace, names]) =>
            Object.entries(names).map(
              ([key, filter]) => `${namespace}.${key} ${setWords(filter, 'properties', directory)}`,
            ),
          )
          .join(' and ');
      default:
        return setWords(filters[name]!, name, directory);
    }
  })();
  return `${filterLabels[name]}: ${words}`;
}
