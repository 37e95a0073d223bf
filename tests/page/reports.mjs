import assert from 'node:assert/strict';
import test from 'node:test';
import { tokens } from './server.mjs';
import { dates, filters, ofValues, pages, period, violations } from './common.mjs';
import { ask, go, open, settled } from './world.mjs';

for (const [id, count] of Object.entries(pages)) {
  test(`${id} shows the rows of the API, and axe finds nothing`, async () => {
    const page = await open({
      hash: `#/${id}?${period}`,
      colorScheme: Object.keys(pages).indexOf(id) % 2 === 0 ? 'light' : 'dark',
    });
    const rows = await ask(`v3.7/reports/${id}`, { timezone: 'UTC', filters });
    assert.ok(rows.length > 0);
    assert.equal(await page.locator(`.figures ${ofValues}`).count(), count(rows));
    assert.deepEqual(await violations(page), []);
    await page.context().close();
  });
}

test('figures are exact: totals, means, durations in words with all digits beside them', async () => {
  const page = await open({ hash: `#/chats/total_chats?${period}` });
  const rows = await ask('v3.7/reports/chats/total_chats', {
    timezone: 'UTC',
    filters,
  });
  const total = rows.reduce((sum, row) => sum + row.total, 0);
  const cells = page.locator('tfoot td .value');
  assert.deepEqual(
    await cells.allTextContents(),
    [total, rows.reduce((sum, row) => sum + row.continuous, 0)].map((value) => value.toLocaleString('en-GB')),
  );
  await go(page, `#/chats/response_time?${period}`);
  const times = await ask('v3.7/reports/chats/response_time', {
    timezone: 'UTC',
    filters,
  });
  const titles = await page.locator('tbody tr td:nth-child(2)').evaluateAll((all) => all.map(({ title }) => title));
  assert.deepEqual(
    titles,
    times.map(({ response_time: value }) =>
      value === null ? '' : `${value.toLocaleString('en-GB', { maximumFractionDigits: 9 })} s`,
    ),
  );
  await page.context().close();
});

test('every distribution, and the time zone of the address', async () => {
  const page = await open();
  for (const distribution of ['hour', 'day', 'day-hours', 'month', 'year']) {
    const rows = await ask('v3.7/reports/chats/ratings', {
      distribution,
      timezone: 'Asia/Kathmandu',
      filters: await kathmandu(page),
    });
    await go(
      page,
      `#/chats/ratings?from=${dates.from}&to=${dates.to}&distribution=${distribution}&timezone=Asia/Kathmandu`,
    );
    const more = page.locator('.more');
    if (await more.count()) await more.click();
    assert.equal(await page.locator('tbody tr').count(), rows.length, distribution);
    const chats = (await page.locator('tbody tr td:last-child .value').allTextContents()).map((text) =>
      Number(text.replace(',', '')),
    );
    assert.deepEqual(
      chats,
      rows.map((row) => row.chats),
      distribution,
    );
  }
  await page.context().close();
});

const kathmandu = async () => ({
  from: new Date(Date.parse(dates.from) - 345 * 60_000).toISOString(),
  to: new Date(Date.parse(dates.to) + 86_400_000 - 345 * 60_000 - 1).toISOString().replace('Z', '999Z'),
});

test('a comparison tells the change from the period before', async () => {
  const page = await open({ hash: `#/chats/total_chats?${period}` });
  const before = {
    from: new Date(Date.parse(dates.from) - 18 * 86_400_000).toISOString(),
    to: new Date(Date.parse(dates.from) - 1).toISOString(),
  };
  const sum = async (range) =>
    (
      await ask('v3.7/reports/chats/total_chats', {
        timezone: 'UTC',
        filters: range,
      })
    ).reduce((all, row) => all + row.total, 0);
  const [now, then] = [await sum(filters), await sum(before)];
  const change = page.locator('tfoot .change').first();
  assert.equal(await change.getAttribute('title'), `before: ${then.toLocaleString('en-GB')}`);
  assert.equal(
    Math.sign(now - then),
    { '+': 1, '−': -1, '±': 0 }[(await change.textContent()).replace(', change: ', '')[0]],
  );
  await page.selectOption('label:text("Compare with") + select', 'none');
  await settled(page);
  assert.equal(await page.locator('.change').count(), 0);
  await page.context().close();
});

test('the words under the filters say what the figures are compared with', async () => {
  const page = await open();
  const words = async (hash) => {
    await go(page, hash);
    return page.textContent('.period-words');
  };
  assert.match(await words('#/chats/total_chats?period=last_7_days'), /, compared with .* up to the same time of day$/);
  assert.ok((await page.locator('td .change').count()) > 0);
  assert.doesNotMatch(await words(`#/chats/total_chats?${period}`), /time of day/);
  for (const id of ['overview', 'chats/total_chats']) {
    const unknown = await words(`#/${id}?${period}&compare=year`);
    assert.match(unknown, /, not compared with .*\. There are no chats before /);
    assert.equal(await page.locator('.change, .card-change, .legend .before').count(), 0, id);
  }
  await page.context().close();
});

test('ratings have the share of good ones, which tables can be sorted by', async () => {
  const page = await open({ hash: `#/chats/ratings?${period}&group_by=agent&compare=none` });
  const column = async (at) =>
    (await page.locator(`${ofValues} td:nth-child(${at}) .value`).allTextContents()).map((text) => parseFloat(text));
  await page.click('thead button >> text=Good of rated');
  const [good, bad, shares] = [await column(2), await column(3), await column(4)];
  const exact = good.map((count, at) => (100 * count) / (count + bad[at]));
  shares.forEach((share, at) => assert.ok(Number.isNaN(share) || Math.abs(share - exact[at]) < 0.051));
  const known = shares.filter((share) => !Number.isNaN(share));
  assert.ok(known.length > 1);
  assert.deepEqual(
    known,
    [...known].sort((a, b) => b - a),
  );
  await page.click('.choice >> text=Good of rated');
  await page.waitForSelector('.choice [aria-pressed=true]:text("Good of rated")');
  assert.deepEqual(await violations(page), []);
  await go(page, `#/chats/ranking?${period}`);
  assert.match(await page.textContent('thead'), /0 to 1; counts many ratings for more than few/);
  await page.context().close();
});

test('performance and the overview name the filters that times of agents ignore', async () => {
  const some = 'agents.values=agent002@example.com&tags.values=order&sales.exists=true';
  const page = await open({ hash: `#/agents/performance?${period}&${some}` });
  assert.match(
    await page.textContent('.figures-place > .hint'),
    /^Accepting, Not accepting and Logged in are .* do not change them: Tags, Sales\.$/,
  );
  await go(page, `#/overview?${period}&${some}`);
  const notes = page.locator('.card', { has: page.locator('.card-note') });
  assert.match(await notes.textContent(), /^Availability.*Not changed by the filters: Tags, Sales/);
  await go(page, `#/overview?${period}&agents.values=agent002@example.com`);
  assert.equal(await notes.count(), 0);
  await page.context().close();
});

test('availability names the filters that it ignores', async () => {
  const page = await open({ hash: `#/agents/availability?${period}&agents.values=agent002@example.com` });
  const note = page.locator('.figures-place > .hint');
  assert.equal(await note.count(), 0);
  await go(
    page,
    `#/agents/availability?${period}&agents.values=agent002@example.com&tags.values=order&sales.exists=true`,
  );
  assert.match(await note.textContent(), /do not change it: Tags, Sales\./);
  await page.context().close();
});

test('the definition is one click away, and axe finds nothing in it', async () => {
  const page = await open({ hash: `#/chats/ranking?${period}` });
  await page.click('text=How it is counted');
  await page.waitForSelector('dialog pre');
  const plain = await page.locator('dialog .definition > p').first().textContent();
  assert.match(plain, /^These are the rated chats that began in the period/);
  assert.ok((await page.textContent('.summary')).startsWith(plain));
  assert.match(await page.textContent('dialog'), /at least one rated chat/);
  assert.deepEqual(await violations(page), []);
  await page.context().close();
});

test('empty, refused and unknown pages say so', async () => {
  const page = await open({
    hash: '#/chats/ratings?from=2001-01-01&to=2001-01-31',
  });
  await page.waitForSelector('text=Nothing to show');
  assert.deepEqual(await violations(page), []);
  await page.click('text=Show the latest 30 days with chats');
  await page.waitForSelector('.figures tbody tr');
  await go(page, '#/chats/ratings?from=1900-01-01&to=2026-01-31&distribution=day-hours');
  await page.waitForSelector('[role=alert]');
  assert.match(await page.textContent('[role=alert]'), /more than 100000 buckets/);
  assert.deepEqual(await violations(page), []);
  await page.click('text=Start again');
  await page.waitForSelector('.figures tbody tr');
  await page.evaluate(() => {
    location.hash = '#/chats/nothing';
  });
  await page.waitForSelector('text=There is no report with this name');
  await page.context().close();
  const empty = await open({ token: tokens.empty });
  await empty.waitForSelector('text=There are no chats yet');
  await empty.context().close();
});
