import assert from 'node:assert/strict';
import test from 'node:test';
import { go, open } from './world.mjs';
import { dates, period } from './common.mjs';

const tags = ['order', 'delivery', 'refund', 'invoice'].map((tag) => `&tags.values=${tag}`).join('');

test('paper names the filters, the periods, the zone and the date', async () => {
  const page = await open();
  for (const id of ['overview', 'chats/ratings']) {
    await go(page, `#/${id}?${period}${tags}&sales.exists=true`);
    assert.equal(await page.locator('.paper-lines').count(), 0, 'on a screen they are in the toolbar');
    await page.emulateMedia({ media: 'print' });
    await page.waitForSelector('.paper-lines');
    const lines = await page.innerText('.paper-lines');
    assert.match(lines, /^Filters: Tags: any of order, delivery, refund, invoice; Sales: at least one\n/);
    assert.match(lines, /Times in UTC\. Printed on \d/);
    assert.ok(lines.includes(String(new Date().getUTCFullYear())));
    const periods = await page.innerText('.period-words');
    assert.match(periods, new RegExp(`^${Number(dates.from.slice(8))} .* – .*, compared with `));
    await page.emulateMedia({ media: 'screen' });
    await page.waitForSelector('.paper-lines', { state: 'detached' });
  }
  await go(page, `#/overview?${period}`);
  await page.emulateMedia({ media: 'print' });
  await page.waitForSelector('.paper-lines');
  assert.match(await page.innerText('.paper-lines'), /^No filters\n/);
  await page.context().close();
});

test('paper says that a table has more rows', async () => {
  const page = await open({ hash: `#/chats/total_chats?${period}&distribution=day-hours` });
  await page.emulateMedia({ media: 'print' });
  await page.waitForSelector('.paper-lines');
  assert.equal(await page.innerText('.more'), 'The first 100 of 432 rows');
  await page.emulateMedia({ media: 'screen' });
  await page.click('text=Show all 432 rows');
  await page.emulateMedia({ media: 'print' });
  await page.waitForSelector('.paper-lines');
  assert.equal(await page.locator('.more').count(), 0);
  await page.context().close();
});

/** The chart's width, and its most frequent strong colour. */
const chart = (page) =>
  page.evaluate(() => {
    const canvas = document.querySelector('.canvas canvas');
    const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
    const counts = new Map();
    for (let at = 0; at < data.length; at += 4) {
      if (data[at + 3] < 255) continue;
      const colour = data.slice(at, at + 3).join();
      counts.set(colour, (counts.get(colour) ?? 0) + 1);
    }
    return { width: canvas.width, colour: [...counts].sort(([, a], [, b]) => b - a)[0][0] };
  });

test('a chart is drawn again for paper, in light colours and as wide as the paper', async () => {
  const page = await open({ hash: `#/chats/total_chats?${period}`, colorScheme: 'dark', width: 1440 });
  const screen = await chart(page);
  assert.ok(screen.width > 1000);
  // A browser lays the page out for paper as soon as this event is over.
  await page.evaluate(() => dispatchEvent(new Event('beforeprint')));
  const paper = await chart(page);
  assert.ok(paper.width <= 718, 'A4 with the usual margins');
  assert.equal(paper.colour, '31,95,191', 'the blue of light colours');
  await page.evaluate(() => dispatchEvent(new Event('afterprint')));
  assert.deepEqual(await chart(page), screen);

  // On paper of any width, the last day is on it.
  await page.emulateMedia({ media: 'print' });
  for (const width of [718, 520]) {
    await page.setViewportSize({ width, height: 900 });
    await page.waitForSelector('.paper-lines');
    const box = await page.locator('.canvas canvas').boundingBox();
    assert.ok(box.width > width / 2 && box.x + box.width <= width, `${box.width} of ${width}`);
  }
  await page.context().close();
});
