// The dialog that edits one filter. Nothing changes until it is applied.

import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { Dialog } from '../parts/dialog';
import { filterLabels, without } from '../state/filters';
import type { FilterName, Filters, SetFilter } from '../state/filters';
import { FormsEditor, wholeForm } from './forms_editor';
import { PropertiesEditor } from './property_editor';
import { isWhole, missingIn } from './missing';
import { PendingContext } from './pending';
import type { Take } from './pending';
import { SetEditor } from './set_editor';
import { GreetingEditor, ResponseEditor, wholeSets } from './special_editors';

interface Props {
  readonly name: FilterName;
  readonly filters: Filters;
  readonly onApply: (filters: Filters) => void;
  readonly onClose: () => void;
}

/** The filter with which the reader begins. */
function begun(name: FilterName, filters: Filters): Filters {
  if (filters[name]) return filters;
  const first: Filters = {
    forms: [{ type: 'post_chat' }],
    agent_response: { exists: true },
    greetings: {},
    properties: {},
  };
  return { ...filters, [name]: first[name] ?? { values: [] } };
}

/** The filters without parts that say nothing. */
function finished(name: FilterName, filters: Filters): Filters {
  const filter = filters[name];
  const whole = (() => {
    switch (name) {
      case 'forms':
        return filters.forms!.map((form) => wholeForm(wholeSets(form)));
      case 'agent_response':
        return wholeSets(filters.agent_response!);
      case 'greetings': {
        const { values, exclude_values, require_every_value, exists, ...rest } = wholeSets(filters.greetings!);
        return isWhole(filter as SetFilter) ? wholeSets(filters.greetings!) : rest;
      }
      case 'properties':
        return Object.fromEntries(
          Object.entries(filters.properties!)
            .map(
              ([space, names]) =>
                [space, Object.fromEntries(Object.entries(names).filter(([, set]) => isWhole(set)))] as const,
            )
            .filter(([, names]) => Object.keys(names).length > 0),
        );
      default:
        return isWhole(filter as SetFilter) ? filter : {};
    }
  })();
  const isEmpty = Object.keys(whole as object).length === 0;
  return isEmpty ? without(filters, name) : { ...filters, [name]: whole };
}

export function FilterDialog({ name, filters, onApply, onClose }: Props) {
  const [draft, setDraft] = useState(() => begun(name, filters));
  const [problem, setProblem] = useState<string | null>(null);
  const [isApplying, setIsApplying] = useState(false);
  const pending = useRef(new Set<Take>()).current;
  const isNew = filters[name] === undefined;
  const set = (filter: unknown) => {
    setDraft({ ...draft, [name]: filter } as Filters);
    setProblem(null);
  };
  // A text that is taken changes the draft, which comes back here until no text is left.
  useLayoutEffect(() => {
    if (!isApplying) return;
    const [take] = pending;
    const lacking = take ? take() : missingIn(name, draft, isNew);
    if (take && lacking === null) return;
    setIsApplying(false);
    if (lacking === null) onApply(finished(name, draft));
    else setProblem(lacking);
  }, [isApplying, draft]);
  const editor = (() => {
    switch (name) {
      case 'forms':
        return <FormsEditor filter={draft.forms!} onChange={set} />;
      case 'agent_response':
        return <ResponseEditor filter={draft.agent_response!} onChange={set} />;
      case 'greetings':
        return <GreetingEditor filter={draft.greetings!} onChange={set} />;
      case 'properties':
        return <PropertiesEditor filter={draft.properties!} onChange={set} />;
      default:
        return <SetEditor name={name} label={filterLabels[name]} filter={draft[name]} onChange={set} />;
    }
  })();
  const actions = (
    <>
      {!isNew && (
        <button type="button" class="quiet" onClick={() => onApply(without(filters, name))}>
          Remove filter
        </button>
      )}
      <span class="space" />
      <button type="button" class="quiet" onClick={onClose}>
        Cancel
      </button>
      <button type="submit" form="filter" class="primary">
        Apply
      </button>
    </>
  );
  return (
    <Dialog title={filterLabels[name]} onClose={onClose} actions={actions}>
      <form
        id="filter"
        onSubmit={(event) => {
          event.preventDefault();
          setIsApplying(true);
        }}
        onInput={() => setProblem(null)}
      >
        <PendingContext.Provider value={pending}>{editor}</PendingContext.Provider>
        {problem && (
          <p class="reason" role="alert">
            {problem}
          </p>
        )}
      </form>
    </Dialog>
  );
}
