// The customers who left the queue, a page of 100 at a time.

import { useSignedIn } from '../data/hooks';
import { nameOf } from '../data/names';
import { formatCount, formatDuration, formatExact, nothing } from '../format/numbers';
import { formatInstant } from '../format/times';
import { reportAnswers } from '../reports/answers';
import { numberIn } from '../reports/rows';
import type { FiguresProps } from './figures_place';
import { Scroll } from '../parts/scroll';
import { Message } from '../parts/states';

export function Departures({ asked, view, go }: FiguresProps) {
  const { directory } = useSignedIn();
  const { zone } = asked.context;
  const { rows, whole } = reportAnswers(asked.context, asked.answers).now;
  const [total, pages] = [numberIn(whole[0], 'total') ?? 0, numberIn(whole[0], 'pages') ?? 0];
  if (view.number > Math.max(1, pages)) {
    return (
      <Message title={`There is no page ${formatCount(view.number)}`}>
        <p>The last one is page {formatCount(Math.max(1, pages))}.</p>
        <button type="button" onClick={() => go({ number: 1 })}>
          Show the first page
        </button>
      </Message>
    );
  }
  const caption = 'Customers who left the queue';
  return (
    <>
      <Scroll label={caption}>
        <table class="figures">
          <caption class="unseen">{caption}</caption>
          <thead>
            <tr>
              <th scope="col" class="label">
                Began to wait
              </th>
              <th scope="col" class="number">
                Waited
              </th>
              <th scope="col">Group</th>
              <th scope="col">Chat</th>
              <th scope="col">Customer</th>
            </tr>
          </thead>
          <tbody>
            {[...rows]
              .sort((a, b) => String(a.start_date).localeCompare(String(b.start_date)))
              .map((row) => (
                <tr key={String(row.chat)}>
                  <th scope="row" class="label">
                    <time dateTime={String(row.start_date)}>
                      {formatInstant(Date.parse(String(row.start_date)), zone)}
                    </time>
                  </th>
                  <td class="number" title={formatExact(Number(row.duration), 'seconds')}>
                    {formatDuration(Number(row.duration))}
                  </td>
                  <td>
                    <bdi class="name">
                      {row.group
                        ? nameOf('group', row.group, directory).label
                        : (directory.groups.find(({ id }) => id === 0)?.name ?? nothing)}
                    </bdi>
                  </td>
                  <td>
                    <code class="name" title={String(row.chat)}>
                      {String(row.chat)}
                    </code>
                  </td>
                  <td>
                    <code class="name" title={String(row.visitor ?? '')}>
                      {String(row.visitor ?? nothing).slice(0, 8)}
                    </code>
                  </td>
                </tr>
              ))}
          </tbody>
        </table>
      </Scroll>
      <nav class="pages" aria-label="Pages">
        <button type="button" disabled={view.number <= 1} onClick={() => go({ number: view.number - 1 })}>
          Previous page
        </button>
        <span>
          Page {formatCount(view.number)} of {formatCount(pages)}, {formatCount(total)} {total === 1 ? 'chat' : 'chats'}
        </span>
        <button type="button" disabled={view.number >= pages} onClick={() => go({ number: view.number + 1 })}>
          Next page
        </button>
      </nav>
    </>
  );
}
