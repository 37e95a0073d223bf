// Stands in for what an older server lacks: /v1, and the formats rows and csv. It makes them of the
// reports of /v3.7, for development.

import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

const shapes = {
  'chats/total_chats': [['bucket'], { total: 'chats', continuous: 'chats' }],
  'chats/ratings': [['bucket'], { bad: 'chats', chats: 'chats', good: 'chats' }],
  'chats/engagement': [['bucket'], { started_by_agent: 'chats', started_by_customer_from_greeting: 'chats', started_by_customer_without_greeting: 'chats' }],
  'chats/duration': [['bucket'], { agents_chatting_duration: 'seconds', count: 'chats', duration: 'seconds' }],
  'chats/response_time': [['bucket'], { count: 'chats', response_time: 'seconds' }],
  'chats/first_response_time': [['bucket'], { count: 'chats', first_response_time: 'seconds' }],
  'chats/tags': [['bucket', 'tag'], { count: 'chats' }],
  'chats/groups': [['bucket', 'group'], { count: 'chats' }],
  'chats/greetings_conversion': [['bucket', 'greeting'], { accepted: 'chats', canceled: 'events', displayed: 'events', goals: 'events' }],
  'chats/queued_visitors': [['bucket', 'queue_outcome'], { avg: 'seconds', count: 'chats', max: 'seconds', min: 'seconds' }],
  'tags/chat_usage': [['tag'], { count: 'chats' }],
  'chats/ranking': [['agent'], { bad: 'chats', good: 'chats', score: 'score', total: 'chats' }],
  'agents/performance': [['agent'], { accepting_chats_time: 'seconds', chats_count: 'chats', chats_rated_bad: 'chats', chats_rated_good: 'chats', chatting_time: 'seconds', first_response_chats_count: 'chats', first_response_time: 'seconds', logged_in_time: 'seconds', not_accepting_chats_time: 'seconds' }],
};

const countUnits = ['chats', 'events', 'submissions'];

function rowsOf(report, records, distribution) {
  if (report === 'chats/forms') {
    return records.flatMap((form) => [
      { form: form.form_id, group: form.group_id, field: null, field_label: null, answer: null, answer_label: null, count: form.count },
      ...form.fields.flatMap((field) => field.answers.map((answer) => ({
        form: form.form_id, group: form.group_id, field: field.field_id, field_label: field.label ?? null,
        answer: answer.answer_id, answer_label: answer.label ?? null, count: answer.count,
      }))),
    ]);
  }
  if (report === 'chats/queued_visitors_left') {
    return Object.entries(records).map(([chat, { queue, visitor }]) =>
      ({ chat, group: queue.group, start_date: queue.start_date, visitor: visitor.id ?? null, duration: queue.duration }));
  }
  const [dimensions, figures] = report === 'agents/availability'
    ? [['bucket'], distribution === 'hour' ? { minutes: 'minutes' } : { hours: 'hours' }] : shapes[report];
  const keyOf = (dimension, key) => (dimension === 'bucket' ? key.replace(' ', 'T') : ['group', 'greeting'].includes(dimension) ? Number(key) : key);
  const leaf = (cells, value) => ({
    ...cells,
    ...Object.fromEntries(Object.entries(figures).map(([key, unit]) =>
      [key, (typeof value === 'number' ? value : value[key]) ?? (countUnits.includes(unit) ? 0 : null)])),
  });
  const walk = (entries, level, cells) => Object.entries(entries).flatMap(([key, value]) => {
    const next = { ...cells, [dimensions[level]]: keyOf(dimensions[level], key) };
    if (level + 1 === dimensions.length) return [leaf(next, value)];
    if (Object.keys(value).length > 0) return walk(value, level + 1, next);
    return [{ ...next, [dimensions[level + 1]]: null, ...Object.fromEntries(Object.keys(figures).map((figure) => [figure, null])) }];
  });
  return walk(records, 0, {});
}

function csvOf(report, rows) {
  const units = { ...shapes[report]?.[1], hours: 'hours', minutes: 'minutes' };
  const keys = Object.keys(rows[0] ?? {});
  const text = (cell) => {
    const plain = String(cell ?? '');
    const safe = typeof cell === 'string' && /^[=+\-@\t\r]/.test(plain) ? `'${plain}` : plain;
    return /[",\r\n]/.test(plain) ? `"${safe.replaceAll('"', '""')}"` : safe;
  };
  return [keys.map((key) => (units[key] ? `${key} (${units[key]})` : key)), ...rows.map((row) => keys.map((key) => text(row[key])))]
    .map((line) => `${line.join(',')}\r\n`).join('');
}

const json = (value, status = 200) => new Response(JSON.stringify(value), { status, headers: { 'content-type': 'application/json' } });

function directoryOf(file) {
  const found = { agents: new Map(), groups: new Map(), tags: new Set(), greetings: new Set(), goals: new Set(), sales: new Set(), countries: new Set(), forms: new Map(), properties: new Map(), times: [] };
  for (const line of file ? readFileSync(file, 'utf8').split('\n').filter(Boolean) : []) {
    const record = JSON.parse(line);
    if (record.record === 'agent') found.agents.set(record.id, record.name ?? null);
    if (record.record === 'group') found.groups.set(record.id, record.name ?? null);
    if (record.record === 'greeting') found.greetings.add(record.greeting_id);
    if (record.record === 'goal') found.goals.add(record.id);
    if (record.record === 'sale') found.sales.add(record.id);
    const { thread } = record;
    if (!thread) continue;
    found.times.push(thread.created_at);
    for (const tag of thread.tags ?? []) found.tags.add(tag);
    for (const group of thread.access?.group_ids ?? record.access?.group_ids ?? []) if (!found.groups.has(group)) found.groups.set(group, null);
    const country = thread.customer_visit?.geolocation?.country_code;
    if (country) found.countries.add(country);
    for (const [namespace, names] of Object.entries({ ...record.properties, ...thread.properties })) {
      for (const name of Object.keys(names)) found.properties.set(`${namespace} ${name}`, { namespace, name });
    }
    for (const event of thread.events ?? []) if (event.form_id) found.forms.set(event.form_id, null);
  }
  found.times.sort();
  const named = (map, key) => [...map].map(([id, value]) => ({ id, [key]: value }));
  return {
    first: found.times[0] ?? null,
    last: found.times.at(-1) ?? null,
    directory: {
      agents: named(found.agents, 'name'), bots: [], groups: named(found.groups, 'name').sort((a, b) => a.id - b.id),
      tags: [...found.tags].sort(), greetings: [...found.greetings].sort((a, b) => a - b), goals: [...found.goals].sort((a, b) => a - b),
      sales: [...found.sales].sort((a, b) => a - b), countries: [...found.countries].sort(), forms: named(found.forms, 'label'), properties: [...found.properties.values()],
    },
  };
}

const filterOf = {
  agent: (value) => ({ agents: { values: [value] } }),
  tag: (value) => ({ tags: { values: [value] } }),
  group: (value) => ({ groups: { values: [value] } }),
  country: (value) => ({ customer_countries: { values: [value] } }),
  greeting: (value) => ({ greetings: { values: [value] } }),
  first_responder: (value) => ({ agent_response: { first: true, agents: { values: [value] } } }),
};

/** `lacking` says what the server has not. */
export function standIn(file, lacking) {
  const { first, last, directory } = directoryOf(file);
  const valuesOf = {
    agent: directory.agents.map(({ id }) => id), first_responder: directory.agents.map(({ id }) => id), tag: directory.tags,
    group: directory.groups.map(({ id }) => id), country: directory.countries, greeting: directory.greetings,
  };
  const everything = { filters: { from: '2000-01-01T00:00:00Z', to: '2099-12-31T23:59:59Z' }, distribution: 'year' };
  const post = (ask, report, body) => ask(`/v3.7/reports/${report}`, { method: 'POST', body: JSON.stringify(body) });

  async function about(ask) {
    const answer = await post(ask, 'chats/ratings', everything);
    if (answer.status === 401) return answer;
    const text = await answer.text();
    const change = parseInt(createHash('sha256').update(text).digest('hex').slice(0, 8), 16);
    return json({ license: 1, scopes: answer.ok ? ['reports_read'] : ['reports_write'], version: 'stand-in', timezone: null, first_chat: first, last_chat: last, last_change: change });
  }

  async function grouped(ask, report, { group_by: by, ...body }) {
    const rows = [];
    for (const value of valuesOf[by]) {
      const answer = await post(ask, report, { ...body, filters: { ...body.filters, ...filterOf[by](value) } });
      if (!answer.ok) return answer;
      for (const { bucket, ...row } of rowsOf(report, (await answer.json()).records, body.distribution)) rows.push({ bucket, [by]: value, ...row });
    }
    return rows;
  }

  return async (ask, request, bytes) => {
    const { pathname, searchParams } = new URL(request.url, 'http://localhost');
    if (pathname === '/v1/about' && lacking.about) return about(ask);
    if (pathname === '/v1/directory' && lacking.about) return json(directory);
    const format = searchParams.get('format');
    if (!format || !lacking.rows) return null;
    const report = pathname.replace(/^\/v[\d.]+\/reports\//, '');
    const body = bytes.length > 0 ? JSON.parse(bytes.toString()) : {};
    let rows;
    if (body.group_by) {
      rows = await grouped(ask, report, body);
    } else {
      const answer = await post(ask, report, body);
      rows = answer.ok ? rowsOf(report, (await answer.json()).records, body.distribution) : answer;
    }
    if (rows instanceof Response) return rows;
    return format === 'csv' ? new Response(csvOf(report, rows), { headers: { 'content-type': 'text/csv' } }) : json(rows);
  };
}
