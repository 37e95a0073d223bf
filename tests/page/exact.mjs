// Records whose figures are easy to show wrongly: ids above 2^53, rounded hours, a customer who left at once.

const time = (day, clock) => `${day}T${clock}Z`;

export const largeGroups = ['9007199254740992', '9007199254740993'];

export function exactRecords() {
  const records = [{ record: 'agent', id: 'ann@example.com', name: 'Ann', timezone: 'Europe/Warsaw' }];
  let count = 0;
  const chat = (day, clock, { groups = [], agents = [], thread = {} } = {}) => {
    count += 1;
    records.push({
      id: `E${count}`,
      users: [{ id: 'c', type: 'customer' }, ...agents.map((id) => ({ id, type: 'agent' }))],
      access: { group_ids: groups.map((id) => `id ${id}`) },
      thread: { id: `ET${count}`, created_at: time(day, clock), events: [], ...thread },
    });
  };
  for (let at = 0; at < 3; at += 1) chat('2026-03-20', `10:0${at}:00`, { groups: [largeGroups[0]] });
  for (let at = 0; at < 5; at += 1) chat('2026-03-20', `11:0${at}:00`, { groups: [largeGroups[1]] });
  // At 8:30 in Warsaw, before and after the clocks change on 29 March.
  chat('2026-03-28', '07:30:00');
  chat('2026-03-28', '07:31:00');
  chat('2026-03-29', '06:30:00');
  // Twenty minutes a day are 0.33 hours, and three times that is one hour.
  for (const day of ['2026-03-10', '2026-03-11', '2026-03-12']) {
    const status = (name, clock) =>
      records.push({ record: 'agent_status', agent_id: 'ann@example.com', status: name, at: time(day, clock) });
    status('accepting_chats', '08:00:00');
    status('offline', '08:20:00');
  }
  chat('2026-03-15', '10:00:00', { thread: { ended_at: time('2026-03-15', '10:00:00') } });
  records.push({
    record: 'queue',
    thread_id: `ET${count}`,
    entered_at: time('2026-03-15', '10:00:00'),
    ended_at: time('2026-03-15', '10:00:00.2'),
    outcome: 'left',
  });
  chat(`${new Date().getUTCFullYear() + 1}-03-01`, '10:00:00');
  const lines = records.map((record) => JSON.stringify(record)).join('\n');
  return `${lines.replace(/"id (\d+)"/g, '$1')}\n`; // JSON.stringify writes no such integers
}
