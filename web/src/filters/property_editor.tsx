// Edits the filters by properties. The directory names the properties, but not their values, which
// the reader types.

import { useId, useState } from 'preact/hooks';
import { useSignedIn } from '../data/hooks';
import type { Filters, SetFilter, Value } from '../state/filters';
import { Choose } from './choose';
import { ModeSelect, setFilter, valuesOf } from './set_editor';
import { modeOf } from './words';

type Properties = NonNullable<Filters['properties']>;
const types = { text: 'text', number: 'whole numbers', flag: 'yes or no' } as const;
type Type = keyof typeof types;

const typeOf = (filter: SetFilter): Type => {
  const first = valuesOf(filter)[0];
  return typeof first === 'number' ? 'number' : typeof first === 'boolean' ? 'flag' : 'text';
};

function readAs(type: Type, text: string): Value | null {
  if (type === 'text') return text;
  if (type === 'number') return /^-?\d+$/.test(text) && Number.isSafeInteger(Number(text)) ? Number(text) : null;
  return null;
}

const flags = [
  { value: true, label: 'Yes' },
  { value: false, label: 'No' },
];

function PropertyEditor({
  title,
  filter,
  onChange,
  onRemove,
}: {
  readonly title: string;
  readonly filter: SetFilter;
  readonly onChange: (filter: SetFilter) => void;
  readonly onRemove: () => void;
}) {
  const id = useId();
  const [type, setType] = useState<Type>(typeOf(filter));
  const mode = modeOf(filter);
  return (
    <fieldset class="form-filter">
      <legend>
        <bdi>{title}</bdi>
      </legend>
      <ModeSelect label="Chats with" filter={filter} onChange={onChange} />
      {mode !== 'some' && mode !== 'empty' && (
        <>
          <div class="field">
            <label for={id}>Its values are</label>
            <select
              id={id}
              value={type}
              onChange={(event) => {
                setType(event.currentTarget.value as Type);
                onChange(setFilter(mode, []));
              }}
            >
              {Object.entries(types).map(([key, label]) => (
                <option key={key} value={key}>
                  {label}
                </option>
              ))}
            </select>
          </div>
          <Choose
            key={type}
            label="Values"
            options={type === 'flag' ? flags : []}
            chosen={valuesOf(filter)}
            onChange={(values) => onChange(setFilter(mode, values))}
            read={(text) => readAs(type, text)}
          />
        </>
      )}
      <button type="button" class="link" onClick={onRemove}>
        Remove this property
      </button>
    </fieldset>
  );
}

export function PropertiesEditor({
  filter,
  onChange,
}: {
  readonly filter: Properties;
  readonly onChange: (filter: Properties) => void;
}) {
  const { directory } = useSignedIn();
  const id = useId();
  const chosen = Object.entries(filter).flatMap(([namespace, names]) =>
    Object.keys(names).map((name) => ({ namespace, name })),
  );
  const others = directory.properties.filter(
    ({ namespace, name }) => !chosen.some((one) => one.namespace === namespace && one.name === name),
  );
  const set = (namespace: string, name: string, next: SetFilter | null) => {
    const { [name]: _, ...rest } = filter[namespace] ?? {};
    const { [namespace]: __, ...spaces } = filter;
    const names = next ? { ...filter[namespace], [name]: next } : rest;
    onChange(Object.keys(names).length > 0 ? { ...spaces, [namespace]: names } : spaces);
  };
  return (
    <>
      {chosen.map(({ namespace, name }) => (
        <PropertyEditor
          key={JSON.stringify([namespace, name])}
          title={`${namespace}.${name}`}
          filter={filter[namespace]![name]!}
          onChange={(next) => set(namespace, name, next)}
          onRemove={() => set(namespace, name, null)}
        />
      ))}
      <div class="field">
        <label for={id}>Add a property</label>
        <select
          id={id}
          value=""
          onChange={(event) => {
            const added = others[Number(event.currentTarget.value)];
            if (added) set(added.namespace, added.name, { exists: true });
          }}
        >
          <option value="">{others.length > 0 ? 'Choose one' : 'There are no others'}</option>
          {others.map(({ namespace, name }, at) => (
            <option key={at} value={at}>
              {namespace}.{name}
            </option>
          ))}
        </select>
      </div>
    </>
  );
}
