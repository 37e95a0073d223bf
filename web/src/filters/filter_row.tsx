// The filters that are set, in words, and the way to more of them.

import { useRef, useState } from 'preact/hooks';
import { useSignedIn } from '../data/hooks';
import type { Go } from '../data/hooks';
import { Dialog } from '../parts/dialog';
import type { View } from '../state/address';
import { filterLabels, filterNames, without } from '../state/filters';
import type { FilterName } from '../state/filters';
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
  return (
    <div class="filters">
      <ul class="chips" aria-label="Filters">
        {set.map((name) => (
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
              onClick={() => go({ filters: without(filters, name), number: 1 })}
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
            <button type="button" class="link" onClick={() => go({ filters: {}, number: 1 })}>
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
