// Chooses values of one property, from the list of the server or typed.

import { useEffect, useState } from 'preact/hooks';
import { get } from '../data/api';
import { useSignedIn } from '../data/hooks';
import { visible } from '../data/names';
import { noteFailure } from '../data/session';
import { Select, entries } from '../parts/field';
import { readInteger } from '../state/filters';
import type { Value } from '../state/filters';
import { Choose } from './choose';

const types = { string: 'text', number: 'whole numbers', boolean: 'yes or no' } as const;
type Type = keyof typeof types;

const typeOf = (value: Value): Type => (typeof value === 'bigint' ? 'number' : (typeof value as Type));

function readAs(type: Type, text: string): Value | null {
  if (type === 'string') return text;
  return type === 'number' ? readInteger(text) : null;
}

/** The values that chats have, those of most chats first. Null: not known yet. */
function useValues(namespace: string, name: string): readonly Value[] | null {
  const { token } = useSignedIn();
  const [values, setValues] = useState<readonly Value[] | null>(null);
  useEffect(() => {
    const query = new URLSearchParams({ namespace, name });
    get<{ values: Value[] }>(token, `v1/directory/property?${query}`).then(
      (answer) => setValues(answer.values),
      (error) => {
        setValues([]);
        noteFailure(error);
      },
    );
  }, []);
  return values;
}

interface Props {
  readonly namespace: string;
  readonly name: string;
  readonly chosen: readonly Value[];
  readonly onChange: (values: Value[]) => void;
}

export function PropertyValues({ namespace, name, chosen, onChange }: Props) {
  const values = useValues(namespace, name);
  const [picked, setPicked] = useState<Type | null>(null);
  if (!values) return <p class="hint">Looking for its values</p>;
  // A filter takes values of one type. Most properties have no other.
  const known = new Set([...chosen, ...values].map(typeOf));
  const [first = 'string'] = known;
  const type = picked ?? first;
  const options = values
    .filter((value) => typeOf(value) === type)
    .map((value) => ({ value, label: value === true ? 'Yes' : value === false ? 'No' : visible(String(value)) }));
  return (
    <>
      {known.size !== 1 && (
        <Select
          label="Its values are"
          value={type}
          options={entries(types)}
          onChange={(next) => {
            setPicked(next);
            onChange([]);
          }}
        />
      )}
      <Choose
        key={type}
        label="Values"
        options={options}
        chosen={chosen}
        onChange={onChange}
        read={(text) => readAs(type, text)}
      />
    </>
  );
}
