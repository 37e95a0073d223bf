// Edits the filters by properties.

import { useSignedIn } from '../data/hooks';
import { Field } from '../parts/field';
import { valuesOf } from '../state/filters';
import type { Filters, SetFilter } from '../state/filters';
import { PropertyValues } from './property_values';
import { ModeSelect, setFilter } from './set_editor';
import { modeOf } from './words';

type Properties = NonNullable<Filters['properties']>;

interface Property {
  readonly namespace: string;
  readonly name: string;
}

function PropertyEditor({
  property,
  filter,
  onChange,
  onRemove,
}: {
  readonly property: Property;
  readonly filter: SetFilter;
  readonly onChange: (filter: SetFilter) => void;
  readonly onRemove: () => void;
}) {
  const mode = modeOf(filter);
  return (
    <fieldset class="form-filter">
      <legend>
        <bdi>
          {property.namespace}.{property.name}
        </bdi>
      </legend>
      <ModeSelect label="Chats with" filter={filter} onChange={onChange} />
      {mode !== 'some' && mode !== 'empty' && (
        <PropertyValues
          {...property}
          chosen={valuesOf(filter)}
          onChange={(values) => onChange(setFilter(mode, values))}
        />
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
          property={{ namespace, name }}
          filter={filter[namespace]![name]!}
          onChange={(next) => set(namespace, name, next)}
          onRemove={() => set(namespace, name, null)}
        />
      ))}
      <Field label="Add a property">
        {(id) => (
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
        )}
      </Field>
    </>
  );
}
