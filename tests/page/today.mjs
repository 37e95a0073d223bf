import assert from 'node:assert/strict';
import test from 'node:test';
import { go, open } from './world.mjs';
import { period } from './common.mjs';

// The zone in which it is about ten o'clock in the morning, so that some hours have passed and some are to come.
const zoneAtTen = () => {
  const offset = (10 - new Date().getUTCHours() + 24) % 24;
  return offset === 0 ? 'UTC' : offset <= 14 ? `Etc/GMT-${offset}` : `Etc/GMT+${24 - offset}`;
};
const dash = '–';

test('hours of today that have not come have no figures, and a note says that times will grow', async () => {
  const page = await open();
  const left = 3_600_000 - (Date.now() % 3_600_000); // of this hour
  if (left < 30_000) await page.waitForTimeout(left + 1000);
  const today = `period=today&timezone=${encodeURIComponent(zoneAtTen())}`;
  for (const [id, more] of [
    ['chats/total_chats', '&compare=none'],
    ['chats/total_chats', '&distribution=hour'],
    ['chats/ratings', '&group_by=agent&rows=buckets&compare=none'],
    ['agents/availability', '&distribution=hour&compare=none'],
  ]) {
    await go(page, `#/${id}?${today}${more}`);
    const hours = await page.locator('tbody tr td:nth-child(2) .value').allTextContents();
    assert.equal(hours.length, 24, id);
    hours.forEach((text, hour) => assert.equal(text === dash, hour > 10, `${id}${more} ${hour}: ${text}`));
  }

  // The chart and its tip know of no chats of the evening.
  await go(page, `#/chats/total_chats?${today}&compare=none`);
  const box = await page.locator('.u-over').boundingBox();
  await page.mouse.move(box.x + box.width * 0.9, box.y + 20);
  assert.match(await page.textContent('.tip-line'), /–$/);

  const note = page.locator(
    '.figures-place > .hint:text-is("The times of today’s chats will grow as slow answers come in.")',
  );
  assert.equal(await note.count(), 0, 'a count of chats is no time');
  for (const id of ['overview', 'chats/response_time', 'agents/performance']) {
    await go(page, `#/${id}?${today}`);
    assert.equal(await note.count(), 1, id);
  }
  await go(page, `#/overview?${period}`);
  assert.equal(await note.count(), 0);
  await page.context().close();
});
