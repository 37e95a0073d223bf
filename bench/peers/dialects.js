'use strict';
// How each peer writes what is not the same everywhere.

const quoted = (values) =>
  values.map((value) => (typeof value === 'string' ? `'${value}'` : value)).join(', ');

const common = {
  divide: (value, by) => `(${value} / ${by})`,
  sum: (value) => `sum(${value})`,
  // The first columns of a statement, which its rows are of.
  groupBy: (...columns) => columns.map((_, at) => at + 1).join(', '),
  maxBefore: (column, window) => `max(${column}) OVER (${window})`,
  greatest: (left, right) => `greatest(${left}, ${right})`,
  least: (left, right) => `least(${left}, ${right})`,
  hasSubmission: (type) =>
    `c.thread IN (SELECT thread FROM submissions WHERE type = '${type}')`,
};

// Lists are columns of the chats.
const duckdb = {
  ...common,
  divide: (value, by) => `(${value} // ${by})`,
  hasAny: (column, values) => `list_has_any(c.${column}, [${quoted(values)}])`,
  hasAll: (column, values) => `list_has_all(c.${column}, [${quoted(values)}])`,
  countByElement: (column, bucket, where) =>
    `SELECT bucket, element, count(*) FROM (SELECT ${bucket} AS bucket, unnest(c.${column}) AS element ` +
    `FROM chats c WHERE ${where}) GROUP BY 1, 2`,
  byElement: (column, figures, where) =>
    `SELECT element, ${figures} FROM (SELECT unnest(c.${column}) AS element, c.rating FROM chats c ` +
    `WHERE ${where}) GROUP BY 1`,
  submissionsByGroup: (where) =>
    'SELECT g, form, count(*) FROM (SELECT unnest(CASE WHEN len(groups) = 0 THEN [0] ELSE groups END) AS g, ' +
    `form FROM submissions WHERE ${where}) GROUP BY 1, 2`,
  answersByGroup: (where) =>
    'SELECT g, form, answer, count(*) FROM (SELECT g, form, unnest(answers) AS answer FROM (SELECT ' +
    'unnest(CASE WHEN len(groups) = 0 THEN [0] ELSE groups END) AS g, form, answers FROM submissions ' +
    `WHERE ${where})) GROUP BY 1, 2, 3`,
};

const clickhouse = {
  ...common,
  divide: (value, by) => `intDiv(${value}, ${by})`,
  hasAny: (column, values) => `hasAny(c.${column}, [${quoted(values)}])`,
  hasAll: (column, values) => `hasAll(c.${column}, [${quoted(values)}])`,
  countByElement: (column, bucket, where) =>
    `SELECT ${bucket} AS bucket, arrayJoin(c.${column}) AS element, count(*) FROM chats c ` +
    `WHERE ${where} GROUP BY bucket, element`,
  byElement: (column, figures, where) =>
    `SELECT element, ${figures} FROM (SELECT arrayJoin(c.${column}) AS element, c.rating AS rating ` +
    `FROM chats c WHERE ${where}) GROUP BY element`,
  submissionsByGroup: (where) =>
    'SELECT arrayJoin(if(empty(groups), [toInt64(0)], groups)) AS g, form, count(*) FROM submissions ' +
    `WHERE ${where} GROUP BY g, form`,
  answersByGroup: (where) =>
    'SELECT arrayJoin(if(empty(groups), [toInt64(0)], groups)) AS g, form, arrayJoin(answers) AS answer, ' +
    `count(*) FROM submissions WHERE ${where} GROUP BY g, form, answer`,
};

// As old as 2018: no window functions, no numbers for columns in GROUP BY. The lower and the upper edges
// of spans, each sorted by itself, tell where a pause begins: where the next lower edge comes after as
// many upper edges as lower ones.
const clickhouseServer = {
  ...clickhouse,
  groupBy: (...columns) => columns.join(', '),
  greatest: (left, right) => `greatest(${left}, toInt64(${right}))`,
  least: (left, right) => `least(${left}, toInt64(${right}))`,
  union: (spans) =>
    'SELECT who, uppers[-1] - lowers[1] - arraySum(arrayMap((l, u) -> if(l > u, l - u, 0), ' +
    'arrayPopFront(lowers), arrayPopBack(uppers))) FROM (SELECT who, ' +
    'arraySort(groupArray(lower)) AS lowers, arraySort(groupArray(upper)) AS uppers ' +
    `FROM (${spans}) GROUP BY who)`,
  islands: (spans) =>
    'SELECT lower, upper FROM (SELECT arrayFilter((l, u) -> l > u, lowers, ' +
    'arrayPushFront(arrayPopBack(uppers), lowers[1] - 1)) AS begins, arrayFilter((u, l) -> l > u, uppers, ' +
    'arrayPushBack(arrayPopFront(lowers), uppers[-1] + 1)) AS ends FROM (SELECT ' +
    'groupArray(lower) AS lowers, arraySort(groupArray(upper)) AS uppers ' +
    `FROM (SELECT * FROM (${spans}) ORDER BY lower))) ` +
    'ARRAY JOIN begins AS lower, ends AS upper',
  // Counted before the groups are taken apart: seven times as fast here.
  answersByGroup: (where) =>
    'SELECT arrayJoin(of) AS g, form, answer, sum(n) FROM (SELECT ' +
    'if(empty(groups), [toInt64(0)], groups) AS of, form, arrayJoin(answers) AS answer, count(*) AS n ' +
    `FROM submissions WHERE ${where} ` +
    'GROUP BY of, form, answer) GROUP BY g, form, answer',
};

const postgresql = {
  ...common,
  hasAny: (column, values) => `c.${column} && ${postgresArray(values)}`,
  hasAll: (column, values) => `c.${column} @> ${postgresArray(values)}`,
  countByElement: (column, bucket, where) =>
    `SELECT ${bucket} AS bucket, element, count(*) FROM chats c, unnest(c.${column}) AS element ` +
    `WHERE ${where} GROUP BY 1, 2`,
  byElement: (column, figures, where) =>
    `SELECT element, ${figures} FROM chats c, unnest(c.${column}) AS element WHERE ${where} GROUP BY 1`,
  submissionsByGroup: (where) =>
    "SELECT g, form, count(*) FROM submissions, unnest(CASE WHEN groups = '{}' THEN ARRAY[0::bigint] " +
    `ELSE groups END) AS g WHERE ${where} GROUP BY 1, 2`,
  answersByGroup: (where) =>
    "SELECT g, form, answer, count(*) FROM submissions, unnest(CASE WHEN groups = '{}' THEN ARRAY[0::bigint] " +
    `ELSE groups END) AS g, unnest(answers) AS answer WHERE ${where} GROUP BY 1, 2, 3`,
};
function postgresArray(values) {
  return `ARRAY[${quoted(values)}]::${typeof values[0] === 'string' ? 'text' : 'bigint'}[]`;
}

// Lists are tables beside the chats, with the value first, so that it is looked up, and the thread
// first, so that a chat's values are.
const link = { agents: 'chat_agents', tags: 'chat_tags', groups: 'chat_groups' };
const sqlite = {
  ...common,
  greatest: (left, right) => `max(${left}, ${right})`,
  least: (left, right) => `min(${left}, ${right})`,
  hasAny: (column, values) =>
    `EXISTS (SELECT 1 FROM ${link[column]} l WHERE l.thread = c.thread AND l.value IN (${quoted(values)}))`,
  hasAll: (column, values) =>
    `(SELECT count(*) FROM ${link[column]} l WHERE l.thread = c.thread AND l.value IN (${quoted(values)})) ` +
    `= ${values.length}`,
  countByElement: (column, bucket, where) =>
    `SELECT ${bucket} AS bucket, l.value, count(*) FROM chats c JOIN ${link[column]} l ON l.thread = c.thread ` +
    `WHERE ${where} GROUP BY 1, 2`,
  byElement: (column, figures, where) =>
    `SELECT l.value, ${figures} FROM chats c JOIN ${link[column]} l ON l.thread = c.thread ` +
    `WHERE ${where} GROUP BY 1`,
  submissionsByGroup: (where) =>
    'SELECT coalesce(g.value, 0), s.form, count(*) FROM submissions s LEFT JOIN chat_groups g ' +
    `ON g.thread = s.thread WHERE ${where} GROUP BY 1, 2`,
  answersByGroup: (where) =>
    'SELECT coalesce(g.value, 0), s.form, a.answer, count(*) FROM submissions s JOIN answers a ' +
    'ON a.thread = s.thread AND a.number = s.number LEFT JOIN chat_groups g ON g.thread = s.thread ' +
    `WHERE ${where} GROUP BY 1, 2, 3`,
};

module.exports = { duckdb, clickhouse, clickhouseServer, postgresql, sqlite };
