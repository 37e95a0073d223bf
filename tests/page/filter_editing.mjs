import assert from 'node:assert/strict';
import test from 'node:test';
import { open } from './world.mjs';
import { period, violations } from './common.mjs';
import { chatsEver, choose, mode } from './filter_steps.mjs';

test('Apply takes what was typed but not entered', async () => {
  const page = await open({ hash: `#/chats/total_chats?${period}` });
  const filter = (name) => JSON.parse(new URLSearchParams(page.url().split('?')[1]).get(name));
  await page.click('.add-filter');
  await page.click('dialog >> text="Properties"');
  await page.selectOption('dialog .field select', { label: 'rating.score' });
  await mode(page, 'any');
  await page.click('dialog >> text=Apply');
  assert.equal(await page.textContent('dialog [role=alert]'), 'Choose or type a value of rating.score first.');
  assert.deepEqual(await violations(page), []);
  await page.fill('dialog input[type=search]', 'one');
  assert.equal(await page.locator('dialog [role=alert]').count(), 0);
  await page.click('dialog >> text=Apply');
  assert.match(await page.textContent('dialog [role=alert]'), /“one” cannot be a value/);
  await page.fill('dialog input[type=search]', '7');
  await page.selectOption('dialog .field select >> nth=-1', { label: 'source.platform' });
  await page.selectOption('dialog fieldset >> nth=1 >> select >> nth=0', 'any');
  await page.fill('dialog input[type=search] >> nth=1', 'fax');
  await page.click('dialog >> text=Apply');
  await page.waitForSelector('dialog', { state: 'detached' });
  assert.deepEqual(filter('properties'), {
    rating: { score: { values: [7] } },
    source: { platform: { values: ['fax'] } },
  });
  await page.click('.chip-remove');

  await page.click('.add-filter');
  await page.click('dialog >> text="Tags"');
  await page.click('dialog >> text=Apply');
  assert.equal(await page.textContent('dialog [role=alert]'), 'Choose or type a value first.');
  await page.fill('dialog input[type=search]', 'never seen');
  await page.click('dialog >> text=Apply');
  await page.waitForSelector('.chip-words bdi:text-is("Tags: never seen")');
  await page.click('.chip-remove');

  // A search after which something was chosen is no value.
  await page.click('.add-filter');
  await page.click('dialog >> text="Tags"');
  await page.fill('dialog input[type=search]', 'd');
  await choose(page, 'order');
  await page.click('dialog >> text=Apply');
  await page.waitForSelector('.chip-words bdi:text-is("Tags: order")');
  await page.context().close();
});

test('the values of a property are offered, those of most chats first, and its type is asked only if there are several', async () => {
  const page = await open({ hash: `#/chats/total_chats?${period}` });
  const property = async (label) => {
    await page.click('.add-filter');
    await page.click('dialog >> text="Properties"');
    await page.selectOption('dialog .field select', { label });
    await mode(page, 'any');
    await page.waitForSelector('dialog .choose');
    const offered = await page.locator('dialog .options .name').allTextContents();
    const types = await page.locator('dialog label:text("Its values are")').count();
    assert.deepEqual(await violations(page), [], label);
    return [offered, types];
  };
  const cancel = async () => {
    await page.keyboard.press('Escape');
    await page.waitForSelector('dialog', { state: 'detached' });
  };
  const chats = await Promise.all(
    ['ios', 'android', 'messenger', 'web'].map(async (value) => [value, await chatsEver(value)]),
  );
  const byChats = chats.sort(([, a], [, b]) => b - a).map(([value]) => value);
  assert.deepEqual(await property('source.platform'), [byChats, 0]);
  await cancel();
  assert.deepEqual(await property('routing.continuous'), [['No', 'Yes'], 0]);
  await choose(page, 'Yes');
  await page.click('dialog >> text=Apply');
  await page.waitForSelector('.chip-words bdi:text-is("Properties: routing.continuous true")');
  await page.click('.chip-remove');

  // A property may have values of several types; a server of an older version has no list.
  const answer = (more) => page.route(/v1\/directory\/property/, (route) => route.fulfill(more));
  await answer({ json: { values: ['a', 3, 'b', true] } });
  assert.deepEqual(await property('shop.plan'), [['a', 'b'], 1]);
  await page.selectOption('dialog fieldset select >> nth=1', 'number');
  assert.deepEqual(await page.locator('dialog .options .name').allTextContents(), ['3']);
  await cancel();
  await page.unroute(/v1\/directory\/property/);
  await answer({ status: 404, json: { error: { type: 'not_found', message: 'There is nothing' } } });
  assert.deepEqual(await property('shop.plan'), [[], 1]);
  await page.context().close();
});

test('axe finds nothing in the dialogs of filters', async () => {
  const page = await open({ hash: `#/chats/total_chats?${period}` });
  for (const name of ['Agents', 'Forms', 'Greetings', 'Agent response', 'Properties']) {
    await page.click('.add-filter');
    await page.click(`dialog .filter-names >> text="${name}"`);
    assert.deepEqual(await violations(page), [], name);
    await page.keyboard.press('Escape');
    await page.waitForSelector('dialog', { state: 'detached' });
  }
  await page.context().close();
});
