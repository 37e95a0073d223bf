// Steps in the dialogs of filters, and the chats that pass a filter.

import { ask, settled } from './world.mjs';
import { filters as range } from './common.mjs';

export const choose = (page, text) => page.locator('dialog .options label', { hasText: text }).first().click();
export const mode = (page, value) => page.selectOption('dialog .field select', value);

// Each: the name in the list, what a person does in the dialog, and the filter of the API.
export const recipes = [
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

export const chatsWith = async (more) =>
  (
    await ask('v3.7/reports/chats/total_chats', {
      timezone: 'UTC',
      filters: { ...range, ...more },
    })
  ).reduce((sum, row) => sum + row.total, 0);

/** In all days that there are. */
export const chatsEver = async (platform) => {
  const all = { from: '2020-01-01T00:00:00Z', to: new Date().toISOString() };
  const properties = { source: { platform: { values: [platform] } } };
  const body = { distribution: 'year', timezone: 'UTC', filters: { ...all, properties } };
  return (await ask('v3.7/reports/chats/total_chats', body)).reduce((sum, row) => sum + row.total, 0);
};

export const chatsShown = async (page) => {
  await settled(page);
  if (await page.locator('text=Nothing to show').count()) return 0;
  return Number((await page.locator('tfoot td .value').first().textContent()).replace(/\D/g, ''));
};
