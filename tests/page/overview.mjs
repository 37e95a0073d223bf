import assert from 'node:assert/strict';
import test from 'node:test';
import { ask, go, open } from './world.mjs';
import { filters, period, violations } from './common.mjs';

test('the overview shows cards, busy hours, tags, groups and agents, and axe finds nothing', async () => {
  for (const colorScheme of ['light', 'dark']) {
    const page = await open({ hash: `#/overview?${period}`, colorScheme });
    assert.equal(await page.locator('.card').count(), 8);
    const total = (await ask('v3.7/reports/chats/total_chats', { timezone: 'UTC', filters })).reduce(
      (sum, row) => sum + row.total,
      0,
    );
    assert.equal(await page.locator('.card-value').first().textContent(), total.toLocaleString('en-GB'));
    assert.equal(await page.locator('.heat tbody td:not(.mean)').count(), 7 * 24);
    for (const title of ['Tags', 'Groups', 'Agents'])
      assert.equal(await page.locator(`.panel h2:text-is("${title}")`).count(), 1);
    assert.deepEqual(await violations(page), []);
    await page.context().close();
  }
});

test('the busy hours have the mean of each weekday and of each hour, and their names stay on a phone', async () => {
  const page = await open({ hash: `#/overview?${period}`, width: 360, height: 800, hasTouch: true });
  const rows = await ask('v3.7/reports/chats/total_chats', { timezone: 'UTC', filters });
  const weekday = ({ bucket }) => (new Date(bucket).getUTCDay() + 6) % 7;
  const mean = (of) => of.reduce((sum, { total }) => sum + total, 0) / of.length;
  const means = (await page.locator('.heat .mean:last-child').allTextContents()).slice(1).map(Number);
  const exact = [0, 1, 2, 3, 4, 5, 6].map((day) => mean(rows.filter((row) => weekday(row) === day)));
  [...exact, mean(rows)].forEach((value, day) => assert.ok(Math.abs(means[day] - value) <= 0.051, `${means} ${exact}`));
  assert.equal(means.length, 8);
  assert.equal(await page.locator('.heat tfoot td').count(), 25);

  const name = page.locator('.heat tbody th').first();
  await page.locator('.panel .scroll', { has: page.locator('.heat') }).evaluate((place) => place.scrollTo(400, 0));
  const box = await name.boundingBox();
  assert.ok(box.x >= 0 && box.x < 60, `${box.x}`);
  const top = await name.evaluate((element) => {
    const { x, y } = element.getBoundingClientRect();
    element.scrollIntoView({ block: 'center' });
    const now = element.getBoundingClientRect();
    return document.elementFromPoint(now.x + 4, now.y + 4) === element && x === now.x && y !== null;
  });
  assert.ok(top, 'no figure is over the name');
  await page.context().close();
});

const shownTips = (page) =>
  page
    .locator('[role=tooltip]')
    .evaluateAll((all) => all.filter((one) => one.checkVisibility()).map((one) => one.textContent));

test('each card says what it counts, to the keyboard, a pointer and a finger', async () => {
  for (const hasTouch of [false, true]) {
    const page = await open({ hash: `#/overview?${period}`, hasTouch, width: hasTouch ? 360 : 1280 });
    const marks = page.locator('.card .explain button');
    assert.equal(await marks.count(), 8);
    assert.deepEqual(await shownTips(page), []);
    const first = marks.first();
    if (hasTouch) {
      await first.tap();
    } else {
      await page.locator('.card a').first().focus();
      await page.keyboard.press('Tab');
    }
    const chats = ['These are all chats that began in the period, answered or not.'];
    assert.deepEqual(await shownTips(page), chats);
    assert.deepEqual(await violations(page), []);
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth));
    if (hasTouch) {
      await page.tap('h1');
    } else {
      await page.keyboard.press('Escape');
      assert.deepEqual(await shownTips(page), []);
      await first.hover();
      assert.deepEqual(await shownTips(page), chats);
      await page.hover('h1');
    }
    assert.deepEqual(await shownTips(page), []);
    assert.match(page.url(), /#\/overview/, 'no report opened');
    await page.context().close();
  }
});

test('the overview says why an agent’s first response time is another than that of the card', async () => {
  const page = await open();
  const agents = await ask('v3.7/reports/agents/performance', { timezone: 'UTC', filters });
  const others = await ask('v1/reports/chats/first_response_time', {
    group_by: 'agent',
    distribution: 'year',
    timezone: 'UTC',
    filters,
  });
  // An agent some of whose chats a colleague answered first.
  const { agent } = agents.find((one) =>
    others.some(({ agent: id, count }) => id === one.agent && count > one.first_response_chats_count),
  );
  const { first_response_time: inChats } = others.find((row) => row.agent === agent);
  const { first_response_time: answered } = agents.find((row) => row.agent === agent);
  await go(page, `#/overview?${period}&agents.values=${agent}`);
  const panel = page.locator('.panel', { has: page.locator('h2:text-is("Agents")') });
  const seconds = async (cell) => parseFloat((await cell.getAttribute('title')).replaceAll(',', ''));
  assert.ok(Math.abs((await seconds(panel.locator('tbody:not(.all) td').nth(1))) - answered) < 1e-6);
  // The row of all chats has only the answers of the chosen agents; the card has those of others, too.
  assert.ok(Math.abs((await seconds(panel.locator('tbody.all td').nth(1))) - answered) < 1e-6);
  const card = await page.locator('.card-value').nth(2).textContent();
  assert.ok(card.includes(String(Math.floor(inChats % 60))) || card.includes(String(Math.round(inChats % 60))), card);
  assert.match(
    await panel.locator('thead').textContent(),
    /First response time.*of the chats that the agent answered first/,
  );
  assert.match(await page.locator('.card').nth(2).locator('[role=tooltip]').textContent(), /whoever gave it/);
  await page.context().close();
});
