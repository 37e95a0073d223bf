import assert from 'node:assert/strict';
import test from 'node:test';
import { tokens } from './server.mjs';
import { ask, go, open, settled } from './world.mjs';
import { filters as range, period, violations } from './reports.mjs';

const choose = (page, text) => page.locator('dialog .options label', { hasText: text }).first().click();
const mode = (page, value) => page.selectOption('dialog .field select', value);

// Each: the name in the list, what a person does in the dialog, and the filter of the API.
const recipes = [
  [
    'Agents',
    async (page) => {
      await page.fill('dialog input[type=search]', 'agent002');
      await choose(page, 'agent002');
    },
    { agents: { values: ['agent002@example.com'] } },
  ],
  [
    'Tags',
    async (page) => {
      await mode(page, 'none');
      await choose(page, 'order');
      await choose(page, 'delivery');
    },
    { tags: { exclude_values: ['order', 'delivery'] } },
  ],
  [
    'Tags',
    async (page) => {
      await mode(page, 'all');
      await page.fill('dialog input[type=search]', 'order');
      await page.keyboard.press('Enter');
    },
    { tags: { values: ['order'], require_every_value: true } },
  ],
  [
    'Groups',
    async (page) => {
      await choose(page, 'Sales');
      await choose(page, 'Billing');
    },
    { groups: { values: [2, 3] } },
  ],
  [
    'Countries',
    async (page) =>
      page
        .locator('dialog .options label', {
          has: page.locator('.note:text-is("PL")'),
        })
        .click(),
    { customer_countries: { values: ['PL'] } },
  ],
  [
    'Agent response',
    async (page) => page.click('dialog >> text=Nobody answered'),
    { agent_response: { exists: false } },
  ],
  [
    'Agent response',
    async (page) => {
      await page.click('dialog >> text="The first response came from"');
      await choose(page, 'agent003');
    },
    {
      agent_response: {
        first: true,
        agents: { values: ['agent003@example.com'] },
      },
    },
  ],
  ['Greetings', async (page) => mode(page, 'some'), { greetings: { exists: true } }],
  ['Greetings', async (page) => choose(page, 'Greeting 2'), { greetings: { values: [2] } }],
  [
    'Forms',
    async (page) => page.selectOption('dialog fieldset select >> nth=1', 'absent'),
    { forms: [{ type: 'post_chat', exists: false }] },
  ],
  [
    'Forms',
    async (page) => {
      await page.selectOption('dialog fieldset select >> nth=0', 'pre_chat');
      await page.selectOption('dialog fieldset select >> nth=1', 'values');
      await choose(page, 'An order');
    },
    { forms: [{ type: 'pre_chat', values: ['1003:0'] }] },
  ],
  ['Goals', async (page) => mode(page, 'some'), { goals: { exists: true } }],
  ['Sales', async (page) => mode(page, 'some'), { sales: { exists: true } }],
  [
    'Event types',
    async (page) => page.locator('dialog .options label', { hasText: /^file$/ }).click(),
    { event_types: { values: ['file'] } },
  ],
  [
    'Properties',
    async (page) => {
      await page.selectOption('dialog .field select', {
        label: 'rating.score',
      });
      await mode(page, 'any');
      await page.fill('dialog input[type=search]', '1');
      await page.keyboard.press('Enter');
    },
    { properties: { rating: { score: { values: [1] } } } },
  ],
  [
    'Properties',
    async (page) => {
      await page.selectOption('dialog .field select', { label: 'source.platform' });
      await mode(page, 'none');
      await page.fill('dialog input[type=search]', 'O');
      await choose(page, 'ios');
      await choose(page, 'android');
    },
    { properties: { source: { platform: { exclude_values: ['ios', 'android'] } } } },
  ],
];

const chatsWith = async (more) =>
  (
    await ask('v3.7/reports/chats/total_chats', {
      timezone: 'UTC',
      filters: { ...range, ...more },
    })
  ).reduce((sum, row) => sum + row.total, 0);

/** In all days that there are. */
const chatsEver = async (platform) => {
  const all = { from: '2020-01-01T00:00:00Z', to: new Date().toISOString() };
  const properties = { source: { platform: { values: [platform] } } };
  const body = { distribution: 'year', timezone: 'UTC', filters: { ...all, properties } };
  return (await ask('v3.7/reports/chats/total_chats', body)).reduce((sum, row) => sum + row.total, 0);
};

const chatsShown = async (page) => {
  await settled(page);
  if (await page.locator('text=Nothing to show').count()) return 0;
  return Number((await page.locator('tfoot td .value').first().textContent()).replace(/\D/g, ''));
};

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
