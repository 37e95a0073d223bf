// Says what a filter lacks before it can be applied.

import { valuesOf } from '../state/filters';
import type { FilterName, Filters, FormFilter, SetFilter } from '../state/filters';

/** A filter without values says nothing yet, and the API refuses it. */
export const isWhole = (filter: SetFilter | undefined): filter is SetFilter =>
  filter !== undefined && (filter.exists !== undefined || valuesOf(filter).length > 0);

const lacksAnswers = ({ values, exclude_values }: FormFilter): boolean => (values ?? exclude_values)?.length === 0;

/** In words; null if nothing is missing. To remove all parts of a filter that was set is to remove the filter. */
export function missingIn(name: FilterName, filters: Filters, isNew: boolean): string | null {
  switch (name) {
    case 'agent_response': {
      const { first, agents, groups } = filters.agent_response!;
      return !first || isWhole(agents) || isWhole(groups) ? null : 'Choose an agent first.';
    }
    case 'forms':
      if (isNew && filters.forms!.length === 0) return 'Add a form first.';
      return filters.forms!.some(lacksAnswers) ? 'Choose an answer of the form first.' : null;
    case 'greetings': {
      const { groups, from, ...set } = filters.greetings!;
      return isWhole(set) || isWhole(groups) || from ? null : 'Choose a greeting first.';
    }
    case 'properties': {
      const sets = Object.entries(filters.properties!).flatMap(([space, names]) =>
        Object.entries(names).map(([key, set]) => [`${space}.${key}`, set] as const),
      );
      if (isNew && sets.length === 0) return 'Choose a property first.';
      const lacking = sets.find(([, set]) => !isWhole(set));
      return lacking ? `Choose or type a value of ${lacking[0]} first.` : null;
    }
    default:
      return isWhole(filters[name]) ? null : 'Choose or type a value first.';
  }
}
