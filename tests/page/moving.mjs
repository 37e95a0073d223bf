import assert from 'node:assert/strict';
import test from 'node:test';
import { tokens } from './server.mjs';
import { open, settled, wrongs } from './world.mjs';
import { ofValues, period } from './common.mjs';

test('a link shows the same view to another person, and back goes back', async () => {
  const page = await open({ hash: `#/overview?${period}` });
  await page.click('nav >> text=Ratings');
  await page.selectOption('label:text("By") + select', 'month');
  await settled(page);
  await page.click('.add-filter');
  await page.click('dialog >> text="Tags"');
  await page.locator('dialog .options label').first().click();
  await page.click('dialog >> text=Apply');
  await settled(page);
  const table = await page.locator('table').innerText();
  const address = page.url();

  const other = await open({ token: tokens.writer });
  await other.evaluate((hash) => {
    location.hash = hash;
  }, new URL(address).hash);
  await other.waitForSelector('h1:text("Ratings")');
  await settled(other);
  assert.equal(await other.locator('table').innerText(), table);
  await other.context().close();

  await page.goBack();
  await settled(page);
  assert.equal(await page.locator('.chip').count(), 0);
  assert.equal(await page.inputValue('label:text("By") + select'), 'month');
  await page.goBack();
  await settled(page);
  assert.equal(await page.inputValue('label:text("By") + select'), 'day');
  await page.goBack();
  await page.waitForSelector('h1:text("Overview")');
  await page.goForward();
  await page.waitForSelector('h1:text("Ratings")');
  await page.context().close();
});

test('the address gets the default time zone without a step of the history', async () => {
  const page = await open({ token: tokens.inKathmandu });
  await page.waitForFunction(() => location.hash.endsWith('?timezone=Asia/Kathmandu'));
  await settled(page);
  const steps = await page.evaluate(() => history.length);
  await page.click('nav >> text=Duration');
  await page.waitForSelector('h1:text("Duration")');
  assert.match(page.url(), /timezone=Asia\/Kathmandu/);
  assert.equal(await page.evaluate(() => history.length), steps + 1);
  await page.goBack();
  await page.waitForSelector('h1:text("Overview")');
  await page.evaluate(() => {
    location.hash = '#/chats/tags';
  });
  await page.waitForFunction(() => location.hash === '#/chats/tags?timezone=Asia/Kathmandu');

  const other = await open({ hash: new URL(page.url()).hash });
  assert.equal(await other.inputValue('.zone'), 'Asia/Kathmandu');
  await other.fill('.zone', '');
  await other.press('.zone', 'Enter');
  await other.waitForFunction(() => location.hash.endsWith('timezone=Europe/Warsaw'));
  assert.equal(await other.inputValue('.zone'), 'Europe/Warsaw');
  await other.context().close();
  await page.context().close();
});

test('going back while a date is being typed is no error', async () => {
  const page = await open({ hash: `#/overview?${period}` });
  await page.click('nav >> text=Ratings');
  await page.waitForSelector('h1:text("Ratings")');
  await settled(page);
  const before = wrongs.length;
  for (const label of ['From', 'To']) {
    await page.focus(`label:text-is("${label}") + input`);
    await page.keyboard.press('ArrowUp');
    await page.goBack();
    await page.waitForSelector('h1:text("Overview")');
    await page.waitForTimeout(800);
    await settled(page);
    assert.ok(page.url().endsWith(`#/overview?${period}`), 'the date of the other page does not count');
    await page.goForward();
    await page.waitForSelector('h1:text("Ratings")');
    await settled(page);
  }
  assert.deepEqual(wrongs.slice(before), []);
  await page.context().close();
});

test('the list of reports keeps the period and the filters', async () => {
  const page = await open({
    hash: `#/chats/ratings?${period}&tags.values=order&group_by=agent`,
  });
  await page.click('nav >> text=Duration');
  await page.waitForSelector('h1:text("Duration")');
  assert.match(page.url(), /tags\.values=order/);
  assert.doesNotMatch(page.url(), /group_by/);
  await page.context().close();
});

test('a part of a chart that is marked becomes the period', async () => {
  const page = await open({ hash: `#/chats/total_chats?${period}` });
  const box = await page.locator('.u-over').boundingBox();
  await page.mouse.move(box.x + box.width * 0.25, box.y + 50);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width * 0.6, box.y + 60, { steps: 5 });
  await page.mouse.up();
  await page.waitForFunction((old) => location.hash !== old, `#/chats/total_chats?${period}`);
  await settled(page);
  const rows = await page.locator('tbody tr').count();
  assert.ok(rows > 3 && rows < 18, `${rows} rows`);
  await page.context().close();
});

test('a table can be sorted by each column', async () => {
  const page = await open({ hash: `#/agents/performance?${period}` });
  const column = async () => (await page.locator(`${ofValues} td:nth-child(2) .value`).allTextContents()).map(Number);
  const down = await column();
  assert.deepEqual(
    down,
    [...down].sort((a, b) => b - a),
  );
  await page.click('thead button >> text=Chats');
  assert.deepEqual(
    await column(),
    [...down].sort((a, b) => a - b),
  );
  await page.click('thead button >> text=Agent');
  const names = await page.locator(`${ofValues} .name`).allTextContents();
  assert.deepEqual(
    names,
    [...names].sort((a, b) => a.localeCompare(b)),
  );
  await page.context().close();
});

test('another figure of the same report is drawn and sorted by at once', async () => {
  const page = await open({ hash: `#/chats/greetings_conversion?${period}` });
  const chart = page.locator('.canvas');
  assert.match(await chart.getAttribute('aria-label'), /: Displayed\./);
  await page.click('.choice >> text=Accepted');
  await page.waitForSelector('.choice [aria-pressed=true]:text("Accepted")');
  assert.match(await chart.getAttribute('aria-label'), /: Accepted\./);
  const accepted = (await page.locator('tbody tr td .with-bar .value').allTextContents()).map(Number);
  assert.ok(accepted.length > 1);
  assert.deepEqual(
    accepted,
    [...accepted].sort((a, b) => b - a),
  );
  assert.equal(await page.locator('th[aria-sort]').textContent(), 'Accepted↓');
  await page.goBack();
  await page.waitForSelector('.choice [aria-pressed=true]:text("Displayed")');
  await page.context().close();
});
