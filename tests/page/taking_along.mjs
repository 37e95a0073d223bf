import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { promisify } from 'node:util';
import { tokens } from './server.mjs';
import { ask, base, go, open } from './world.mjs';
import { filters, period } from './common.mjs';

const csv = (path, body) => ask(path, body, { format: 'csv', more: '&names=true' });

async function downloaded(page, button = 'CSV') {
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.click(`.take-along button:text-is("${button}")`),
  ]);
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

/** The cells of CSV without quotes. */
const cells = (bytes) =>
  bytes
    .subarray(3)
    .toString('utf8')
    .trimEnd()
    .split('\r\n')
    .map((line) => line.split(','));

test('the table as CSV has the rows, the columns and the order of the screen, with all digits', async () => {
  const page = await open({ hash: `#/chats/response_time?${period}&group_by=agent` });
  await page.click('thead button >> text="Chats with a response"');
  const { name, bytes } = await downloaded(page, 'This table as CSV');
  assert.match(name, /^chats-response_time_.*_by_agent_table\.csv$/);
  assert.deepEqual([...bytes.subarray(0, 3)], [0xef, 0xbb, 0xbf]);
  const [head, all, ...agents] = cells(bytes);
  assert.deepEqual(head, [
    'Agent',
    'Agent id',
    'Response time (seconds)',
    'Response time before (seconds)',
    'Response time: change (share)',
    'Chats with a response (chats)',
    'Chats with a response before (chats)',
    'Chats with a response: change (share)',
  ]);
  assert.equal(all[0], 'All chats');
  const body = { timezone: 'UTC', distribution: 'year', filters };
  const [whole] = await ask('v3.7/reports/chats/response_time', body);
  assert.deepEqual([all[1], Number(all[2]), Number(all[5])], ['', whole.response_time, whole.count]);
  assert.deepEqual(
    agents.map(([label]) => label),
    await page.locator('tbody:not(.all) .label .name').allTextContents(),
  );
  const each = await ask('v1/reports/chats/response_time', { ...body, group_by: 'agent' });
  assert.equal(agents.length, each.length);
  for (const [, id, time, before, change, count] of agents) {
    const row = each.find(({ agent }) => agent === id);
    assert.deepEqual([Number(time), Number(count)], [row.response_time, row.count]);
    assert.ok(Math.abs(Number(change) - (time - before) / before) < 1e-9);
  }

  await go(page, `#/chats/total_chats?${period}&compare=none`);
  const [first, ...days] = cells((await downloaded(page, 'This table as CSV')).bytes);
  assert.deepEqual(first, ['Day', 'Chats', 'Continuous (chats)']);
  const rows = await ask('v3.7/reports/chats/total_chats', { timezone: 'UTC', filters });
  assert.deepEqual(
    days.slice(0, -1),
    rows.map(({ bucket, total, continuous }) => [bucket, String(total), String(continuous)]),
  );
  assert.equal(days.at(-1)[0], 'Whole period');
  await page.context().close();
});

test('the customers who left the queue are counted, and their CSV has all pages', async () => {
  const page = await open({ hash: `#/chats/queued_visitors_left?${period}` });
  const body = { timezone: 'UTC', filters };
  const { total } = await ask('v3.7/reports/chats/queued_visitors_left', body, { format: 'json' });
  assert.ok(total > 0);
  assert.equal(await page.textContent('.pages span'), `Page 1 of 1, ${total} chats`);
  assert.ok(await page.isDisabled('text=Next page'));
  assert.equal(
    (await downloaded(page)).bytes.subarray(3).toString('utf8'),
    await csv('v3.7/reports/chats/queued_visitors_left', body),
  );

  // The sample has one page: the server's answers are told to be of two.
  await page.route(/queued_visitors_left\?format=json/, async (route) => {
    const response = await route.fetch();
    const json = await response.json();
    await route.fulfill({ response, json: { ...json, total: 122, summary: { ...json.summary, total_pages: 2 } } });
  });
  const asked = [];
  await page.route(/queued_visitors_left\?format=csv/, (route) => {
    const number = route.request().postDataJSON().page;
    asked.push(number);
    return route.fulfill({
      contentType: 'text/csv',
      body: `chat,duration (seconds)\r\n${number}A,1\r\n${number}B,2\r\n`,
    });
  });
  await go(page, `#/chats/queued_visitors_left?${period}&page=2`);
  assert.equal(await page.textContent('.pages span'), 'Page 2 of 2, 122 chats');
  const { name, bytes } = await downloaded(page);
  assert.match(name, /^chats-queued_visitors_left_[\d-]+_[\d-]+\.csv$/);
  assert.deepEqual(asked, [1, 2]);
  assert.deepEqual(cells(bytes), [
    ['chat', 'duration (seconds)'],
    ['1A', '1'],
    ['1B', '2'],
    ['2A', '1'],
    ['2B', '2'],
  ]);
  assert.equal(
    await page.locator('.take-along .hint').textContent(),
    'CSV has a row for each chat of all pages. The curl request is of this page alone.',
  );
  await page.context().close();
});

test('a line says what each file has, and a page without a table has none', async () => {
  const page = await open({ hash: `#/chats/ratings?${period}&group_by=tag` });
  const hint = page.locator('.take-along .hint');
  assert.equal(
    await hint.textContent(),
    'CSV has a row for each day and tag. This table as CSV has what you see below, with all digits.',
  );
  await go(page, '#/chats/ratings?from=2001-01-01&to=2001-01-31');
  await page.click('text=This table as CSV');
  await page.waitForSelector('.said:text-is("There is no table.")');
  await go(page, `#/chats/forms?${period}`);
  assert.equal(await hint.textContent(), 'CSV has a row for each form and answer.');
  assert.equal(await page.locator('text=This table as CSV').count(), 0);
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
