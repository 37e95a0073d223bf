import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { promisify } from 'node:util';
import { tokens } from './server.mjs';
import { ask, base, open } from './world.mjs';
import { filters, period } from './common.mjs';

test('the CSV is that of the API', async () => {
  const page = await open({ hash: `#/chats/tags?${period}&groups.values=1` });
  const [download] = await Promise.all([page.waitForEvent('download'), page.click('text=CSV')]);
  const csv = await ask(
    'v3.7/reports/chats/tags',
    {
      distribution: 'day',
      timezone: 'UTC',
      filters: { ...filters, groups: { values: [1] } },
    },
    { format: 'csv' },
  );
  assert.equal(readFileSync(await download.path(), 'utf8'), csv);
  assert.match(csv, /^bucket,tag,count/);
  assert.match(download.suggestedFilename(), /^chats-tags_\d{4}-\d\d-\d\d_\d{4}-\d\d-\d\d_filtered\.csv$/);
  await page.context().close();
});

test('the copied request is one for a terminal, without the token', async () => {
  const page = await open({
    hash: `#/chats/ratings?${period}&tags.exclude_values=it's+"quoted"+$HOME`,
    permissions: ['clipboard-read', 'clipboard-write'],
  });
  await page.click('text=Copy as curl');
  await page.waitForSelector('text=Copied');
  const command = await page.evaluate(() => navigator.clipboard.readText());
  assert.ok(!command.includes(tokens.reader));
  assert.ok(command.includes(base));
  const { stdout } = await promisify(execFile)('bash', ['-c', `${command} -sS`], {
    env: { ...process.env, TOKEN: tokens.reader },
  });
  assert.equal(
    stdout,
    await ask(
      'v3.7/reports/chats/ratings',
      {
        distribution: 'day',
        timezone: 'UTC',
        filters: {
          ...filters,
          tags: { exclude_values: [`it's "quoted" $HOME`] },
        },
      },
      { format: 'csv' },
    ),
  );
  await page.context().close();
});

test('without a clipboard the request is shown', async () => {
  const page = await open({ hash: `#/chats/ratings?${period}` });
  await page.evaluate(() => Object.defineProperty(navigator, 'clipboard', { value: undefined }));
  await page.click('text=Copy as curl');
  assert.match(await page.inputValue('dialog textarea'), /^curl -X POST/);
  await page.context().close();
});
