import assert from 'node:assert/strict';
import test from 'node:test';
import { ask, go, open } from './world.mjs';
import { filters, ofValues, period, violations } from './common.mjs';

const rowsOf = (id, distribution = 'day') => ask(`v3.7/reports/${id}`, { distribution, timezone: 'UTC', filters });
const sumOf = (rows, key) => rows.reduce((sum, row) => sum + row[key], 0);
const inWords = (value) => value.toLocaleString('en-GB');
const valuesOf = (page, selector) => page.locator(`${selector} .value`).allTextContents();

test('a report split by a value shows a row for each', async () => {
  const page = await open();
  for (const key of ['agent', 'group', 'tag', 'country', 'first_responder', 'greeting']) {
    const rows = await ask('v1/reports/chats/ratings', {
      group_by: key,
      distribution: 'day',
      timezone: 'UTC',
      filters,
    });
    const values = new Set(rows.map((row) => row[key]).filter((value) => value !== null));
    await go(page, `#/chats/ratings?${period}&group_by=${key}`);
    assert.equal(await page.locator(ofValues).count(), values.size, key);
    assert.deepEqual(await violations(page), [], key);
  }
  await page.click('.choice >> text=Over time');
  await page.waitForSelector('[aria-pressed=true]:text("Over time")');
  assert.equal(await page.locator(ofValues).count(), 18);
  await page.context().close();
});

test('beside the values of a split stand all chats, as the report without the split counts them', async () => {
  const page = await open({ hash: `#/chats/ratings?${period}&group_by=tag` });
  const ratings = await rowsOf('chats/ratings');
  const [good, bad, chats] = ['good', 'bad', 'chats'].map((key) => sumOf(ratings, key));
  const all = await valuesOf(page, 'tbody.all');
  assert.equal(await page.locator('tbody.all th .name').textContent(), 'All chats');
  assert.deepEqual([all[0], all[1], all[3]], [good, bad, chats].map(inWords));
  assert.ok(Math.abs(parseFloat(all[2]) - (100 * good) / (good + bad)) < 0.051);
  assert.equal(await page.locator('tfoot').count(), 0);
  assert.ok((await page.locator('tbody.all .change').count()) > 0);

  // A mean of the whole period comes from the server, too.
  await go(page, `#/chats/response_time?${period}&group_by=agent`);
  const [year] = await rowsOf('chats/response_time', 'year');
  const digits = { maximumFractionDigits: 9 };
  assert.equal(
    await page.locator('tbody.all td').first().getAttribute('title'),
    `${year.response_time.toLocaleString('en-GB', digits)} s`,
  );
  assert.equal((await valuesOf(page, 'tbody.all'))[1], inWords(year.count));
  await page.context().close();
});

test('reports by tag, group, agent, greeting and outcome have all of them first', async () => {
  const page = await open();
  const ofTotal = async (id) =>
    (await ask(`v3.7/reports/${id}`, { timezone: 'UTC', filters }, { format: 'json' })).total;
  const [total, ratings] = [await ofTotal('chats/total_chats'), await rowsOf('chats/ratings')];
  const [good, bad] = [sumOf(ratings, 'good'), sumOf(ratings, 'bad')].map(inWords);
  const [first] = await rowsOf('chats/first_response_time', 'year');
  const all = async (id) => {
    await go(page, `#/${id}?${period}`);
    assert.equal(await page.locator('table > :nth-child(3)').getAttribute('class'), 'all', id);
    return valuesOf(page, 'tbody.all');
  };
  for (const id of ['chats/tags', 'tags/chat_usage', 'chats/groups'])
    assert.deepEqual(await all(id), [inWords(total)], id);
  assert.equal(await ofTotal('chats/tags'), total);
  const [chats, , responded, ratedGood, ratedBad] = await all('agents/performance');
  assert.deepEqual([chats, responded, ratedGood, ratedBad], [inWords(total), inWords(first.count), good, bad]);
  const ranking = await all('chats/ranking');
  assert.deepEqual(ranking, ['–', good, bad, inWords(sumOf(ratings, 'good') + sumOf(ratings, 'bad'))]);
  assert.equal((await all('chats/greetings_conversion'))[1], inWords(await ofTotal('chats/greetings_conversion')));
  assert.equal((await all('chats/queued_visitors'))[0], inWords(await ofTotal('chats/queued_visitors')));
  await page.context().close();
});

test('chats without a value stand in all chats alone', async () => {
  const page = await open();
  const untagged = { ...filters, tags: { exists: false } };
  const chats = await ask('v3.7/reports/chats/total_chats', {
    distribution: 'year',
    timezone: 'UTC',
    filters: untagged,
  });
  for (const id of ['chats/tags', 'tags/chat_usage', 'chats/ratings', 'overview']) {
    await go(page, `#/${id}?${period}&tags.exists=false&group_by=tag`);
    const table = page.locator('.figures').first();
    assert.equal(await table.locator(ofValues).textContent(), 'None in this period', id);
    assert.equal(await table.locator('tbody.all .value').last().textContent(), inWords(sumOf(chats, 'total')), id);
    assert.deepEqual(await violations(page), [], id);
  }
  await page.context().close();
});

test('under a filter all chats are called all of these', async () => {
  const page = await open();
  const names = (hash) => go(page, hash).then(() => page.locator('tbody.all th .name').allTextContents());
  const filter = 'tags.values=order';
  assert.deepEqual(await names(`#/overview?${period}`), Array(3).fill('All chats'));
  assert.deepEqual(await names(`#/overview?${period}&${filter}`), Array(3).fill('All of these chats'));
  assert.deepEqual(await names(`#/chats/ratings?${period}&group_by=agent&${filter}`), ['All of these chats']);
  assert.equal(await page.textContent('.legend button'), 'All of these chats');
  await go(page, `#/chats/tags?${period}&rows=buckets&${filter}`);
  assert.equal(await page.locator('thead .of-all .name').textContent(), 'All of these chats');
  await page.context().close();
});

test('the chart draws all chats quietly, and a click hides them', async () => {
  const page = await open({ hash: `#/chats/tags?${period}&compare=none` });
  const all = page.locator('.legend button');
  assert.equal(await all.textContent(), 'All chats');
  const counts = (await rowsOf('chats/total_chats')).map(({ total }) => total);
  const linesOfTip = async () => {
    const box = await page.locator('.u-over').boundingBox();
    await page.mouse.move(box.x + box.width / 2, box.y + 20);
    const lines = await page.locator('.tip-line').allTextContents();
    await page.mouse.move(0, 0);
    return lines;
  };
  const [first, ...tags] = await linesOfTip();
  assert.match(first, /^All chats\d+$/);
  assert.ok(counts.includes(Number(first.replace(/\D/g, ''))));
  await all.focus();
  await page.keyboard.press('Enter');
  await page.waitForSelector('.legend [aria-pressed=false]');
  assert.deepEqual(await linesOfTip(), tags);
  assert.deepEqual(await violations(page), []);
  await page.context().close();
});

test('the table over time has all chats as its first column', async () => {
  const page = await open({ hash: `#/chats/tags?${period}&rows=buckets` });
  assert.equal(await page.locator('thead .of-all .name').textContent(), 'All chats');
  assert.deepEqual(
    await valuesOf(page, 'td:nth-child(2)'),
    (await rowsOf('chats/total_chats')).map(({ total }) => inWords(total)),
  );
  assert.deepEqual(await violations(page), []);
  await page.context().close();
});
