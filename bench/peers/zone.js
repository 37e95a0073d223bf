'use strict';
// Local time for peers: the offsets of a zone over a range, so that a bucket is integer arithmetic on
// microseconds, the fastest that SQL can do.

// [{until, offset}] in microseconds, the last until Infinity; exact to the hour, which is when clocks
// change.
function offsetsOf(zone, from, to) {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: zone, hourCycle: 'h23', year: 'numeric', month: 'numeric', day: 'numeric',
    hour: 'numeric', minute: 'numeric', second: 'numeric',
  });
  const offsetAt = (micros) => {
    const parts = Object.fromEntries(
      format.formatToParts(new Date(micros / 1000)).map((part) => [part.type, Number(part.value)]));
    const local = Date.UTC(parts.year, parts.month - 1, parts.day, parts.hour, parts.minute, parts.second);
    return (local - Math.floor(micros / 1_000_000) * 1000) * 1000;
  };
  const hour = 3_600_000_000;
  const segments = [];
  let last = offsetAt(from);
  for (let at = Math.ceil(from / hour) * hour; at <= to + hour; at += hour) {
    const offset = offsetAt(at);
    if (offset === last) continue;
    segments.push({ until: at, offset: last });
    last = offset;
  }
  segments.push({ until: Infinity, offset: last });
  return segments;
}

// The local time of a column of instants, as SQL.
function localSql(column, segments) {
  if (segments.length === 1) return `(${column} + ${segments[0].offset})`;
  const cases = segments.slice(0, -1).map((s) => `WHEN ${column} < ${s.until} THEN ${s.offset}`);
  return `(${column} + CASE ${cases.join(' ')} ELSE ${segments.at(-1).offset} END)`;
}

function offsetAt(micros, segments) {
  return segments.find((segment) => micros < segment.until).offset;
}

const dayKey = (day) => new Date(day * 86_400_000).toISOString().slice(0, 10);

module.exports = { offsetsOf, localSql, offsetAt, dayKey };
