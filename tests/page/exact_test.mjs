import assert from 'node:assert/strict';
import test from 'node:test';
import { violations } from './common.mjs';
import { largeGroups } from './exact.mjs';
import { tokens } from './server.mjs';
import { ask, go, open, settled, wake } from './world.mjs';

const cell = (page, row, column = 0) => page.locator('tbody tr, tfoot tr', { hasText: row }).locator('td').nth(column);
const march = 'from=2026-03-01&to=2026-03-31&timezone=UTC&compare=none';

test('groups whose ids are above 2^53 are two groups, and filters by them stay exact', async () => {
  const page = await open({ token: tokens.exact, hash: `#/chats/groups?${march}` });
  for (const [at, group] of largeGroups.entries())
    assert.equal(await cell(page, `Group ${group}`).locator('.value').textContent(), at === 0 ? '3' : '5');
  const asked = page.waitForRequest((request) => request.url().includes('chats/total_chats'));
  await go(page, `#/chats/total_chats?${march}&groups.values=${largeGroups[1]}`);
  assert.match((await asked).postData(), /"groups":{"values":\[9007199254740993\]}/);
  assert.equal(await cell(page, 'Whole period').locator('.value').textContent(), '5');
  await page.click('.chip-words');
  await page.fill('dialog input[type=search]', largeGroups[0]);
  await page.keyboard.press('Enter');
  await page.click('dialog >> text=Apply');
  await settled(page);
  assert.equal(await cell(page, 'Whole period').locator('.value').textContent(), '8');
  assert.ok(page.url().includes(`groups.values=${largeGroups[0]}`), page.url());
  await page.context().close();
});

test('hours are compared with the same local hours after the clocks change', async () => {
  const page = await open({ token: tokens.exact });
  await go(page, '#/chats/total_chats?from=2026-03-29&to=2026-03-29&timezone=Europe/Warsaw&distribution=day-hours');
  const change = cell(page, '08:00').locator('.change');
  assert.equal(await change.getAttribute('title'), 'before: 2');
  await go(page, '#/chats/total_chats?from=2026-03-26&to=2026-04-02&timezone=UTC&distribution=month');
  assert.match(
    await page.textContent('.figures-place'),
    /compares months that are not whole: March 2026 \(6 days\) with March 2026 \(8 days\)/,
  );
  await page.context().close();
});

test('the hours of a whole period are the total of the report, on its page and in the card', async () => {
  const page = await open({ token: tokens.exact, hash: `#/agents/availability?${march}` });
  const body = { filters: { from: '2026-03-01T00:00:00Z', to: '2026-03-31T23:59:59Z' }, distribution: 'day' };
  const { total } = await ask('v3.7/reports/agents/availability', body, { token: tokens.exact, format: 'json' });
  assert.equal(total, 1);
  assert.equal(await cell(page, 'Whole period').locator('.value').textContent(), '1 h');
  await go(page, `#/overview?${march}`);
  assert.equal(await page.locator('.card', { hasText: 'Availability' }).locator('.card-value').textContent(), '1 h');
  await page.context().close();
});

test('a customer who left the queue at once is shown, and a page after the last says so', async () => {
  const page = await open({ token: tokens.exact, hash: `#/chats/queued_visitors_left?${march}` });
  assert.equal(await page.locator('table.figures tbody tr').count(), 1);
  for (const number of ['Infinity', '1e300']) await go(page, `#/chats/queued_visitors_left?${march}&page=${number}`);
  assert.equal(await page.locator('table.figures tbody tr').count(), 1);
  await go(page, `#/chats/queued_visitors_left?${march}&page=7`);
  await page.click('text=Show the first page');
  await settled(page);
  assert.equal(await page.locator('table.figures tbody tr').count(), 1);
  await page.context().close();
});

test('a latest chat that is to come has its time', async () => {
  const page = await open({ token: tokens.exact });
  assert.match(await page.textContent('.freshness'), /Latest chat 1 Mar/);
  await page.context().close();
});

test('a name that is no time zone gets a sentence, and one in another case is spelled', async () => {
  const page = await open({ hash: '#/chats/ratings' });
  const type = async (text) => {
    await page.fill('.zone', text);
    await page.keyboard.press('Tab');
  };
  for (const text of ['AST', 'Factory', 'SystemV/EST5', 'Mars/Olympus']) {
    await type(text);
    await page.waitForSelector(`[role=alert]:has-text("${text}")`);
  }
  for (const [text, name] of [
    ['US/Pacific-New', 'America/Los_Angeles'],
    ['america/port_of_spain', 'America/Port_of_Spain'],
  ]) {
    await type(text);
    await page.waitForFunction((wanted) => location.hash.includes(wanted), name);
    await settled(page);
    assert.equal(await page.locator('[role=alert]').count(), 0);
    assert.equal(await page.inputValue('.zone'), name);
  }
  await go(page, '#/chats/ratings?from=2011-12-30&to=2011-12-30&timezone=Pacific/Apia');
  assert.equal(await page.locator('[role=alert]').count(), 0);
  await page.context().close();
});

test('a server that cannot show reports says why, offers to sign out, and is asked again soon', async () => {
  const page = await open();
  await settled(page);
  const message = 'The data folder is still being read';
  const body = JSON.stringify({ error: { type: 'service_unavailable', message } });
  let asked = 0;
  await page.route('**/v1/about', (route) => {
    asked += 1;
    return asked > 2
      ? route.continue()
      : route.fulfill({ status: 503, headers: { 'Retry-After': '1', 'Content-Type': 'application/json' }, body });
  });
  await wake(page);
  await page.waitForSelector(`.banner:has-text("${message}")`);
  await page.waitForSelector('.banner', { state: 'detached' });
  asked = 0;
  await page.reload();
  await page.waitForSelector(`main.alone:has-text("${message}")`);
  assert.ok(await page.isVisible('text=Sign out'));
  assert.deepEqual(await violations(page), []);
  await page.waitForSelector('h1:text("Overview")');
  assert.equal(asked, 3);
  await page.context().close();
});
