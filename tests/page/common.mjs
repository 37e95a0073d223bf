// The period of most tests, the pages, and how tests look at them.

import { readFileSync } from 'node:fs';
import { axeSource } from './world.mjs';

// Fixed dates, so that the API is asked the same as the page asks.
export const dates = (() => {
  const day = (ago) => new Date(Date.now() - ago * 86_400_000).toISOString().slice(0, 10);
  return { from: day(20), to: day(3) };
})();
export const period = `from=${dates.from}&to=${dates.to}&timezone=UTC`;
export const filters = {
  from: `${dates.from}T00:00:00Z`,
  to: `${dates.to}T23:59:59.999999Z`,
};

/** The rows of a table without that of all values together. */
export const ofValues = 'tbody:not(.all) tr';

/** How many rows the page's tables have for the rows of the API. */
const shown = {
  buckets: (rows) => rows.length,
  values: (key) => (rows) => new Set(rows.map((row) => row[key]).filter((value) => value !== null)).size,
  answers: (rows) =>
    new Set(
      rows
        .filter(({ field }) => field !== null)
        .map(({ form, field, answer }) => JSON.stringify([form, field, answer])),
    ).size,
};

export const pages = {
  'chats/total_chats': shown.buckets,
  'chats/engagement': shown.buckets,
  'chats/duration': shown.buckets,
  'chats/response_time': shown.buckets,
  'chats/first_response_time': shown.buckets,
  'chats/ratings': shown.buckets,
  'agents/availability': shown.buckets,
  'chats/groups': shown.values('group'),
  'chats/greetings_conversion': shown.values('greeting'),
  'chats/tags': shown.values('tag'),
  'tags/chat_usage': shown.values('tag'),
  'agents/performance': shown.values('agent'),
  'chats/ranking': shown.values('agent'),
  'chats/queued_visitors': shown.values('queue_outcome'),
  'chats/forms': shown.answers,
  'chats/queued_visitors_left': shown.buckets,
};

export async function violations(page) {
  await page.evaluate(readFileSync(axeSource, 'utf8'));
  const { violations: found } = await page.evaluate(() =>
    globalThis.axe.run(document, { resultTypes: ['violations'] }),
  );
  return found.map(
    ({ id, nodes }) =>
      `${id}: ${nodes
        .map(({ html, failureSummary }) => `${html} ${failureSummary}`)
        .slice(0, 3)
        .join('; ')}`,
  );
}
