import assert from 'node:assert/strict';
import test from 'node:test';
import { go, open } from './world.mjs';
import { filters as range, period } from './common.mjs';
import { chatsShown, chatsWith, choose, recipes } from './filter_steps.mjs';

test('each filter narrows the figures as the API does', async () => {
  const page = await open({ hash: `#/chats/total_chats?${period}` });
  const all = await chatsWith({});
  for (const [name, act, filter] of recipes) {
    await page.click('.add-filter');
    await page.click(`dialog .filter-names >> text="${name}"`);
    await act(page);
    await page.click('dialog >> text=Apply');
    const chats = await chatsWith(filter);
    assert.equal(await chatsShown(page), chats, JSON.stringify(filter));
    assert.ok(chats < all, `${JSON.stringify(filter)} narrows`);
    assert.equal(await page.locator('.chip').count(), 1);
    await page.click('.chip-remove');
    assert.equal(await chatsShown(page), all);
  }
  await page.context().close();
});

test('filters add up, their words name them, and each can be changed', async () => {
  const page = await open({
    hash: `#/chats/total_chats?${period}&tags.exclude_values=order&groups.values=2`,
  });
  assert.equal(
    await chatsShown(page),
    await chatsWith({
      tags: { exclude_values: ['order'] },
      groups: { values: [2] },
    }),
  );
  assert.deepEqual(await page.locator('.chip-words').allTextContents(), ['Tags: not order', 'Groups: Sales']);
  await page.click('.chip-words >> nth=1');
  await choose(page, 'Returns');
  await page.click('dialog >> text=Apply');
  assert.equal(
    await chatsShown(page),
    await chatsWith({
      tags: { exclude_values: ['order'] },
      groups: { values: [2, 4] },
    }),
  );
  await page.click('text=Remove all');
  assert.equal(await chatsShown(page), await chatsWith({}));
  await page.context().close();
});

test('filters with times, groups and several forms of an address are those of the API', async () => {
  const page = await open();
  const [from, to] = [range.from.slice(0, 10), range.to.slice(0, 10)];
  const times = { from: range.from, to: range.to };
  const cases = [
    [
      { greetings: { exclude_values: [1], groups: { exists: true }, from, to } },
      { greetings: { exclude_values: [1], groups: { exists: true }, ...times } },
    ],
    [
      {
        forms: [
          { type: 'pre_chat', from, to, groups: { values: [0, 1, 2] } },
          { type: 'post_chat', exists: false },
        ],
      },
      {
        forms: [
          { type: 'pre_chat', ...times, groups: { values: [0, 1, 2] } },
          { type: 'post_chat', exists: false },
        ],
      },
    ],
    [
      { agent_response: { first: true, exists: false, groups: { exclude_values: [3] } } },
      { agent_response: { first: true, exists: false, groups: { exclude_values: [3] } } },
    ],
    [
      { properties: { routing: { continuous: { values: [true] } }, rating: { score: { exists: true } } } },
      { properties: { routing: { continuous: { values: [true] } }, rating: { score: { exists: true } } } },
    ],
  ];
  for (const [written, asked] of cases) {
    const [[name, filter]] = Object.entries(written);
    await go(page, `#/chats/total_chats?${period}&${new URLSearchParams({ [name]: JSON.stringify(filter) })}`);
    assert.equal(await page.locator('[role=alert]').count(), 0, name);
    assert.equal(await chatsShown(page), await chatsWith(asked), name);
    // Applying it again without a change changes nothing.
    await page.click('.chip-words');
    await page.click('dialog >> text=Apply');
    await page.waitForSelector('dialog', { state: 'detached' });
    assert.deepEqual(JSON.parse(new URLSearchParams(page.url().split('?')[1]).get(name)), filter);
  }
  await page.context().close();
});

test('a value that is in no list can be typed', async () => {
  const page = await open({ hash: `#/chats/total_chats?${period}` });
  await page.click('.add-filter');
  await page.click('dialog >> text="Tags"');
  await page.fill('dialog input[type=search]', 'never seen');
  await page.keyboard.press('Enter');
  await page.click('dialog >> text=Apply');
  await page.waitForSelector('text=Nothing to show');
  await page.click('text=Remove the filters');
  assert.equal(await chatsShown(page), await chatsWith({}));
  await page.context().close();
});
