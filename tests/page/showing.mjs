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
