// The filters that are set, in words, and the way to more of them.

import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { useSignedIn } from '../data/hooks';
import type { Go } from '../data/hooks';
import { Dialog } from '../parts/dialog';
import type { View } from '../state/address';
import { filterLabels, filterNames, without } from '../state/filters';
import type { FilterName, Filters } from '../state/filters';
import { FilterDialog } from './dialog';
import { wordsOf } from './words';

interface Props {
  readonly view: View;
  readonly go: Go;
}

export function FilterRow({ view, go }: Props) {
  const { directory } = useSignedIn();
  const [editing, setEditing] = useState<FilterName | 'choose' | null>(null);
  const add = useRef<HTMLButtonElement>(null);
  const { filters } = view;
  const set = filterNames.filter((name) => filters[name]);
  const unset = filterNames.filter((name) => !filters[name]);
  // The button that opened the dialog may be gone by now. The keyboard goes on from here.
  const close = () => {
    setEditing(null);
    requestAnimationFrame(() => document.activeElement === document.body && add.current?.focus());
  };
  // With a filter its button goes. The keyboard goes on from the filter that took its place, or the last.
  const chips = useRef<HTMLUListElement>(null);
  const removed = useRef<number | null>(null);
  useLayoutEffect(() => {
    if (removed.current === null) return;
    const left = [...chips.current!.querySelectorAll<HTMLButtonElement>('.chip-remove')];
    (left[removed.current] ?? left.at(-1) ?? add.current)?.focus();
    removed.current = null;
  }, [view]);
  const remove = (at: number, next: Filters) => {
    removed.current = at;
    go({ filters: next, number: 1 });
  };
  return (
    <div class="filters">
      <ul class="chips" aria-label="Filters" ref={chips}>
        {set.map((name, at) => (
          <li key={name} class="chip">
            <button
              type="button"
              class="chip-words"
              onClick={() => setEditing(name)}
              title={wordsOf(filters, name, directory)}
            >
              <bdi>{wordsOf(filters, name, directory)}</bdi>
            </button>
            <button
              type="button"
              class="chip-remove"
              aria-label={`Remove the filter ${filterLabels[name]}`}
              onClick={() => remove(at, without(filters, name))}
            >
              ✕
            </button>
          </li>
        ))}
        <li>
          <button
            type="button"
            class="add-filter"
            ref={add}
            aria-haspopup="dialog"
            onClick={() => setEditing('choose')}
          >
            + Filter
          </button>
        </li>
        {set.length > 1 && (
          <li>
            <button type="button" class="link" onClick={() => remove(0, {})}>
              Remove all
            </button>
          </li>
        )}
      </ul>
      {editing === 'choose' && (
        <Dialog title="Add a filter" onClose={() => setEditing(null)}>
          <ul class="filter-names">
            {unset.map((name) => (
              <li key={name}>
                <button type="button" onClick={() => setEditing(name)}>
                  {filterLabels[name]}
                </button>
              </li>
            ))}
          </ul>
        </Dialog>
      )}
      {editing && editing !== 'choose' && (
        <FilterDialog
          name={editing}
          filters={filters}
          onClose={() => close()}
          onApply={(next) => {
            close();
            go({ filters: next, number: 1 });
          }}
        />
      )}
    </div>
  );
}
