// A "?" that explains a figure while a pointer, the keyboard or a finger is on it.

import { useId } from 'preact/hooks';

interface Props {
  readonly label: string;
  readonly text: string;
}

export function Explain({ label, text }: Props) {
  const id = useId();
  return (
    <div class="explain">
      <button
        type="button"
        class="quiet"
        aria-label={label}
        aria-describedby={id}
        onKeyDown={(event) => event.key === 'Escape' && event.currentTarget.blur()}
      >
        ?
      </button>
      <p id={id} role="tooltip">
        {text}
      </p>
    </div>
  );
}
