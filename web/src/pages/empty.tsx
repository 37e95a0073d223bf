// The period in words, and messages where it has no figures.

import { useSignedIn } from '../data/hooks';
import type { Go } from '../data/hooks';
import { formatDate, formatDates } from '../format/times';
import { Message } from '../parts/states';
import { zoneOf } from '../reports/request';
import { defaultView } from '../state/address';
import type { View } from '../state/address';
import { isAnyFilterSet } from '../state/filters';
import { addDays } from '../time/dates';
import type { Dates } from '../time/period';
import { dateAt } from '../time/zone';

/** The period and the one before, in words. */
export function PeriodWords({
  dates,
  before,
  isCompared,
  isCut,
  zone,
  hasTimes,
}: {
  readonly dates: Dates;
  readonly before: Dates | null;
  readonly isCompared: boolean;
  readonly isCut: boolean;
  readonly zone: string;
  readonly hasTimes: boolean;
}) {
  const { about, checkedAt } = useSignedIn();
  const isToday = dates.from === dateAt(checkedAt, zone);
  const first = about.first_chat && dateAt(Date.parse(about.first_chat), zone);
  return (
    <>
      <p class="period-words">
        {formatDates(dates)}
        {before && `, ${isCompared ? '' : 'not '}compared with ${formatDates(before)}`}
        {before && isCut && ' up to the same time of day'}
        {before && !isCompared && first && `. There are no chats before ${formatDate(first)}`}
      </p>
      {isToday && hasTimes && <p class="hint">The times of today’s chats will grow as slow answers come in.</p>}
    </>
  );
}

export function EmptyPeriod({ view, go }: { readonly view: View; readonly go: Go }) {
  const { about } = useSignedIn();
  if (!about.first_chat || !about.last_chat) return null;
  const zone = zoneOf(view, about);
  const [first, last] = [dateAt(Date.parse(about.first_chat), zone), dateAt(Date.parse(about.last_chat), zone)];
  const start = addDays(last, -29);
  return (
    <Message title="Nothing to show">
      <p>
        No figures match this period{isAnyFilterSet(view.filters) && ' and these filters'}. There are chats from{' '}
        {formatDate(first)} to {formatDate(last)}.
      </p>
      <p class="choices">
        {isAnyFilterSet(view.filters) && (
          <button type="button" onClick={() => go({ filters: {} })}>
            Remove the filters
          </button>
        )}
        <button type="button" onClick={() => go({ period: { from: start < first ? first : start, to: last } })}>
          Show the latest 30 days with chats
        </button>
      </p>
    </Message>
  );
}

export function Failure({ error, go }: { readonly error: Error; readonly go: Go }) {
  const { page: _, ...view } = defaultView;
  return (
    <Message title="The server refuses this question" isError>
      <p class="server-words">{error.message}</p>
      <p class="choices">
        <button type="button" onClick={() => go(view)}>
          Start again without filters
        </button>
      </p>
    </Message>
  );
}
