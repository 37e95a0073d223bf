// Reads filters out of JSON that anybody may have written into an address. It leaves out all parts of
// another form.

import { isDate } from '../time/dates';
import type { Filters, FormFilter, GreetingFilter, ResponseFilter, SetFilter, Value } from './filters';

type Json = Record<string, unknown>;

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isValue = (value: unknown): value is Value => ['string', 'number', 'boolean', 'bigint'].includes(typeof value);

/** Keeps what is defined: the API refuses unknown keys, and `undefined` is no JSON. */
function defined<T extends object>(fields: { [key in keyof T]: T[key] | undefined }): T {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as T;
}

const flag = (value: unknown): boolean | undefined => (typeof value === 'boolean' ? value : undefined);

function valuesOf(value: unknown): Value[] | undefined {
  if (!Array.isArray(value)) return undefined;
  const values = value.filter(isValue);
  return values.length > 0 ? values : undefined;
}

function readSetFilter(json: unknown): SetFilter | undefined {
  if (!isObject(json)) return undefined;
  const values = valuesOf(json.values);
  const excluded = values ? undefined : valuesOf(json.exclude_values);
  const exists = values || excluded ? undefined : flag(json.exists);
  if (!values && !excluded && exists === undefined) return undefined;
  const every = json.require_every_value === true && exists === undefined ? true : undefined;
  return defined<SetFilter>({ values, exclude_values: excluded, exists, require_every_value: every });
}

function readTimes(json: Json): { from?: string; to?: string } {
  const { from, to } = json;
  const isPair = typeof from === 'string' && typeof to === 'string' && isDate(from) && isDate(to) && from <= to;
  return isPair ? { from, to } : {};
}

function readForm(json: unknown): FormFilter | undefined {
  if (!isObject(json) || (json.type !== 'pre_chat' && json.type !== 'post_chat')) return undefined;
  const set = readSetFilter(json) ?? {};
  return {
    ...defined<Omit<FormFilter, 'from' | 'to'>>({
      type: json.type,
      exists: flag(json.exists),
      values: set.values?.map(String),
      exclude_values: set.exclude_values?.map(String),
      groups: readSetFilter(json.groups),
    }),
    ...readTimes(json),
  };
}

function readGreetings(json: unknown): GreetingFilter | undefined {
  if (!isObject(json)) return undefined;
  const groups = readSetFilter(json.groups);
  const filter = { ...readSetFilter(json), ...(groups ? { groups } : {}), ...readTimes(json) };
  return Object.keys(filter).length > 0 ? filter : undefined;
}

function readResponse(json: unknown): ResponseFilter | undefined {
  if (!isObject(json)) return undefined;
  const first = json.first === true ? true : undefined;
  const filter = defined<ResponseFilter>({
    exists: flag(json.exists),
    first,
    agents: first && readSetFilter(json.agents),
    groups: first && readSetFilter(json.groups),
  });
  return Object.keys(filter).length > 0 ? filter : undefined;
}

function readProperties(json: unknown): Filters['properties'] {
  if (!isObject(json)) return undefined;
  // Entries, and no assignment: a name may be __proto__.
  const spaces = Object.entries(json).map(([namespace, names]) => [namespace, readNames(names)] as const);
  const set = spaces.filter(([, names]) => Object.keys(names).length > 0);
  return set.length > 0 ? Object.fromEntries(set) : undefined;
}

function readNames(json: unknown): Record<string, SetFilter> {
  const sets = Object.entries(isObject(json) ? json : {}).map(
    ([name, filter]) => [name, readSetFilter(filter)] as const,
  );
  return Object.fromEntries(sets.filter((entry): entry is readonly [string, SetFilter] => entry[1] !== undefined));
}

export function readJsonFilter(name: 'greetings' | 'forms' | 'agent_response' | 'properties', json: unknown): unknown {
  switch (name) {
    case 'greetings':
      return readGreetings(json);
    case 'agent_response':
      return readResponse(json);
    case 'properties':
      return readProperties(json);
    case 'forms': {
      const forms = Array.isArray(json) ? json.map(readForm).filter((form) => form !== undefined) : [];
      return forms.length > 0 ? forms : undefined;
    }
  }
}
