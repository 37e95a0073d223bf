// Editors of the filters that are more than a set: greetings, agent response, forms, properties.

import { useId } from 'preact/hooks';
import type { ComponentChildren } from 'preact';
import type { FormFilter, GreetingFilter, ResponseFilter, SetFilter } from '../state/filters';
import { SetEditor, isWhole } from './set_editor';

/** The times are given together or not at all. */
export function Times<T extends { from?: string; to?: string }>({ label, filter, onChange }: {
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
      <input id={`${id}f`} type="date" value={filter.from ?? ''} onChange={(event) => set('from', event.currentTarget.value)} />
      <label for={`${id}t`}>To</label>
      <input id={`${id}t`} type="date" value={filter.to ?? ''} onChange={(event) => set('to', event.currentTarget.value)} />
    </fieldset>
  );
}

/** A part of a filter that is usually not needed. */
function Optional({ label, isOpen, children }: { readonly label: string; readonly isOpen: boolean; readonly children: ComponentChildren }) {
  return <details open={isOpen}><summary>{label}</summary>{children}</details>;
}

function withSet<T extends object>(filter: T, key: keyof T & string, set: SetFilter): T {
  return { ...filter, [key]: set };
}

export function GreetingEditor({ filter, onChange }: { readonly filter: GreetingFilter; readonly onChange: (filter: GreetingFilter) => void }) {
  const { groups, from, to, ...set } = filter;
  const rest = { ...(groups ? { groups } : {}), ...(from && to ? { from, to } : {}) };
  return (
    <>
      <SetEditor name="greetings" label="Greetings" filter={set} onChange={(next) => onChange({ ...next, ...rest })} />
      <Optional label="Groups of the chat" isOpen={groups !== undefined}>
        <SetEditor name="groups" label="Groups" filter={groups} onChange={(next) => onChange(withSet(filter, 'groups', next))} />
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

export function ResponseEditor({ filter, onChange }: { readonly filter: ResponseFilter; readonly onChange: (filter: ResponseFilter) => void }) {
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
            <input type="radio" name={name} checked={key === chosen} onChange={() => onChange('first' in of ? { ...of, ...sets } : of)} />
            {label}
          </label>
        ))}
      </fieldset>
      {filter.first && (
        <>
          <SetEditor name="agents" label="Agents" filter={agents} onChange={(next) => onChange(withSet(filter, 'agents', next))} />
          <Optional label="Groups of the chat" isOpen={groups !== undefined}>
            <SetEditor name="groups" label="Groups" filter={groups} onChange={(next) => onChange(withSet(filter, 'groups', next))} />
          </Optional>
        </>
      )}
    </>
  );
}

function AnswersField({ label, values, onChange }: { readonly label: string; readonly values: readonly string[] | undefined; readonly onChange: (values: string[] | undefined) => void }) {
  const id = useId();
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <input id={id} value={values?.join(', ') ?? ''} placeholder="1003:0, 1003:2" onChange={(event) => {
        const next = event.currentTarget.value.split(',').map((text) => text.trim()).filter(Boolean);
        onChange(next.length > 0 ? next : undefined);
      }} />
    </div>
  );
}

function FormEditor({ form, onChange, onRemove }: { readonly form: FormFilter; readonly onChange: (form: FormFilter) => void; readonly onRemove: () => void }) {
  const id = useId();
  const isAbsent = form.exists === false;
  const answers = (key: 'values' | 'exclude_values', values: string[] | undefined) => {
    const { values: _, exclude_values: __, ...rest } = form;
    onChange(values ? { ...rest, [key]: values } : rest);
  };
  return (
    <fieldset class="form-filter">
      <legend>{form.type === 'pre_chat' ? 'Pre-chat form' : 'Post-chat form'}</legend>
      <label for={id}>Form</label>
      <select id={id} value={form.type} onChange={(event) => onChange({ ...form, type: event.currentTarget.value as FormFilter['type'] })}>
        <option value="pre_chat">Pre-chat</option>
        <option value="post_chat">Post-chat</option>
      </select>
      <label><input type="checkbox" checked={isAbsent} onChange={() => onChange(isAbsent ? { type: form.type } : { type: form.type, exists: false })} /> was not submitted</label>
      {!isAbsent && (
        <>
          <AnswersField label="With any of these answers, each as field:answer" values={form.values} onChange={(values) => answers('values', values)} />
          <AnswersField label="With none of these answers" values={form.exclude_values} onChange={(values) => answers('exclude_values', values)} />
          <Times label="When it was submitted" filter={form} onChange={onChange} />
          <Optional label="Groups of the chat" isOpen={form.groups !== undefined}>
            <SetEditor name="groups" label="Groups" filter={form.groups} onChange={(next) => onChange(withSet(form, 'groups', next))} />
          </Optional>
        </>
      )}
      <button type="button" class="link" onClick={onRemove}>Remove this form</button>
    </fieldset>
  );
}

export function FormsEditor({ filter, onChange }: { readonly filter: readonly FormFilter[]; readonly onChange: (filter: FormFilter[]) => void }) {
  return (
    <>
      <p class="hint">A chat must pass every entry. The report Forms lists the ids of fields and answers.</p>
      {filter.map((form, at) => (
        <FormEditor key={at} form={form} onChange={(next) => onChange(filter.map((old, other) => (other === at ? next : old)))}
          onRemove={() => onChange(filter.filter((_, other) => other !== at))} />
      ))}
      <button type="button" onClick={() => onChange([...filter, { type: 'post_chat' }])}>Add another form</button>
    </>
  );
}

/** Leaves out the sets that the reader opened but did not fill. */
export function wholeSets<T extends object>(filter: T): T {
  return Object.fromEntries(Object.entries(filter).filter(([key, value]) =>
    (key !== 'agents' && key !== 'groups') || isWhole(value as SetFilter))) as T;
}
