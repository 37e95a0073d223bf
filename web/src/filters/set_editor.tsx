// Edits a set filter: any, all or none of some values, or whether there are any at all.

import { useSignedIn } from '../data/hooks';
import { optionsOf } from '../data/names';
import { Select, entries } from '../parts/field';
import { hasIntegers, readInteger, valuesOf } from '../state/filters';
import type { FilterName, SetFilter, Value } from '../state/filters';
import { Choose } from './choose';
import { modeOf, modes } from './words';
import type { Mode } from './words';

interface Props {
  readonly name: FilterName;
  readonly label: string;
  readonly filter: SetFilter | undefined;
  readonly onChange: (filter: SetFilter) => void;
}

export function setFilter(mode: Mode, values: readonly Value[]): SetFilter {
  switch (mode) {
    case 'some':
      return { exists: true };
    case 'empty':
      return { exists: false };
    case 'any':
      return { values: [...values] };
    case 'all':
      return { values: [...values], require_every_value: true };
    case 'none':
      return { exclude_values: [...values] };
    case 'not_all':
      return { exclude_values: [...values], require_every_value: true };
  }
}

export function ModeSelect({
  label,
  filter,
  canBeEmpty = true,
  onChange,
}: {
  readonly label: string;
  readonly filter: SetFilter | undefined;
  readonly canBeEmpty?: boolean;
  readonly onChange: (filter: SetFilter) => void;
}) {
  const options = entries(modes).filter(([mode]) => canBeEmpty || (mode !== 'some' && mode !== 'empty'));
  return (
    <Select
      label={label}
      value={modeOf(filter)}
      options={options}
      onChange={(mode) => onChange(setFilter(mode, valuesOf(filter)))}
    />
  );
}

export function SetEditor({ name, label, filter, onChange }: Props) {
  const { directory } = useSignedIn();
  const mode = modeOf(filter);
  return (
    <>
      <ModeSelect
        label={`Chats with ${label.toLowerCase()}`}
        filter={filter}
        canBeEmpty={name !== 'event_types'}
        onChange={onChange}
      />
      {mode !== 'some' && mode !== 'empty' && (
        <Choose
          label={label}
          options={optionsOf(name, directory)}
          chosen={valuesOf(filter)}
          onChange={(values) => onChange(setFilter(mode, values))}
          read={hasIntegers(name) ? readInteger : (text) => text}
        />
      )}
    </>
  );
}
