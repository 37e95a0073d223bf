// The lines under the heading of a printout: the filters, the time zone and the time of printing. A
// screen has them in the toolbar.

import { useSignedIn } from '../data/hooks';
import { wordsOf } from '../filters/words';
import { formatInstant } from '../format/times';
import { zoneOf } from '../reports/request';
import { useTheme } from '../shell/theme';
import type { View } from '../state/address';
import { filterNames } from '../state/filters';

export function PaperLines({ view }: { readonly view: View }) {
  const { about, directory } = useSignedIn();
  if (useTheme() !== 'paper') return null;
  const zone = zoneOf(view, about);
  const filters = filterNames
    .filter((name) => view.filters[name])
    .map((name) => wordsOf(view.filters, name, directory, Infinity));
  return (
    <div class="paper-lines">
      <p>
        <bdi>{filters.length > 0 ? `Filters: ${filters.join('; ')}` : 'No filters'}</bdi>
      </p>
      <p>
        Times in {zone.replaceAll('_', ' ')}. Printed on {formatInstant(Date.now(), zone)}
      </p>
    </div>
  );
}
