// JSON whose integers can be above 2^53: the API's ids have 64 bits. Such integers are bigints here.

/** An integer that no number holds exactly is a bigint. */
export type Integer = number | bigint;

export const integerOf = (text: string): Integer => (Number.isSafeInteger(Number(text)) ? Number(text) : BigInt(text));

// Stands before a large integer while it is a text. No text of others begins with it.
const mark = `integer ${Math.random()} `;
const stringsAndNumbers = /"[^"\\]*(?:\\.[^"\\]*)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;
const marked = new RegExp(`"${mark.replaceAll('.', '\\.')}(-?\\d+)"`, 'g');

const marking = (part: string): string =>
  /^-?\d{16,}$/.test(part) && typeof integerOf(part) === 'bigint' ? `"${mark}${part}"` : part;

export function parseJson(text: string): unknown {
  if (!/\d{16}/.test(text)) return JSON.parse(text);
  return JSON.parse(text.replace(stringsAndNumbers, marking), (_, value: unknown) =>
    typeof value === 'string' && value.startsWith(mark) ? BigInt(value.slice(mark.length)) : value,
  );
}

export const printJson = (value: unknown): string =>
  JSON.stringify(value, (_, part: unknown) => (typeof part === 'bigint' ? `${mark}${part}` : part)).replace(
    marked,
    '$1',
  );
