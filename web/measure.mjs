// Measures the page of dist/ in a browser before a running server, and asserts nothing:
//   npm run measure -- --server http://127.0.0.1:8080 --token TOKEN [--times 9]
// It prints medians. A server with a year of chats shows the most.

import { readFileSync, readdirSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { gzipSync } from 'node:zlib';
import { chromium } from 'playwright-core';
import { serve } from './dev.mjs';

const { values: given } = parseArgs({
  options: {
    server: { type: 'string', default: 'http://127.0.0.1:8080' },
    token: { type: 'string' },
    times: { type: 'string', default: '9' },
    browser: { type: 'string', default: '/usr/bin/chromium' },
  },
});

if (!given.token) throw new Error('--token must be one of the server');

function sizes() {
  const dist = new URL('dist/', import.meta.url);
  const names = ['index.html', ...readdirSync(new URL('assets/', dist)).map((name) => `assets/${name}`)];
  const packed = names.map((name) => gzipSync(readFileSync(new URL(name, dist)), { level: 9 }).length);
  return packed.reduce((sum, size) => sum + size, 0);
}

const median = (numbers) => [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)];

/** Runs in the page: notes when the last answer was read, and when what was made of it is on the screen. */
function watch() {
  const { text } = Response.prototype;
  Response.prototype.text = async function read() {
    const answer = await text.call(this);
    performance.mark('answered');
    return answer;
  };
  const seen = new MutationObserver(() => {
    if (!document.querySelector('.figures-place .card, .figures-place table')) return;
    const answered = performance.getEntriesByName('answered').at(-1).startTime;
    requestAnimationFrame(() => {
      const channel = new MessageChannel();
      channel.port1.onmessage = () => performance.mark('drawn', { detail: answered });
      channel.port2.postMessage(null); // after the frame
    });
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

/** From the navigation to all figures of the overview, with nothing in the browser's cache. */
async function start(browser, base) {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  const page = await context.newPage();
  await page.addInitScript(watch);
  await page.goto(`${base}#token=${given.token}`);
  await page.waitForSelector('.card');
  await settled(page);
  const { startTime } = await drawn(page);
  await context.close();
  return startTime;
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

const proxy = await serve({ server: given.server });
const browser = await chromium.launch({ executablePath: given.browser, args: ['--no-sandbox'] });
const base = `http://127.0.0.1:${proxy.address().port}/`;
const starts = [];
for (let time = 0; time < Number(given.times); time += 1) starts.push(await start(browser, base));
const say = (what, milliseconds) => console.log(`${what}: ${milliseconds.toFixed(0)} ms`);
console.log(`all files, with gzip: ${sizes()} bytes`);
say('from the navigation to the overview', median(starts));
say('a year by day, from the answer to the screen', await redraw(browser, base, ''));
say('the same by tag', await redraw(browser, base, '&group_by=tag'));
await browser.close();
proxy.closeAllConnections?.();
proxy.close();
