// Edits the filters by forms. The answers to choose from are those of the report on forms.

import { useEffect, useState } from 'preact/hooks';
import { askRows } from '../data/api';
import { useSignedIn } from '../data/hooks';
import type { Option } from '../data/names';
import { noteFailure } from '../data/session';
import { Select, entries } from '../parts/field';
import type { Row } from '../reports/rows';
import type { FormFilter } from '../state/filters';
import { Choose } from './choose';
import { Optional, Times, withSet } from './special_editors';
import { SetEditor } from './set_editor';

/** Every answer that a customer has chosen, as the filter names it: field:answer. */
function optionsOf(rows: readonly Row[]): Option[] {
  const options = new Map<string, Option>();
  for (const row of rows) {
    if (row.field === null) continue;
    const value = `${row.field}:${row.answer}`;
    options.set(value, { value, label: String(row.answer_label ?? value), note: String(row.field_label ?? row.field) });
  }
  return [...options.values()];
}

function useAnswerOptions(): Option[] {
  const { token, about } = useSignedIn();
  const [options, setOptions] = useState<Option[]>([]);
  useEffect(() => {
    const filters = { from: about.first_chat, to: about.last_chat };
    askRows(token, { path: 'v3.7/reports/chats/forms', body: { filters } }).then(
      (rows) => setOptions(optionsOf(rows)),
      noteFailure,
    );
  }, []);
  return options;
}

const types = { pre_chat: 'Pre-chat', post_chat: 'Post-chat' } as const;

const kinds = {
  submitted: 'was submitted',
  values: 'was submitted with any of these answers',
  exclude_values: 'was submitted with none of these answers',
  absent: 'was not submitted',
} as const;
type Kind = keyof typeof kinds;

function kindOf(form: FormFilter): Kind {
  if (form.exists === false) return 'absent';
  return form.values ? 'values' : form.exclude_values ? 'exclude_values' : 'submitted';
}

function withKind({ type, from, to, groups, ...old }: FormFilter, kind: Kind, answers?: string[]): FormFilter {
  if (kind === 'absent') return { type, exists: false };
  const times = from && to ? { from, to } : {};
  const rest = { type, ...times, ...(groups ? { groups } : {}) };
  return kind === 'submitted' ? rest : { ...rest, [kind]: answers ?? old.values ?? old.exclude_values ?? [] };
}

interface Props {
  readonly form: FormFilter;
  readonly options: readonly Option[];
  readonly onChange: (form: FormFilter) => void;
  readonly onRemove: () => void;
}

function FormEditor({ form, options, onChange, onRemove }: Props) {
  const kind = kindOf(form);
  return (
    <fieldset class="form-filter">
      <legend>{types[form.type]} form</legend>
      <Select
        label="Form"
        value={form.type}
        options={entries(types)}
        onChange={(type) => onChange({ ...form, type })}
      />
      <Select
        label="Chats in which it"
        value={kind}
        options={entries(kinds)}
        onChange={(next) => onChange(withKind(form, next))}
      />
      {(kind === 'values' || kind === 'exclude_values') && (
        <Choose
          label="Answers"
          options={options}
          chosen={form[kind] ?? []}
          read={(text) => (text.includes(':') ? text : null)}
          onChange={(values) => onChange(withKind(form, kind, values.map(String)))}
        />
      )}
      {kind !== 'absent' && (
        <>
          <Times label="When it was submitted" filter={form} onChange={onChange} />
          <Optional label="Groups of the chat" isOpen={form.groups !== undefined}>
            <SetEditor
              name="groups"
              label="Groups"
              filter={form.groups}
              onChange={(next) => onChange(withSet(form, 'groups', next))}
            />
          </Optional>
        </>
      )}
      <button type="button" class="link" onClick={onRemove}>
        Remove this form
      </button>
    </fieldset>
  );
}

export function FormsEditor({
  filter,
  onChange,
}: {
  readonly filter: readonly FormFilter[];
  readonly onChange: (filter: FormFilter[]) => void;
}) {
  const options = useAnswerOptions();
  return (
    <>
      <p class="hint">A chat must pass every entry.</p>
      {filter.map((form, at) => (
        <FormEditor
          key={at}
          form={form}
          options={options}
          onChange={(next) => onChange(filter.map((old, other) => (other === at ? next : old)))}
          onRemove={() => onChange(filter.filter((_, other) => other !== at))}
        />
      ))}
      <button type="button" onClick={() => onChange([...filter, { type: 'post_chat' }])}>
        Add another form
      </button>
    </>
  );
}

/** An entry without answers asks only whether the form was submitted; the API refuses an empty list. */
export function wholeForm({ values, exclude_values, ...rest }: FormFilter): FormFilter {
  return { ...rest, ...(values?.length ? { values } : {}), ...(exclude_values?.length ? { exclude_values } : {}) };
}
