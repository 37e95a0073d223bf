// The page is in English, so are its numbers, dates and names of countries: the reader's English, if it is
// the browser's language.

const [first = ''] = globalThis.navigator?.languages ?? [];

export const language = /^en\b/i.test(first) ? first : 'en-GB';
