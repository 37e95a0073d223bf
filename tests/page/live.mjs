import assert from 'node:assert/strict';
import test from 'node:test';
import { serverAddress, startServer, stopServer, tokens } from './server.mjs';
import { open, settled, wake } from './world.mjs';

test('a server that goes away shows a banner, and the page comes back by itself', async () => {
  const page = await open({ hash: '#/chats/total_chats?period=last_7_days' });
  const table = await page.locator('tbody').innerText();
  await stopServer();
  await wake(page);
  await page.waitForSelector('.banner');
  assert.match(await page.textContent('.banner'), /does not answer/);
  assert.equal(await page.locator('tbody').innerText(), table, 'the figures stay');
  await page.evaluate(() => {
    location.hash = '#/chats/ratings?period=last_7_days';
  });
  await page.waitForSelector('h1:text("Ratings")');
  await startServer();
  await page.waitForSelector('.banner', { state: 'detached' });
  await settled(page);
  await page.waitForSelector('tbody tr');
  assert.equal(await page.locator('tbody tr').count(), 7);
  await page.context().close();
});

test('new chats appear by themselves, and the page keeps its place', async () => {
  const page = await open({
    token: tokens.writer,
    hash: '#/chats/total_chats?period=last_90_days',
    height: 500,
  });
  const total = async () => Number((await page.locator('tfoot td .value').first().textContent()).replace(/\D/g, ''));
  const before = await total();
  await page.evaluate(() => scrollTo(0, 700));
  const place = await page.evaluate(() => scrollY);
  assert.ok(place > 300);
  const record = {
    id: 'NEW',
    thread: {
      id: 'NEWT',
      created_at: new Date(Date.now() - 60_000).toISOString(),
    },
  };
  await ingest(record);
  await wake(page);
  await page.waitForFunction(
    (old) => Number(document.querySelector('tfoot td .value').textContent.replace(/\D/g, '')) === old + 1,
    before,
  );
  assert.equal(await page.evaluate(() => scrollY), place);
  await page.context().close();
});

async function ingest(record) {
  const response = await fetch(`http://${serverAddress()}/ingest/records`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${tokens.writer}` },
    body: JSON.stringify(record),
  });
  assert.equal(response.status, 200);
}

test('figures that are asked again while nothing changed do not flicker', async () => {
  const page = await open({ hash: '#/overview' });
  await page.evaluate(() => {
    globalThis.changes = 0;
    new MutationObserver((all) => {
      globalThis.changes += all.filter(({ target }) => target.closest?.('.cards, .heat, .figures')).length;
    }).observe(document.body, {
      subtree: true,
      childList: true,
      attributes: true,
    });
  });
  await wake(page);
  await page.waitForTimeout(500);
  assert.equal(await page.evaluate(() => globalThis.changes), 0);
  await page.context().close();
});

test('the page asks for news every minute while it is shown', async () => {
  const page = await open({ token: null });
  await page.clock.install();
  await page.fill('input[type=password]', tokens.reader);
  await page.click('text=Sign in');
  await settled(page);
  const [request] = await Promise.all([page.waitForRequest(/v1\/about$/), page.clock.fastForward(60_000)]);
  assert.equal((await request.response()).status(), 200);
  await page.context().close();
});

test('a server that is too busy is asked again', async () => {
  const page = await open({ hash: '#/overview' });
  let refusals = 0;
  await page.route(/ratings/, (route) => {
    refusals += 1;
    if (refusals > 2) return route.continue();
    const error = { type: 'too_many_requests', message: 'A token may ask 10 times a second' };
    return route.fulfill({ status: 429, headers: { 'Retry-After': '1' }, json: { error } });
  });
  await page.click('nav >> text=Ratings');
  await page.waitForSelector('h1:text("Ratings")');
  await page.waitForSelector('tbody tr');
  assert.ok(refusals > 2);
  await page.context().close();
});
