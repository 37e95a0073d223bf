import assert from 'node:assert/strict';
import test from 'node:test';
import { ask, open } from './world.mjs';
import { filters, period, violations } from './reports.mjs';

test('the overview shows cards, busy hours, tags, groups and agents, and axe finds nothing', async () => {
  for (const colorScheme of ['light', 'dark']) {
    const page = await open({ hash: `#/overview?${period}`, colorScheme });
    assert.equal(await page.locator('.card').count(), 8);
    const total = (await ask('v3.7/reports/chats/total_chats', { timezone: 'UTC', filters })).reduce(
      (sum, row) => sum + row.total,
      0,
    );
    assert.equal(await page.locator('.card-value').first().textContent(), total.toLocaleString('en-GB'));
    assert.equal(await page.locator('.heat tbody td').count(), 7 * 24);
    for (const title of ['Tags', 'Groups', 'Agents'])
      assert.equal(await page.locator(`.panel h2:text-is("${title}")`).count(), 1);
    assert.deepEqual(await violations(page), []);
    await page.context().close();
  }
});
