// Weekdays by hours, as a table with coloured cells, and the means of whole days and of hours of all days.

import { formatAxis, nothing } from '../format/numbers';
import { weekdays } from '../format/times';
import type { Week } from '../reports/overview';
import { Scroll } from './scroll';

const steps = 7;
const hours = Array.from({ length: 24 }, (_, at) => at);

export function HeatMap({ week }: { readonly week: Week }) {
  const largest = Math.max(0, ...week.cells.flat().map((value) => value ?? 0));
  const names = weekdays();
  const step = (value: number | null): number =>
    value && largest > 0 ? Math.max(1, Math.ceil((value / largest) * steps)) : 0;
  const titled = (value: number | null, of: string) =>
    value === null ? undefined : `${of}: ${formatAxis(value, 'chats')}`;
  return (
    <Scroll label="Chats by weekday and hour">
      <table class="heat">
        <caption class="unseen">Mean number of chats by weekday and hour</caption>
        <thead>
          <tr>
            <td />
            {hours.map((hour) => (
              <th key={hour} scope="col">
                {hour}
              </th>
            ))}
            <th scope="col" class="mean">
              Day
            </th>
          </tr>
        </thead>
        <tbody>
          {week.cells.map((values, day) => (
            <tr key={day}>
              <th scope="row">{names[day]}</th>
              {values.map((value, hour) => (
                <td key={hour} class={`h${step(value)}`} title={titled(value, `${names[day]} ${hour}:00`)}>
                  {short(value)}
                </td>
              ))}
              <td class="mean" title={titled(week.days[day]!, `${names[day]}, the whole day`)}>
                {tenths(week.days[day]!)}
              </td>
            </tr>
          ))}
        </tbody>
        <tfoot>
          <tr>
            <th scope="row">All</th>
            {week.hours.map((value, hour) => (
              <td key={hour} class="mean" title={titled(value, `All days ${hour}:00`)}>
                {short(value)}
              </td>
            ))}
            <td class="mean" title={titled(week.day, 'All days, the whole day')}>
              {tenths(week.day)}
            </td>
          </tr>
        </tfoot>
      </table>
    </Scroll>
  );
}

const tenths = (value: number | null): string =>
  value === null ? nothing : formatAxis(Math.round(value * 10) / 10, 'chats');

/** A cell is narrow. */
const short = (value: number | null): string => tenths(value !== null && value >= 10 ? Math.round(value) : value);
