// Weekdays by hours, as a table with coloured cells.

import { formatAxis, nothing } from '../format/numbers';
import { weekdays } from '../format/times';
import { Scroll } from './scroll';

const steps = 7;
const hours = Array.from({ length: 24 }, (_, at) => at);

export function HeatMap({ week }: { readonly week: readonly (readonly (number | null)[])[] }) {
  const largest = Math.max(0, ...week.flat().map((value) => value ?? 0));
  const names = weekdays();
  const step = (value: number | null): number =>
    value && largest > 0 ? Math.max(1, Math.ceil((value / largest) * steps)) : 0;
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
          </tr>
        </thead>
        <tbody>
          {week.map((values, day) => (
            <tr key={day}>
              <th scope="row">{names[day]}</th>
              {values.map((value, hour) => (
                <td
                  key={hour}
                  class={`h${step(value)}`}
                  title={value === null ? undefined : `${names[day]} ${hour}:00: ${formatAxis(value, 'chats')}`}
                >
                  {value === null ? nothing : short(value)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}

const short = (value: number): string =>
  formatAxis(value >= 10 ? Math.round(value) : Math.round(value * 10) / 10, 'chats');
