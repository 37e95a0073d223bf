// Measures in a browser the page that a running server serves, and asserts nothing:
//   npm run measure -- --server http://127.0.0.1:8080 --token TOKEN [--times 9]
// It prints medians. A server with a year of chats shows the most.

import { parseArgs } from 'node:util';
import { chromium } from 'playwright-core';

const { values: given } = parseArgs({
  options: {
    server: { type: 'string', default: 'http://127.0.0.1:8080' },
    token: { type: 'string' },
    times: { type: 'string', default: '9' },
    browser: { type: 'string', default: '/usr/bin/chromium' },
  },
});

if (!given.token) throw new Error('--token must be one of the server');

/** Of all files of the page, as they are sent. */
async function packedBytes() {
  const sent = async (path) => {
    const answer = await fetch(new URL(path, given.server), { headers: { 'Accept-Encoding': 'gzip' } });
    return { bytes: Number(answer.headers.get('Content-Length')), text: await answer.text() };
  };
  const document = await sent('/');
  const names = new Set(document.text.match(/assets\/[\w.-]+/g));
  const files = await Promise.all([...names].map(sent));
  return files.reduce((sum, file) => sum + file.bytes, document.bytes);
}

const median = (numbers) => [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)];

/**
 * Runs in the page: notes when the controls are on the screen and react, when the last answer was read, and when what
 * was made of it is on the screen.
 */
function watch() {
  /** Marks the time after the next frame, when the page takes events again. */
  const markAfterFrame = (name, detail) =>
    requestAnimationFrame(() => {
      const channel = new MessageChannel();
      channel.port1.onmessage = () => performance.mark(name, { detail });
      channel.port2.postMessage(null);
    });
  const { text } = Response.prototype;
  Response.prototype.text = async function read() {
    const answer = await text.call(this);
    performance.mark('answered');
    return answer;
  };
  let hasControls = false;
  const seen = new MutationObserver(() => {
    if (!hasControls && document.querySelector('.toolbar')) {
      hasControls = true;
      markAfterFrame('interactive');
    }
    if (!document.querySelector('.figures-place .card, .figures-place table')) return;
    markAfterFrame('drawn', performance.getEntriesByName('answered').at(-1).startTime);
  });
  seen.observe(document, { subtree: true, childList: true, characterData: true });
}

async function settled(page) {
  await page.waitForFunction(() => !document.querySelector('.loading, [aria-busy=true]'));
  await page.waitForTimeout(300);
}

const drawn = (page) =>
  page.evaluate(() => {
    const { startTime, detail } = performance.getEntriesByName('drawn').at(-1);
    return { startTime, sinceAnswer: startTime - detail };
  });

/** From the navigation to the controls, and to all figures of the overview, with nothing in the browser's cache. */
async function start(browser, base) {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  const page = await context.newPage();
  await page.addInitScript(watch);
  await page.goto(`${base}#token=${given.token}`);
  await page.waitForSelector('.card');
  await settled(page);
  const interactive = await page.evaluate(() => performance.getEntriesByName('interactive')[0].startTime);
  const { startTime } = await drawn(page);
  await context.close();
  return { interactive, drawn: startTime };
}

/** From the answer for a year by day to its figures on the screen, each time of another year. */
async function redraw(browser, base, query) {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  const page = await context.newPage();
  await page.addInitScript(watch);
  await page.goto(`${base}#token=${given.token}`);
  await page.waitForSelector('.card');
  const times = [];
  for (let day = 0; day <= Number(given.times); day += 1) {
    const date = (ago) => new Date(Date.now() - (ago + day) * 86_400_000).toISOString().slice(0, 10);
    const view = `from=${date(365)}&to=${date(1)}&distribution=day&timezone=UTC&compare=none`;
    await page.evaluate((hash) => Object.assign(location, { hash }), `#/chats/total_chats?${view}${query}`);
    await page.waitForTimeout(100);
    await settled(page);
    if (day > 0) times.push((await drawn(page)).sinceAnswer); // the first also makes the page
  }
  await context.close();
  return median(times);
}

const browser = await chromium.launch({ executablePath: given.browser, args: ['--no-sandbox'] });
const base = new URL('/', given.server).href;
const starts = [];
for (let time = 0; time < Number(given.times); time += 1) starts.push(await start(browser, base));
const say = (what, milliseconds) => console.log(`${what}: ${milliseconds.toFixed(0)} ms`);
console.log(`all files, with gzip: ${await packedBytes()} bytes`);
say('from the navigation to controls that react', median(starts.map((one) => one.interactive)));
say('from the navigation to the whole overview', median(starts.map((one) => one.drawn)));
say('a year by day, from the answer to the screen', await redraw(browser, base, ''));
say('the same by tag', await redraw(browser, base, '&group_by=tag'));
await browser.close();
