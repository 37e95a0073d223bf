import assert from 'node:assert/strict';
import test from 'node:test';
import { open, settled } from './world.mjs';
import { ofValues, period } from './common.mjs';

const focused = (page) => page.evaluate(() => (document.activeElement.textContent || document.activeElement.id).trim());

async function tabTo(page, wanted) {
  for (let presses = 0; presses < 60; presses += 1) {
    await page.keyboard.press('Tab');
    if (await page.evaluate((selector) => document.activeElement.matches(selector), wanted)) return;
  }
  throw new Error(`no Tab leads to ${wanted}`);
}

test('the keyboard alone skips to the figures, filters them and sorts them', async () => {
  const page = await open({ hash: `#/agents/performance?${period}` });
  await page.keyboard.press('Tab');
  assert.equal(await focused(page), 'Skip to the figures');
  assert.ok(await page.isVisible('.skip:focus'));
  await page.keyboard.press('Enter');
  assert.ok(await page.evaluate(() => document.activeElement === document.querySelector('main')));
  assert.match(page.url(), /#\/agents\/performance/);

  await tabTo(page, '.add-filter');
  const outline = await page.evaluate(() => getComputedStyle(document.activeElement).outlineStyle);
  assert.notEqual(outline, 'none');
  await page.keyboard.press('Enter');
  await tabTo(page, 'dialog .filter-names li:first-child button');
  await page.keyboard.press('Enter');
  await tabTo(page, 'dialog input[type=search]');
  await page.keyboard.type('agent004');
  await tabTo(page, 'dialog .options input');
  await page.keyboard.press('Space');
  await page.keyboard.press('Shift+Tab');
  await tabTo(page, 'dialog .primary');
  await page.keyboard.press('Enter');
  await settled(page);
  assert.equal(await page.locator(ofValues).count(), 1);
  assert.ok(await page.evaluate(() => document.activeElement.matches('.add-filter')), 'the focus is back');

  await tabTo(page, 'thead button');
  await page.keyboard.press('Enter');
  assert.equal(await page.getAttribute('thead th', 'aria-sort'), 'ascending');
  await page.context().close();
});

test('the focus stays near a filter that is removed', async () => {
  const page = await open({ hash: `#/chats/ratings?${period}&tags.values=order&groups.values=2&sales.exists=true` });
  const label = () => page.evaluate(() => document.activeElement.ariaLabel ?? document.activeElement.textContent);
  const press = async (left) => {
    await page.keyboard.press('Enter');
    await page.waitForFunction((count) => document.querySelectorAll('.chip').length === count, left);
    await settled(page);
    return label();
  };
  await page.focus('.chip-remove >> nth=1');
  assert.equal(await press(2), 'Remove the filter Sales');
  assert.equal(await press(1), 'Remove the filter Tags');
  assert.equal(await press(0), '+ Filter');
  await page.goBack();
  await page.goBack();
  await page.waitForSelector('text=Remove all');
  await page.focus('text=Remove all');
  assert.equal(await press(0), '+ Filter');
  await page.context().close();
});

test('a filter is chosen and applied with Enter, and “Choose none” keeps the focus in the list', async () => {
  const page = await open({ hash: `#/chats/ratings?${period}` });
  await page.click('.add-filter');
  await page.click('dialog >> text="Tags"');
  await page.focus('dialog input[type=search]');
  await page.keyboard.type('order');
  await page.keyboard.press('Enter');
  assert.match(await page.textContent('dialog .choose .hint'), /^1 chosen/);
  await page.focus('text=Choose none');
  await page.keyboard.press('Enter');
  assert.match(await page.textContent('dialog .choose .hint'), /^0 chosen/);
  assert.ok(await page.evaluate(() => document.activeElement.matches('dialog input[type=search]')));
  await page.keyboard.type('refund');
  await page.keyboard.press('Enter');
  assert.equal(await page.locator('dialog').count(), 1, 'the first Enter chooses');
  await page.keyboard.press('Enter');
  await page.waitForSelector('.chip-words bdi:text-is("Tags: refund")');
  assert.equal(await page.locator('dialog').count(), 0);
  await page.context().close();
});

test('Escape closes a dialog without a change, and a dialog keeps the focus', async () => {
  const page = await open({ hash: `#/chats/ratings?${period}` });
  await page.focus('text=How it is counted');
  await page.keyboard.press('Enter');
  await page.waitForSelector('dialog');
  for (let presses = 0; presses < 8; presses += 1) {
    await page.keyboard.press('Tab');
    const isInside = await page.evaluate(
      () => document.activeElement === document.body || document.activeElement.closest('dialog') !== null,
    );
    assert.ok(isInside, await focused(page));
  }
  await page.keyboard.press('Escape');
  await page.waitForSelector('dialog', { state: 'detached' });
  assert.equal(await focused(page), 'How it is counted');
  await page.context().close();
});

test('the period, its parts and the time zone work with the keyboard', async () => {
  const page = await open({ hash: '#/chats/ratings' });
  await page.focus('label:text("Period") + select');
  await page.keyboard.press('ArrowUp');
  await page.waitForFunction(() => location.hash.includes('period=last_7_days'));
  await settled(page);
  assert.equal(await page.locator('tbody tr').count(), 7);
  await page.context().close();
});
