// Records whose names try to break the page.

export const hostileTexts = {
  script: '<img src=x onerror="window.broken=1">',
  quotes: `"'\`><script>window.broken=1</script>`,
  rightToLeft: 'שלום \u202Eevil\u202C عربي',
  emoji: '👩‍👩‍👧‍👦🏳️‍🌈🔥',
  long: 'long'.repeat(250),
  formula: '=HYPERLINK("http://x","y"), "a"\nb',
  prototype: '__proto__',
  spaces: '   ',
};

export function hostileRecords() {
  const texts = Object.values(hostileTexts);
  const records = [];
  texts.forEach((text, at) => {
    records.push({ record: 'group', id: at + 1, name: text });
    records.push({
      record: 'agent',
      id: `agent${at}@example.com`,
      name: text,
      timezone: 'Europe/Warsaw',
      groups: [at + 1],
    });
  });
  const now = Date.now();
  for (let chat = 0; chat < 80; chat += 1) {
    const at = chat % texts.length;
    const start = now - chat * 3 * 3_600_000 - 3_600_000;
    const time = (seconds) => new Date(start + seconds * 1000).toISOString();
    const agent = at === 0 ? texts[0] : `agent${at}@example.com`; // an id may be any text, too
    records.push({
      id: `C${chat}`,
      users: [
        { id: 'c', type: 'customer' },
        { id: agent, type: 'agent', name: texts[at] },
      ],
      access: { group_ids: [at + 1] },
      thread: {
        id: `T${chat}`,
        created_at: time(0),
        ended_at: time(400),
        tags: [texts[at], texts[(at + 1) % texts.length]],
        user_ids: ['c', agent],
        properties: {
          rating: { score: chat % 2 },
          shop: { [`${texts[at]}.x`]: texts[at] },
        },
        events: [
          {
            type: 'filled_form',
            author_id: 'c',
            created_at: time(0),
            form_id: `f${at}`,
            form_type: 'prechat',
            fields: [
              {
                id: 'q"<b>',
                type: 'radio',
                label: texts[at],
                answer: {
                  id: String(at),
                  label: texts[(at + 3) % texts.length],
                },
              },
            ],
          },
          { type: 'message', author_id: 'c', created_at: time(1) },
          { type: 'message', author_id: agent, created_at: time(30) },
        ],
      },
    });
  }
  return records.map((record) => `${JSON.stringify(record)}\n`).join('');
}
