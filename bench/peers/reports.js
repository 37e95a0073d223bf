'use strict';
// Each report as SQL, and what its rows come to as the report's answer. A dialect (dialects.js) says
// how a peer writes what is not the same everywhere. Sums come back as integers, so that the one
// division at the end is exact.

const { offsetsOf, localSql, offsetAt, dayKey } = require('./zone');
const { DAY } = require('./questions');

const HOUR = 3_600_000_000;
const ZONE = 'Europe/Warsaw';

const big = (value) => BigInt(value ?? 0);
// Half up, for what is not below 0.
const roundDivided = (sum, count) => (2n * sum + count) / (2n * count);
const wholeSeconds = (sum, count) => Number(roundDivided(sum, count * 1_000_000n));
const hundredths = (sum, divisor) => Number(roundDivided(sum, divisor)) / 100;

// The buckets that the range touches, in order: what SQL gives for each, and its key.
function bucketsOf(question, segments) {
  const local = (at) => at + offsetAt(at, segments);
  const first = Math.floor(local(question.from) / DAY);
  const last = Math.floor(local(question.to) / DAY);
  const days = [];
  for (let day = first; day <= last; ++day) days.push(day);
  switch (question.distribution) {
    case 'day':
      return { keys: days.map(dayKey), keyOf: (bucket) => dayKey(Number(bucket)) };
    case 'month': {
      const keys = [...new Set(days.map((day) => dayKey(day).slice(0, 7)))];
      return { keys, keyOf: (bucket) => dayKey(Number(bucket)).slice(0, 7) };
    }
    case 'hour': {
      const key = (hour) => String(hour).padStart(2, '0') + ':00';
      return { keys: Array.from({ length: 24 }, (_, hour) => key(hour)), keyOf: (b) => key(Number(b)) };
    }
    default:
      throw new Error('no such distribution here: ' + question.distribution);
  }
}

class Asked {
  constructor(question, dialect) {
    this.question = question;
    this.dialect = dialect;
    this.segments = offsetsOf(ZONE, question.from, question.to);
    const { keys, keyOf } = bucketsOf(question, this.segments);
    this.keys = keys;
    this.keyOf = keyOf;
  }

  // By month the days are added up afterwards: a year has 365 of them.
  bucket(column) {
    const local = localSql(column, this.segments);
    if (this.question.distribution !== 'hour') return this.dialect.divide(local, DAY);
    return this.dialect.divide(`(${local} % ${DAY})`, HOUR);
  }

  within(column) {
    return `${column} BETWEEN ${this.question.from} AND ${this.question.to}`;
  }

  // The chats of the range that pass the filters; `c` is the table of chats.
  where() {
    return [this.within('c.started_at'), ...this.filters()].join(' AND ');
  }

  filters() {
    const { filters } = this.question;
    const conditions = [];
    for (const name of ['agents', 'tags', 'groups']) {
      const filter = filters[name];
      if (!filter) continue;
      const values = filter.values ?? filter.exclude_values;
      const condition = filter.require_every_value
        ? this.dialect.hasAll(name, values) : this.dialect.hasAny(name, values);
      conditions.push(filter.values ? condition : `NOT ${condition}`);
    }
    const countries = filters.customer_countries;
    if (countries) {
      const list = (countries.values ?? countries.exclude_values).map((code) => `'${code}'`).join(',');
      conditions.push(countries.values
        ? `c.country IN (${list})` : `(c.country IS NULL OR c.country NOT IN (${list}))`);
    }
    const plan = filters.properties?.shop?.plan;
    if (plan) conditions.push(`c.plan IN (${plan.values.map((value) => `'${value}'`).join(',')})`);
    for (const survey of filters.surveys ?? []) {
      conditions.push(this.dialect.hasSubmission(survey.type));
    }
    return conditions;
  }
  hasFilters() {
    return this.filters().length > 0;
  }

  // {key: {sum of each column}} of rows that begin with a bucket.
  byKey(rows, columns) {
    const groups = new Map(this.keys.map((key) => [key, null]));
    for (const row of rows) {
      const key = this.keyOf(row[0]);
      const sums = groups.get(key) ?? Object.fromEntries(columns.map((name) => [name, 0n]));
      columns.forEach((name, at) => { sums[name] += big(row[at + 1]); });
      groups.set(key, sums);
    }
    return groups;
  }
}

// Chats of the range by bucket, with sums of these expressions beside.
function sumsByBucket(asked, sums) {
  return `SELECT ${asked.bucket('c.started_at')} AS bucket, count(*), ${sums.join(', ')} ` +
    `FROM chats c WHERE ${asked.where()} GROUP BY ${asked.dialect.groupBy('bucket')}`;
}

function counters(name, columns, sums) {
  return {
    statements: (asked) => [sumsByBucket(asked, sums)],
    answer(asked, [rows]) {
      let total = 0;
      const records = {};
      for (const [key, values] of asked.byKey(rows, ['chats', ...columns.filter((c) => c !== 'chats')])) {
        records[key] = {};
        if (values === null) continue;
        total += Number(values.chats);
        for (const column of columns) {
          const shown = column === 'total' ? values.chats : values[column];
          if (shown > 0n) records[key][column] = Number(shown);
        }
      }
      return { name, total, records };
    },
  };
}

function meanOf(name, column, field) {
  return {
    statements: (asked) => [
      `SELECT ${asked.bucket('c.started_at')} AS bucket, count(c.${column}), ` +
      `${asked.dialect.sum(`c.${column}`)} FROM chats c WHERE ${asked.where()} ` +
      `AND c.${column} IS NOT NULL GROUP BY ${asked.dialect.groupBy('bucket')}`],
    answer(asked, [rows]) {
      let total = 0;
      const records = {};
      for (const [key, values] of asked.byKey(rows, ['count', 'sum'])) {
        records[key] = {};
        if (values === null || values.count === 0n) continue;
        total += Number(values.count);
        records[key] = { count: Number(values.count), [field]: hundredths(values.sum, values.count * 10_000n) };
      }
      return { name, total, records };
    },
  };
}

function score(good, bad) {
  const n = good + bad;
  const p = good / n;
  const zz = 7.2361 / (4 * n);
  return (p + 2 * zz - 2.69 * Math.sqrt((zz / n + p * (1 - p)) / n)) / (1 + 4 * zz);
}

// The union of spans of a set, in microseconds: `spans` is a subquery with `who`, `lower`, `upper`.
// Islands: a span begins one where all before it have ended.
function unionSql(spans, dialect) {
  if (dialect.union) return dialect.union(spans);
  const before = 'PARTITION BY who ORDER BY lower, upper ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING';
  return `SELECT who, ${dialect.sum(
    'CASE WHEN reached IS NULL OR upper > reached THEN upper - ' +
    'CASE WHEN reached IS NOT NULL AND reached > lower THEN reached ELSE lower END ELSE 0 END')} ` +
    `FROM (SELECT who, lower, upper, ${dialect.maxBefore('upper', before)} AS reached ` +
    `FROM (${spans}) s) islands GROUP BY who`;
}

// All that somebody was accepting, as islands of time: their edges.
function islandsSql(spans, dialect) {
  if (dialect.islands) return dialect.islands(spans);
  const order = 'ORDER BY lower, upper';
  return `SELECT min(lower) AS lower, max(upper) AS upper FROM (` +
    `SELECT lower, upper, sum(begins) OVER (${order} ROWS UNBOUNDED PRECEDING) AS island FROM (` +
    `SELECT lower, upper, CASE WHEN ${dialect.maxBefore('upper',
      order + ' ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING')} >= lower THEN 0 ELSE 1 END AS begins ` +
    `FROM (${spans}) s) b) i GROUP BY island`;
}

// Ids of fields and answers: those that are numbers come first, in their order.
const isNumber = (id) => /^(0|[1-9]\d*)$/.test(id);
const byId = ([left], [right]) => {
  if (isNumber(left) !== isNumber(right)) return isNumber(left) ? -1 : 1;
  return isNumber(left) ? Number(left) - Number(right) : (left < right ? -1 : 1);
};

// An id of a visitor: a UUID of version 8.
function uuidOf(digest) {
  const variant = '89ab'[parseInt(digest[16], 16) & 3];
  return `${digest.slice(0, 8)}-${digest.slice(8, 12)}-8${digest.slice(13, 16)}-` +
    `${variant}${digest.slice(17, 20)}-${digest.slice(20)}`;
}

function countsByElement(name, column) {
  return {
    statements: (asked) => [
      asked.dialect.countByElement(column, asked.bucket('c.started_at'), asked.where()),
      `SELECT count(*) FROM chats c WHERE ${asked.where()}`],
    answer(asked, [rows, [[total]]]) {
      const records = Object.fromEntries(asked.keys.map((key) => [key, {}]));
      for (const [bucket, element, count] of rows) {
        const of = records[asked.keyOf(bucket)];
        of[element] = (of[element] ?? 0) + Number(count);
      }
      return { name, total: Number(total), records };
    },
  };
}

const reports = {
  'chats/total_chats': counters('total-chats-report', ['continuous', 'total'], ['sum(c.continuous)']),
  'chats/ratings': counters('ratings-report', ['bad', 'chats', 'good'],
    ['sum(CASE WHEN c.rating = 0 THEN 1 ELSE 0 END)', 'sum(CASE WHEN c.rating = 1 THEN 1 ELSE 0 END)']),
  'chats/engagement': counters('engagement-report',
    ['started_by_agent', 'started_by_customer_from_greeting', 'started_by_customer_without_greeting'],
    ['sum(CASE WHEN c.started_by = 2 THEN 1 ELSE 0 END)',
      'sum(CASE WHEN c.started_by = 0 THEN 1 ELSE 0 END)',
      'sum(CASE WHEN c.started_by = 1 THEN 1 ELSE 0 END)']),
  'chats/response_time': meanOf('response-time-report', 'response_time', 'response_time'),
  'chats/first_response_time': meanOf('first-response-time-report', 'first_wait', 'first_response_time'),

  'chats/duration': {
    statements: (asked) => [sumsByBucket(asked,
      [asked.dialect.sum('c.duration'), asked.dialect.sum('c.agents_chatting')])],
    answer(asked, [rows]) {
      let total = 0;
      const records = {};
      for (const [key, values] of asked.byKey(rows, ['count', 'duration', 'chatting'])) {
        records[key] = {};
        if (values === null) continue;
        total += Number(values.count);
        records[key] = {
          agents_chatting_duration: wholeSeconds(values.chatting, values.count),
          count: Number(values.count),
          duration: wholeSeconds(values.duration, values.count),
        };
      }
      return { name: 'duration-report', total, records };
    },
  },

  'chats/tags': countsByElement('tags-report', 'tags'),
  'chats/groups': countsByElement('groups-report', 'groups'),

  'tags/chat_usage': {
    statements: (asked) => [asked.dialect.byElement('tags', 'count(*)', asked.where())],
    answer: (asked, [rows]) => ({
      name: 'tags-chat-usage-report',
      records: Object.fromEntries(rows.map(([tag, count]) => [tag, Number(count)])),
    }),
  },

  'chats/ranking': {
    statements: (asked) => [asked.dialect.byElement('agents',
      'sum(CASE WHEN rating = 1 THEN 1 ELSE 0 END), sum(CASE WHEN rating = 0 THEN 1 ELSE 0 END)',
      `${asked.where()} AND c.rating IS NOT NULL`)],
    answer(asked, [rows]) {
      const records = {};
      for (const [agent, goods, bads] of rows) {
        const [good, bad] = [Number(goods), Number(bads)];
        if (good + bad > 0) records[agent] = { bad, good, score: score(good, bad), total: good + bad };
      }
      return { name: 'ranking-report', records };
    },
  },

  'chats/greetings_conversion': {
    statements: (asked) => [
      `SELECT ${asked.bucket('happened_at')} AS bucket, greeting, event, count(*) FROM greeting_events ` +
      `WHERE ${asked.within('happened_at')} GROUP BY ${asked.dialect.groupBy('bucket', 'greeting', 'event')}`,
      `SELECT ${asked.bucket('c.started_at')} AS bucket, c.greeting, count(*) FROM chats c ` +
      `WHERE ${asked.where()} AND c.greeting IS NOT NULL ` +
      `GROUP BY ${asked.dialect.groupBy('bucket', 'c.greeting')}`],
    answer(asked, [events, accepted]) {
      let total = 0;
      const records = Object.fromEntries(asked.keys.map((key) => [key, {}]));
      const row = (bucket, greeting) => {
        const of = records[asked.keyOf(bucket)];
        return (of[greeting] ??= { accepted: 0, canceled: 0, displayed: 0, goals: 0 });
      };
      const names = ['displayed', 'canceled', 'goals'];
      for (const [bucket, greeting, event, count] of events) {
        row(bucket, greeting)[names[Number(event)]] += Number(count);
      }
      for (const [bucket, greeting, count] of accepted) {
        row(bucket, greeting).accepted += Number(count);
        total += Number(count);
      }
      return { name: 'greetings-conversion-report', total, records };
    },
  },

  'chats/surveys': {
    statements: (asked) => [
      asked.dialect.submissionsByGroup(asked.within('started_at')),
      asked.dialect.answersByGroup(asked.within('started_at'))],
    answer(asked, [forms, answers]) {
      const records = {};
      for (const [group, form, count] of forms) {
        (records[group] ??= {})[form] = { count: Number(count) };
      }
      for (const [group, form, answer, count] of answers) {
        const colon = answer.indexOf(':');
        const field = (records[group][form][answer.slice(0, colon)] ??= {});
        field[answer.slice(colon + 1)] = Number(count);
      }
      return { name: 'surveys-report', records };
    },
  },

  'chats/forms': {
    statements: (asked) => [
      asked.dialect.submissionsByGroup(asked.within('started_at')),
      asked.dialect.answersByGroup(asked.within('started_at')),
      'SELECT form, field, answer, label FROM labels'],
    answer(asked, [forms, answers, labels]) {
      const labelOf = new Map(labels.map(([form, field, answer, label]) => [`${form}:${field}:${answer}`, label]));
      const labelled = (entry, form, field, answer) => {
        const label = labelOf.get(`${form}:${field}:${answer}`);
        return label === undefined ? entry : { ...entry, label };
      };
      const fieldsOf = {};
      for (const [group, form, answer, count] of answers) {
        const colon = answer.indexOf(':');
        const fields = (fieldsOf[`${form}:${group}`] ??= {});
        (fields[answer.slice(0, colon)] ??= {})[answer.slice(colon + 1)] = Number(count);
      }
      const records = forms.map(([group, form, count]) => ({
        form_id: form,
        group_id: Number(group),
        count: Number(count),
        fields: Object.entries(fieldsOf[`${form}:${group}`] ?? {}).sort(byId).map(([field, counts]) => labelled({
          field_id: field,
          answers: Object.entries(counts).sort(byId).map(([answer, chosen]) => labelled(
            { answer_id: isNumber(answer) ? Number(answer) : answer, count: chosen }, form, field, answer)),
        }, form, field, '')),
      }));
      records.sort((left, right) => (left.form_id === right.form_id
        ? left.group_id - right.group_id : left.form_id < right.form_id ? -1 : 1));
      return { name: 'form-report', records };
    },
  },

  // Waits have a table of their own, which is short. With a filter the chats have all that is needed.
  'chats/queued_visitors': {
    statements: (asked) => {
      const [table, start, outcome, wait, where] = asked.hasFilters()
        ? ['chats c', 'c.started_at', 'c.queue_outcome', 'c.queue_wait', `${asked.where()} AND c.queue_outcome IS NOT NULL`]
        : ['waits w', 'w.started_at', 'w.outcome', 'w.waited', asked.within('w.started_at')];
      return [`SELECT ${asked.bucket(start)} AS bucket, ${outcome}, count(*), ${asked.dialect.sum(wait)}, ` +
        `min(${wait}), max(${wait}) FROM ${table} WHERE ${where} ` +
        `GROUP BY ${asked.dialect.groupBy('bucket', outcome)}`];
    },
    answer(asked, [rows]) {
      let total = 0;
      const sums = Object.fromEntries(asked.keys.map((key) => [key, {}]));
      for (const [bucket, outcome, count, sum, least, greatest] of rows) {
        const of = sums[asked.keyOf(bucket)];
        const name = Number(outcome) === 0 ? 'left_queue' : 'queued';
        of[name] ??= { count: 0n, sum: 0n, least: big(least), greatest: big(greatest) };
        of[name].count += big(count);
        of[name].sum += big(sum);
        if (big(least) < of[name].least) of[name].least = big(least);
        if (big(greatest) > of[name].greatest) of[name].greatest = big(greatest);
        total += Number(count);
      }
      const figures = ({ count, sum, least, greatest }) => ({
        avg: Number(sum) / (Number(count) * 1e6), count: Number(count),
        max: wholeSeconds(greatest, 1n), min: wholeSeconds(least, 1n) });
      const records = Object.fromEntries(Object.entries(sums).map(([key, of]) =>
        [key, Object.fromEntries(Object.entries(of).map(([name, values]) => [name, figures(values)]))]));
      return { name: 'queued-visitors-report', total, records };
    },
  },

  // No generated chat has two threads.
  'chats/queued_visitors_left': {
    statements: (asked) => {
      const passing = asked.hasFilters()
        ? ` AND w.thread IN (SELECT c.thread FROM chats c WHERE ${asked.where()})` : '';
      const where = `w.outcome = 0 AND ${asked.within('w.started_at')}${passing}`;
      const offset = 100 * ((asked.question.page ?? 1) - 1);
      return [
        `SELECT count(*), sum(1 - w.has_pre_chat) FROM waits w WHERE ${where}`,
        `SELECT w.chat_id, w.visitor, w.group_id, w.queued_at, w.waited FROM waits w WHERE ${where} ` +
        `ORDER BY w.started_at, w.thread_id LIMIT 100 OFFSET ${offset}`];
    },
    answer(asked, [[[total, withoutDetails]], rows]) {
      const records = {};
      for (const [chat, visitor, group, queuedAt, waited] of rows) {
        const second = Math.floor(Number(queuedAt) / 1_000_000) * 1000;
        records[chat] = {
          queue: {
            duration: wholeSeconds(big(waited), 1n),
            group: Number(group),
            start_date: new Date(second).toISOString().slice(0, 19) + 'Z',
          },
          visitor: { id: uuidOf(visitor) },
        };
      }
      return {
        name: 'queued-visitors-left-report', total: Number(total), records,
        summary: {
          left_without_details: Number(withoutDetails ?? 0),
          total_pages: Math.ceil(Number(total) / 100),
        },
      };
    },
  },

  'agents/availability': {
    statements: (asked) => {
      const agents = asked.question.filters.agents?.values;
      const chosen = agents ? ` AND agent IN (${agents.map((agent) => `'${agent}'`).join(',')})` : '';
      const { from, to } = asked.question;
      return [islandsSql(
        `SELECT ${asked.dialect.greatest('from_at', from)} AS lower, ` +
        `${asked.dialect.least('to_at', to)} AS upper FROM statuses ` +
        `WHERE status = 1 AND from_at < ${to} AND to_at > ${from}${chosen}`, asked.dialect)];
    },
    // A few thousand islands are cut at the buckets' edges here: less than a millisecond.
    answer(asked, [islands]) {
      const isHour = asked.question.distribution === 'hour';
      const length = isHour ? HOUR : DAY;
      const sums = new Map(asked.keys.map((key) => [key, 0n]));
      let total = 0n;
      for (const [lower, upper] of islands) {
        for (let at = Number(lower), end = Number(upper); at < end;) {
          const offset = offsetAt(at, asked.segments);
          const local = at + offset;
          const bucket = Math.floor(local / length);
          const next = Math.min(end, (bucket + 1) * length - offset,
            asked.segments.find((segment) => at < segment.until).until);
          const key = asked.keyOf(isHour ? bucket % 24 : bucket);
          sums.set(key, sums.get(key) + BigInt(next - at));
          total += BigInt(next - at);
          at = next;
        }
      }
      const unit = isHour ? 'minutes' : 'hours';
      const divisor = isHour ? 600_000n : 36_000_000n;
      const records = {};
      for (const [key, sum] of sums) records[key] = { [unit]: hundredths(sum, divisor) };
      return { name: 'availability-report', total: hundredths(total, divisor), records };
    },
  },

  'agents/performance': {
    statements: (asked) => {
      const { from, to, filters } = asked.question;
      const { dialect } = asked;
      const among = (column) => (filters.agents
        ? ` AND ${column} IN (${filters.agents.values.map((agent) => `'${agent}'`).join(',')})` : '');
      const passing = asked.hasFilters()
        ? ` AND thread IN (SELECT c.thread FROM chats c WHERE ${asked.filters().join(' AND ')})` : '';
      const cut = `${dialect.greatest('from_at', from)} AS lower, ${dialect.least('to_at', to)} AS upper`;
      const overlaps = `from_at < ${to} AND to_at > ${from}`;
      return [
        dialect.byElement('agents', 'count(*), sum(CASE WHEN rating = 1 THEN 1 ELSE 0 END), ' +
          'sum(CASE WHEN rating = 0 THEN 1 ELSE 0 END)', asked.where()),
        `SELECT c.first_responder, count(*), ${dialect.sum('c.first_wait')} FROM chats c ` +
        `WHERE ${asked.where()} AND c.first_responder IS NOT NULL ` +
        `GROUP BY ${dialect.groupBy('c.first_responder')}`,
        unionSql(`SELECT agent AS who, ${cut} FROM chatting WHERE ${overlaps}${among('agent')}${passing}`, dialect),
        `SELECT agent, status, ${dialect.sum(
          `${dialect.least('to_at', to)} - ${dialect.greatest('from_at', from)}`)} ` +
        `FROM statuses WHERE ${overlaps}${among('agent')} GROUP BY ${dialect.groupBy('agent', 'status')}`];
    },
    answer(asked, [chats, responses, chatting, statuses]) {
      const rows = {};
      const allowed = asked.question.filters.agents?.values;
      const row = (agent) => (rows[agent] ??= {
        chats: 0, good: 0, bad: 0, responses: 0n, waits: 0n, chatting: 0n, accepting: 0n, not: 0n });
      for (const [agent, count, good, bad] of chats) {
        Object.assign(row(agent), { chats: Number(count), good: Number(good), bad: Number(bad) });
      }
      for (const [agent, count, waits] of responses) {
        Object.assign(row(agent), { responses: big(count), waits: big(waits) });
      }
      for (const [agent, sum] of chatting) row(agent).chatting = big(sum);
      for (const [agent, status, sum] of statuses) {
        row(agent)[Number(status) === 1 ? 'accepting' : 'not'] = big(sum);
      }
      const seconds = (sum) => Number(roundDivided(sum, 1_000_000n));
      const mean = (sum, count) => (count === 0n ? 0 : Number(sum) / (Number(count) * 1e6));
      const records = {};
      const summary = { chats_count: 0, chats_rated_bad: 0, chats_rated_good: 0, responses: 0n, waits: 0n };
      for (const [agent, of] of Object.entries(rows)) {
        if (allowed && !allowed.includes(agent)) continue;
        const record = {
          accepting_chats_time: seconds(of.accepting),
          chats_count: of.chats,
          chats_rated_bad: of.bad,
          chats_rated_good: of.good,
          chatting_time: seconds(of.chatting),
          first_response_chats_count: Number(of.responses),
          first_response_time: mean(of.waits, of.responses),
          logged_in_time: seconds(of.accepting + of.not),
          not_accepting_chats_time: seconds(of.not),
        };
        if (!Object.values(record).some((figure) => figure > 0)) continue;
        records[agent] = record;
        summary.chats_count += of.chats;
        summary.chats_rated_bad += of.bad;
        summary.chats_rated_good += of.good;
        summary.responses += of.responses;
        summary.waits += of.waits;
      }
      return {
        name: 'performance-report', records,
        summary: {
          chats_count: summary.chats_count,
          chats_rated_bad: summary.chats_rated_bad,
          chats_rated_good: summary.chats_rated_good,
          first_response_chats_count: Number(summary.responses),
          first_response_time: mean(summary.waits, summary.responses),
        },
      };
    },
  },
};

module.exports = { reports, Asked };
