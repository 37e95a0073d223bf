import assert from 'node:assert/strict';
import test from 'node:test';
import { go, open } from './world.mjs';
import { pages, period, violations } from './common.mjs';

const background = (page) => page.evaluate(() => getComputedStyle(document.body).backgroundColor);

test('colours follow the system until the reader chooses', async () => {
  const page = await open({ colorScheme: 'light', hash: '#/overview' });
  const light = await background(page);
  await page.emulateMedia({ colorScheme: 'dark' });
  await page.waitForFunction((old) => getComputedStyle(document.body).backgroundColor !== old, light);
  await page.click('text=Light colours');
  assert.equal(await background(page), light);
  await page.reload();
  await page.waitForSelector('.layout');
  assert.equal(await background(page), light);
  await page.click('text=Dark colours');
  await page.emulateMedia({ colorScheme: 'light' });
  await page.waitForFunction((wanted) => getComputedStyle(document.body).backgroundColor === wanted, light);
  await page.context().close();
});

test('no page scrolls sideways at 360, 768 or 1440 pixels', async () => {
  for (const width of [360, 768, 1440]) {
    const page = await open({ width, height: 800 });
    for (const id of ['overview', ...Object.keys(pages)]) {
      await go(page, `#/${id}?${period}`);
      assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `${id} at ${width}`);
    }
    await page.context().close();
  }
});

test('at 1280 pixels the tables of agents show all their columns', async () => {
  const page = await open({ width: 1280 });
  for (const id of ['overview', 'agents/performance']) {
    await go(page, `#/${id}?${period}`);
    const cut = await page
      .locator('.scroll')
      .evaluateAll((all) =>
        all
          .filter((one) => one.scrollWidth > one.clientWidth)
          .map((one) => `${one.ariaLabel} ${one.scrollWidth} > ${one.clientWidth}`),
      );
    assert.deepEqual(cut, [], id);
    assert.ok((await page.locator('td .change').count()) > 0);
  }
  await page.context().close();
});

test('on a small screen a button opens the list of reports, and axe finds nothing', async () => {
  const page = await open({
    width: 360,
    height: 700,
    hash: `#/overview?${period}`,
  });
  assert.ok(!(await page.isVisible('nav >> text=Ranking')));
  await page.click('.menu');
  assert.deepEqual(await violations(page), []);
  await page.click('nav >> text=Ranking');
  await page.waitForSelector('h1:text("Ranking")');
  assert.ok(!(await page.isVisible('nav >> text=Engagement')));
  await page.click('.add-filter');
  await page.click('dialog >> text="Agents"');
  assert.deepEqual(await violations(page), []);
  await page.context().close();
});

test('in a browser of another language the page is English, and so are its numbers, dates and countries', async () => {
  const page = await open({ locale: 'de-DE', hash: `#/chats/ratings?${period}&group_by=country` });
  assert.match(await page.innerText('.freshness'), /^Latest chat (just now|yesterday|\d+ (minute|hour|day)s? ago)/);
  assert.match(await page.textContent('.period-words'), /^\d+ [A-Z][a-z]+ 20\d\d – /);
  const names = await page.locator('tbody .label .name').allTextContents();
  assert.ok(names.includes('Germany') && !names.includes('Deutschland'), names.join());
  const [shares] = await page.locator('tbody.all td:nth-child(4) .value').allTextContents();
  assert.match(shares, /^\d+(\.\d)?%$/);
  await page.context().close();
});

test('working times of agents are in hours', async () => {
  const page = await open({ hash: `#/agents/performance?${period}` });
  for (const column of [7, 8, 9, 10]) {
    const times = await page.locator(`tbody td:nth-child(${column}) .value`).allTextContents();
    assert.ok(times.length > 1);
    for (const time of times) assert.match(time, /^[\d,]+(\.\d\d?)? h$/);
  }
  await page.context().close();
});

test('the bar behind a figure ends before its change', async () => {
  const page = await open({ width: 1440 });
  for (const [id, more] of [
    ['overview', ''],
    ['chats/ratings', '&group_by=agent&figure=good'],
    ['agents/performance', ''],
  ]) {
    await go(page, `#/${id}?${period}${more}`);
    const found = await page.locator('.with-bar').evaluateAll((all) =>
      all.map((one) => {
        const [bar, change] = ['.bar > span', '.change'].map((part) => one.querySelector(part).getBoundingClientRect());
        return bar.right <= change.left || bar.bottom <= change.top + 2;
      }),
    );
    assert.ok(found.length > 3 && found.every(Boolean), `${id}: ${found}`);
  }
  await page.context().close();
});
