// A date, as the browser has it. While somebody types, it goes through other dates, such as those of
// the year 202: it counts once the typing rests, or when the focus leaves.

import { useEffect, useRef } from 'preact/hooks';

interface Props {
  readonly id: string;
  readonly value: string;
  readonly onChange: (date: string) => void;
}

const rest = 600; // milliseconds
const earliest = '1970-01-01';

export function DateInput({ id, value, onChange }: Props) {
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const element = useRef<HTMLInputElement>(null);
  // A date that was typed for another view, or for a page that is gone, does not count.
  useEffect(() => () => clearTimeout(timer.current), [value]);
  const take = () => {
    clearTimeout(timer.current);
    const date = element.current?.value; // a browser takes the focus from an input that goes away
    if (date === undefined) return;
    if (date !== value && (date === '' || date >= earliest)) onChange(date);
  };
  return (
    <input
      id={id}
      ref={element}
      type="date"
      min={earliest}
      value={value}
      onChange={() => {
        clearTimeout(timer.current);
        timer.current = setTimeout(take, rest);
      }}
      onBlur={take}
    />
  );
}
