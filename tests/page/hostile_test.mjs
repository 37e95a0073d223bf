import assert from 'node:assert/strict';
import test from 'node:test';
import { tokens } from './server.mjs';
import { go, open, settled } from './world.mjs';
import { hostileTexts } from './hostile.mjs';

const reports = [
  'overview',
  'tags/chat_usage',
  'chats/tags',
  'chats/groups',
  'agents/performance',
  'chats/ranking',
  'chats/forms',
];

test('hostile names and tags are text, run nothing and break no layout', async () => {
  for (const width of [360, 1280]) {
    const page = await open({ token: tokens.hostile, width });
    for (const id of reports) {
      await go(page, `#/${id}?period=last_7_days`);
      assert.equal(await page.evaluate(() => globalThis.broken), undefined, id);
      assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `${id} at ${width}`);
      const widest = await page.evaluate(() =>
        Math.max(...[...document.querySelectorAll('tbody th')].map((cell) => cell.offsetWidth)),
      );
      assert.ok(widest < 420, `${id}: a label ${widest} pixels wide`);
      assert.equal(await page.locator('tbody img, tbody script, tbody b').count(), 0);
    }
    await go(page, '#/tags/chat_usage?period=last_7_days');
    const shown = await page.locator('tbody .name').allTextContents();
    for (const text of Object.values(hostileTexts))
      assert.ok(shown.includes(text.trim() ? text : `“${text}”`), text.slice(0, 40));
    await page.context().close();
  }
});

test('hostile values can be filtered by, and their words stay words', async () => {
  const page = await open({ token: tokens.hostile, width: 360 });
  for (const text of [hostileTexts.script, hostileTexts.long, hostileTexts.rightToLeft, hostileTexts.prototype]) {
    const query = new URLSearchParams({
      period: 'last_7_days',
      'tags.values': text,
    });
    await go(page, `#/chats/total_chats?${query}`);
    assert.ok((await page.textContent('.chip-words')).includes(text.slice(0, 5)));
    assert.ok(Number(await page.locator('tfoot td .value').first().textContent()) > 0, text.slice(0, 40));
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth));
    await page.click('.chip-words');
    await page.waitForSelector('dialog .options');
    assert.ok(
      await page.evaluate(
        () => document.querySelector('dialog').scrollWidth <= document.querySelector('dialog').clientWidth,
      ),
    );
    await page.keyboard.press('Escape');
  }
  await page.context().close();
});

test('a hostile address shows a page and runs nothing', async () => {
  const page = await open({ token: tokens.hostile });
  for (const hash of [
    '#/<img src=x onerror=window.broken=1>?figure=<b>',
    '#/chats/ratings?group_by=constructor&figure=__proto__',
    '#/chats/total_chats?timezone=%3Cscript%3E&page=1e99',
    '#/chats/total_chats?properties={"__proto__":{"x":{"exists":true}}}',
    '#/chats/tags?%',
    '#/javascript:alert(1)',
  ]) {
    await page.evaluate((next) => {
      location.hash = next;
    }, hash);
    await page.waitForSelector('h1, .message');
    await settled(page);
    assert.equal(await page.evaluate(() => globalThis.broken), undefined, hash);
  }
  await page.context().close();
});
