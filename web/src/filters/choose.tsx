// A list to choose values from, with a search. Its boxes are the browser's own, so that keyboards and
// screen readers know them.

import { useContext, useId, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { formatCount } from '../format/numbers';
import type { Option } from '../data/names';
import type { Value } from '../state/filters';
import { PendingContext } from './pending';

interface Props {
  readonly label: string;
  readonly options: readonly Option[];
  readonly chosen: readonly Value[];
  readonly onChange: (chosen: Value[]) => void;
  /** Makes a value of a typed text, for values that are in no list. */
  readonly read: (text: string) => Value | null;
}

const shownAtOnce = 100;

export function Choose({ label, options, chosen, onChange, read }: Props) {
  const [search, setSearch] = useState('');
  const isUsed = useRef(false); // something was chosen after the search, which therefore is no value
  // The values that were chosen when the list opened stay first: a list that moves is hard to use.
  const [first] = useState(chosen);
  const id = useId();
  const input = useRef<HTMLInputElement>(null);
  const known = new Set(options.map(({ value }) => value));
  const unlisted = [...new Set([...first, ...chosen])]
    .filter((value) => !known.has(value))
    .map((value) => ({ value, label: String(value) }));
  const all: Option[] = [...unlisted, ...options];
  const ordered = [
    ...all.filter(({ value }) => first.includes(value)),
    ...all.filter(({ value }) => !first.includes(value)),
  ];
  const wanted = search.trim().toLocaleLowerCase();
  const found = ordered.filter(({ label: text, note }) => `${text} ${note ?? ''}`.toLocaleLowerCase().includes(wanted));
  const typed = search.trim() ? read(search.trim()) : null;
  const isNew = typed !== null && !all.some(({ value }) => value === typed);
  const toggle = (value: Value) =>
    onChange(chosen.includes(value) ? chosen.filter((other) => other !== value) : [...chosen, value]);
  const meant = found.length === 1 ? found[0]!.value : isNew ? typed : null; // by what was typed
  const type = (text: string) => {
    setSearch(text);
    isUsed.current = false;
  };

  // The dialog takes a text that was not entered when its filter is applied.
  const pending = useContext(PendingContext);
  useLayoutEffect(() => {
    if (!search.trim() || isUsed.current) return undefined;
    const take = () => {
      if (meant === null) return `“${search.trim()}” cannot be a value of ${label.toLowerCase()} here.`;
      if (!chosen.includes(meant)) onChange([...chosen, meant]);
      type('');
      return null;
    };
    pending.add(take);
    return () => void pending.delete(take);
  });
  return (
    <div class="choose">
      <label for={id}>{all.length > 0 ? `Search ${label.toLowerCase()}` : 'Type a value, then press Enter'}</label>
      <input
        id={id}
        ref={input}
        type="search"
        value={search}
        autocomplete="off"
        onInput={(event) => type(event.currentTarget.value)}
        onKeyDown={(event) => {
          // Without a text Enter applies the filter.
          if (event.key !== 'Enter' || !search.trim()) return;
          event.preventDefault();
          if (meant === null) return;
          toggle(meant);
          type('');
        }}
      />
      <p class="hint" role="status">
        {formatCount(chosen.length)} chosen, {formatCount(found.length)} {wanted ? 'found' : 'in use'}
        {chosen.length > 0 && (
          <button
            type="button"
            class="link"
            onClick={() => {
              onChange([]);
              input.current!.focus(); // the button is about to go
            }}
          >
            Choose none
          </button>
        )}
      </p>
      {(found.length > 0 || isNew) && (
        <ul class="options" role="group" aria-label={label} tabIndex={0}>
          {found.slice(0, shownAtOnce).map(({ value, label: text, note }) => (
            <li key={`${typeof value} ${value}`} role="presentation">
              <label>
                <input
                  type="checkbox"
                  checked={chosen.includes(value)}
                  onChange={() => {
                    isUsed.current = true;
                    toggle(value);
                  }}
                />
                <bdi class="name" title={text}>
                  {text}
                </bdi>
                {note && (
                  <bdi class="note" title={note}>
                    {note}
                  </bdi>
                )}
              </label>
            </li>
          ))}
          {isNew && (
            <li role="presentation">
              <button
                type="button"
                class="link"
                onClick={() => {
                  toggle(typed);
                  type('');
                }}
              >
                Use “<bdi>{String(typed)}</bdi>”, which is in no list
              </button>
            </li>
          )}
        </ul>
      )}
      {found.length > shownAtOnce && (
        <p class="hint">{formatCount(found.length - shownAtOnce)} more: search for them.</p>
      )}
    </div>
  );
}
