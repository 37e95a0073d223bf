// Editors of the filters by greeting and by agent response, and the parts that others share.

import { useId } from 'preact/hooks';
import type { ComponentChildren } from 'preact';
import type { GreetingFilter, ResponseFilter, SetFilter } from '../state/filters';
import { isWhole } from './missing';
import { SetEditor } from './set_editor';

/** The times are given together or not at all. */
export function Times<T extends { from?: string; to?: string }>({
  label,
  filter,
  onChange,
}: {
  readonly label: string;
  readonly filter: T;
  readonly onChange: (filter: T) => void;
}) {
  const id = useId();
  const set = (key: 'from' | 'to', date: string) => {
    const { from: _, to: __, ...rest } = filter;
    const times = { from: filter.from ?? date, to: filter.to ?? date, [key]: date };
    if (times.from > times.to) times[key === 'from' ? 'to' : 'from'] = date;
    onChange((date ? { ...rest, ...times } : rest) as T);
  };
  return (
    <fieldset class="times">
      <legend>{label}</legend>
      <label for={`${id}f`}>From</label>
      <input
        id={`${id}f`}
        type="date"
        value={filter.from ?? ''}
        onChange={(event) => set('from', event.currentTarget.value)}
      />
      <label for={`${id}t`}>To</label>
      <input
        id={`${id}t`}
        type="date"
        value={filter.to ?? ''}
        onChange={(event) => set('to', event.currentTarget.value)}
      />
    </fieldset>
  );
}

/** A part of a filter that is usually not needed. */
export function Optional({
  label,
  isOpen,
  children,
}: {
  readonly label: string;
  readonly isOpen: boolean;
  readonly children: ComponentChildren;
}) {
  return (
    <details open={isOpen}>
      <summary>{label}</summary>
      {children}
    </details>
  );
}

export function withSet<T extends object>(filter: T, key: keyof T & string, set: SetFilter): T {
  return { ...filter, [key]: set };
}

export function GreetingEditor({
  filter,
  onChange,
}: {
  readonly filter: GreetingFilter;
  readonly onChange: (filter: GreetingFilter) => void;
}) {
  const { groups, from, to, ...set } = filter;
  const rest = { ...(groups ? { groups } : {}), ...(from && to ? { from, to } : {}) };
  return (
    <>
      <SetEditor name="greetings" label="Greetings" filter={set} onChange={(next) => onChange({ ...next, ...rest })} />
      <Optional label="Groups of the chat" isOpen={groups !== undefined}>
        <SetEditor
          name="groups"
          label="Groups"
          filter={groups}
          onChange={(next) => onChange(withSet(filter, 'groups', next))}
        />
      </Optional>
      <Times label="When the greeting was sent" filter={filter} onChange={onChange} />
    </>
  );
}

const responses = {
  answered: { label: 'An agent answered', filter: { exists: true } },
  unanswered: { label: 'Nobody answered', filter: { exists: false } },
  first: { label: 'The first response came from', filter: { first: true } },
  not_first: { label: 'The first response did not come from', filter: { first: true, exists: false } },
} satisfies Record<string, { label: string; filter: ResponseFilter }>;

export function ResponseEditor({
  filter,
  onChange,
}: {
  readonly filter: ResponseFilter;
  readonly onChange: (filter: ResponseFilter) => void;
}) {
  const name = useId();
  const isNo = filter.exists === false;
  const chosen = filter.first ? (isNo ? 'not_first' : 'first') : isNo ? 'unanswered' : 'answered';
  const { agents, groups } = filter;
  const sets = { ...(agents ? { agents } : {}), ...(groups ? { groups } : {}) };
  return (
    <>
      <fieldset class="radios">
        <legend>Chats in which</legend>
        {Object.entries(responses).map(([key, { label, filter: of }]) => (
          <label key={key}>
            <input
              type="radio"
              name={name}
              checked={key === chosen}
              onChange={() => onChange('first' in of ? { ...of, ...sets } : of)}
            />
            {label}
          </label>
        ))}
      </fieldset>
      {filter.first && (
        <>
          <SetEditor
            name="agents"
            label="Agents"
            filter={agents}
            onChange={(next) => onChange(withSet(filter, 'agents', next))}
          />
          <Optional label="Groups of the chat" isOpen={groups !== undefined}>
            <SetEditor
              name="groups"
              label="Groups"
              filter={groups}
              onChange={(next) => onChange(withSet(filter, 'groups', next))}
            />
          </Optional>
        </>
      )}
    </>
  );
}

/** Leaves out the sets that the reader opened but did not fill. */
export function wholeSets<T extends object>(filter: T): T {
  return Object.fromEntries(
    Object.entries(filter).filter(
      ([key, value]) => (key !== 'agents' && key !== 'groups') || isWhole(value as SetFilter),
    ),
  ) as T;
}
