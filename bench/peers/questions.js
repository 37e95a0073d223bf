'use strict';
// What everybody is asked: reports by range, zone, distribution and filters. The generated year ends
// with 2021.

const END = Date.UTC(2022, 0, 1) * 1000; // microseconds
const DAY = 86_400_000_000;

const week = { name: 'week', from: END - 7 * DAY };
const day = { name: 'day', from: END - DAY };
const month = { name: 'month', from: END - 31 * DAY };
const year = { name: 'year', from: END - 365 * DAY };
const TO = END - 1;

const twoAgents = { agents: { values: ['agent001@example.com', 'agent007@example.com'] } };
const oneFilter = { tags: { values: ['spam'] } };
const threeFilters = { ...twoAgents, tags: { exclude_values: ['spam'] }, groups: { values: [1, 2] } };
const exclusion = {
  agents: { exclude_values: ['agent001@example.com', 'agent002@example.com'], require_every_value: true },
};
const property = { properties: { shop: { plan: { values: ['team'] } } } };
const survey = { surveys: [{ type: 'post_chat' }] };
const countries = { customer_countries: { values: ['PL', 'SE', 'NO'] } };
const noCountry = { customer_countries: { exclude_values: ['US'] } };

function question(report, range, distribution = 'day', filters = {}, filterName = 'none', page = undefined) {
  const iso = (at) => {
    const millis = Math.floor(at / 1000);
    const rest = String(at - millis * 1000).padStart(3, '0');
    return new Date(millis).toISOString().replace('Z', rest + 'Z');
  };
  return {
    report, range, distribution, filters, filterName, page, from: range.from, to: TO,
    name: `${report.split('/')[1]}, ${range.name}, by ${distribution}, filter: ${filterName}` +
      (page ? `, page ${page}` : ''),
    address: `/v3.4/reports/${report}`,
    body: JSON.stringify({
      distribution, timezone: 'Europe/Warsaw', page,
      filters: { from: iso(range.from), to: iso(TO), ...filters },
    }),
  };
}

const questions = [];
const bucketed = ['duration', 'tags', 'total_chats', 'ratings', 'engagement',
  'greetings_conversion', 'response_time', 'first_response_time'];
for (const name of [...bucketed, 'ranking', 'surveys']) {
  questions.push(question('chats/' + name, week));
  questions.push(question('chats/' + name, year));
}
for (const name of ['availability', 'performance']) {
  questions.push(question('agents/' + name, week));
  questions.push(question('agents/' + name, year));
}
questions.push(question('chats/total_chats', day, 'hour'));
questions.push(question('chats/duration', month, 'hour'));
questions.push(question('chats/total_chats', year, 'month'));
questions.push(question('chats/tags', year, 'month'));
for (const range of [week, year]) {
  questions.push(question('chats/total_chats', range, 'day', oneFilter, 'a tag'));
  questions.push(question('chats/total_chats', range, 'day', threeFilters, 'agents, no tag, groups'));
  questions.push(question('chats/duration', range, 'day', threeFilters, 'agents, no tag, groups'));
  questions.push(question('chats/tags', range, 'day', threeFilters, 'agents, no tag, groups'));
  questions.push(question('chats/total_chats', range, 'day', exclusion, 'not both of two agents'));
  questions.push(question('chats/first_response_time', range, 'day', property, 'a property'));
  questions.push(question('chats/ratings', range, 'day', survey, 'a survey'));
  questions.push(question('chats/ranking', range, 'day', oneFilter, 'a tag'));
}
questions.push(question('agents/performance', month, 'day', twoAgents, 'two agents'));
questions.push(question('agents/availability', month, 'hour', twoAgents, 'two agents'));


// What later versions of the API have added.
const later = [];
for (const range of [week, year]) {
  for (const report of ['chats/groups', 'tags/chat_usage', 'chats/forms', 'chats/queued_visitors',
    'chats/queued_visitors_left']) {
    later.push(question(report, range));
  }
  later.push(question('chats/queued_visitors', range, 'day', threeFilters, 'agents, no tag, groups'));
  later.push(question('tags/chat_usage', range, 'day', twoAgents, 'two agents'));
  for (const report of ['total_chats', 'duration', 'queued_visitors', 'queued_visitors_left']) {
    later.push(question('chats/' + report, range, 'day', countries, 'three countries'));
  }
  later.push(question('chats/groups', range, 'day', noCountry, 'not a country'));
}
later.push(question('chats/groups', year, 'month'));
later.push(question('chats/queued_visitors', month, 'hour'));
later.push(question('chats/queued_visitors', year, 'month'));
later.push(question('chats/queued_visitors_left', year, 'day', {}, 'none', 3));
questions.push(...later.map((of) => ({ ...of, address: `/v3.6/reports/${of.report}` })));

module.exports = { questions, DAY, END, TO };
