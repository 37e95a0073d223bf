import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { promisify } from 'node:util';
import { tokens } from './server.mjs';
import { ask, base, go, open } from './world.mjs';
import { filters, period } from './common.mjs';

const csv = (path, body) => ask(path, body, { format: 'csv', more: '&names=true' });

async function downloaded(page) {
  const [download] = await Promise.all([page.waitForEvent('download'), page.click('text=CSV')]);
  return { name: download.suggestedFilename(), bytes: readFileSync(await download.path()) };
}

test('the CSV is that of the API with names, after a byte order mark for Excel', async () => {
  const page = await open({ hash: `#/chats/groups?${period}&groups.values=1&groups.values=2` });
  const { name, bytes } = await downloaded(page);
  assert.deepEqual([...bytes.subarray(0, 3)], [0xef, 0xbb, 0xbf]);
  const text = bytes.subarray(3).toString('utf8');
  const inGroups = { ...filters, groups: { values: [1, 2] } };
  assert.equal(
    text,
    await csv('v3.7/reports/chats/groups', { distribution: 'day', timezone: 'UTC', filters: inGroups }),
  );
  assert.match(text, /^bucket,group,group_name,count/);
  assert.match(text, /,1,Support,\d/);
  assert.match(name, /^chats-groups_\d{4}-\d\d-\d\d_\d{4}-\d\d-\d\d_filtered\.csv$/);

  await go(page, `#/chats/ratings?${period}&group_by=agent`);
  const split = await downloaded(page);
  const asked = { group_by: 'agent', distribution: 'day', timezone: 'UTC', filters };
  assert.equal(split.bytes.subarray(3).toString('utf8'), await csv('v1/reports/chats/ratings', asked));
  assert.match(split.bytes.subarray(3).toString('utf8'), /^bucket,agent,agent_name,/);
  await page.context().close();
});

test('the copied request is that of the CSV for a terminal, without the token', async () => {
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
    await csv('v3.7/reports/chats/ratings', {
      distribution: 'day',
      timezone: 'UTC',
      filters: { ...filters, tags: { exclude_values: [`it's "quoted" $HOME`] } },
    }),
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
