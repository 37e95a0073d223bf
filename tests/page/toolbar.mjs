import assert from 'node:assert/strict';
import test from 'node:test';
import { tokens } from './server.mjs';
import { open, settled } from './world.mjs';
import { period, violations } from './common.mjs';

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
  await page.context().close();
});

test('a text that is no time zone says so, and the zones that contain it are offered', async () => {
  for (const width of [1280, 360]) {
    const page = await open({ hash: `#/chats/total_chats?${period}`, width });
    const zone = page.locator('.zone');
    const problem = page.locator('.zone-problem');
    const enter = async (text) => {
      await zone.fill(text);
      await zone.press('Enter');
      await problem.waitFor();
      return problem.locator('span').textContent();
    };
    assert.equal(
      await enter('Mars/<b>'),
      'There is no time zone “Mars/<b>”. Type a large city of your zone, such as Berlin.',
    );
    assert.equal(await problem.locator('button').count(), 0);
    assert.equal(await enter('Berlin'), 'There is no time zone “Berlin”. These contain it:');
    assert.equal(await zone.inputValue(), 'Berlin');
    assert.equal(await zone.getAttribute('aria-invalid'), 'true');
    assert.match(page.url(), /timezone=UTC/);
    assert.deepEqual(await violations(page), []);
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth));
    await problem.locator('button:text-is("Europe/Berlin")').click();
    await page.waitForFunction(() => location.hash.includes('timezone=Europe/Berlin'));
    await settled(page);
    assert.equal(await problem.count(), 0);
    assert.equal(await zone.inputValue(), 'Europe/Berlin');
    assert.ok(await page.evaluate(() => document.activeElement.matches('.zone')));
    // Going elsewhere leaves the wrong text behind.
    await enter('Berl');
    await page.goBack();
    await page.waitForFunction(() => document.querySelector('.zone').value === 'UTC');
    assert.equal(await problem.count(), 0);
    await page.context().close();
  }
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
