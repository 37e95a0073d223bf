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
  useEffect(() => () => clearTimeout(timer.current), []);
  const take = () => {
    clearTimeout(timer.current);
    const date = element.current!.value;
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
