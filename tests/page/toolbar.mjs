import assert from 'node:assert/strict';
import test from 'node:test';
import { tokens } from './server.mjs';
import { open, settled } from './world.mjs';
import { period } from './common.mjs';

test('the token’s time zone is the default, the toolbar can name another', async () => {
  const page = await open({
    token: tokens.inKathmandu,
    hash: `#/chats/total_chats?${period.replace('&timezone=UTC', '')}`,
  });
  const zone = page.locator('.zone');
  assert.equal(await zone.inputValue(), 'Asia/Kathmandu');
  assert.match(await page.textContent('.freshness'), /Asia\/Kathmandu/);
  await zone.fill('asia/tokyo');
  await zone.press('Enter');
  await page.waitForFunction(() => location.hash.includes('timezone=Asia/Tokyo'));
  await zone.fill('Mars/Olympus');
  await zone.press('Tab');
  assert.equal(await zone.inputValue(), 'Asia/Tokyo');
  await page.context().close();
});

test('own dates are a period once the typing rests', async () => {
  const page = await open({ hash: '#/chats/total_chats?timezone=UTC&compare=none' });
  const from = page.locator('label:text-is("From") + input');
  const asked = [];
  page.on('request', (request) => {
    if (request.method() === 'POST') asked.push(JSON.parse(request.postData()).filters.from);
  });
  const preset = await from.inputValue();
  await from.focus();
  for (let times = 0; times < 3; times += 1) await page.keyboard.press('ArrowDown');
  await page.waitForFunction(() => location.hash.includes('from='));
  await settled(page);
  const chosen = await from.inputValue();
  assert.notEqual(chosen, preset);
  assert.equal(asked.at(-1), `${chosen}T00:00:00.000Z`);
  assert.equal(await page.inputValue('label:text("Period") + select'), 'own');
  await page.context().close();
});
