import assert from 'node:assert/strict';
import test from 'node:test';
import { revoke, tokens } from './server.mjs';
import { base, open, settled, wake } from './world.mjs';

test('a wrong token is refused in words, a right one shows the overview and lasts for the tab', async () => {
  const page = await open({ token: null });
  for (const token of ['f'.repeat(64), 'no such tökén 🙂', 'two\nlines']) {
    await page.fill('input[type=password]', token);
    await page.click('text=Sign in');
    await page.waitForSelector('[role=alert]');
    assert.match(await page.textContent('[role=alert]'), /does not accept this token/);
    await page.reload();
  }
  await page.fill('input[type=password]', tokens.reader);
  await page.click('text=Sign in');
  await page.waitForSelector('h1:text("Overview")');
  await page.reload();
  await page.waitForSelector('h1:text("Overview")');
  assert.equal(await page.evaluate(() => localStorage.length), 0);
  await page.click('text=Sign out');
  await page.waitForSelector('input[type=password]');
  assert.equal(await page.evaluate(() => sessionStorage.length), 0);
  await page.context().close();
});

test('a link signs in, and its token leaves the address at once', async () => {
  const page = await open();
  assert.ok(!page.url().includes(tokens.reader));
  await settled(page);
  await page.click('nav >> text=Ratings');
  await page.waitForSelector('h1:text("Ratings")');
  assert.ok(!page.url().includes(tokens.reader));
  assert.ok(page.url().startsWith(base));
  await page.context().close();
});

test('a link with another token that is opened in the same tab asks first', async () => {
  const page = await open({ hash: '#/chats/ratings' });
  const link = (token) =>
    page.evaluate((text) => {
      location.hash = `#token=${text}`;
    }, token);
  for (const token of ['%20', '', tokens.reader, 'f'.repeat(64)]) {
    await link(token);
    await page.waitForFunction(() => location.hash.startsWith('#/chats/ratings'));
    await settled(page);
  }
  await link(tokens.hostile);
  await page.waitForSelector('dialog >> text=licence 2');
  assert.ok(!page.url().includes('token'));
  await page.click('text=Keep this one');
  await page.waitForSelector('dialog', { state: 'detached' });
  assert.ok(await page.isVisible('h1:text("Ratings")'));
  await link(tokens.hostile);
  await page.click('text=Use the token of the link');
  await page.waitForSelector('text=Licence 2');
  await settled(page);
  await page.context().close();
});

test('without the stores of the browser the page works until it is closed', async () => {
  const page = await open({ token: null });
  await page.addInitScript(() => {
    for (const name of ['localStorage', 'sessionStorage'])
      Object.defineProperty(globalThis, name, {
        get() {
          throw new DOMException('closed', 'SecurityError');
        },
      });
  });
  await page.reload();
  await page.fill('input[type=password]', tokens.reader);
  await page.click('text=Sign in');
  await page.waitForSelector('h1:text("Overview")');
  const theme = await page.getAttribute('html', 'data-theme');
  await page.click('text=colours');
  assert.notEqual(await page.getAttribute('html', 'data-theme'), theme);
  await page.click('text=Sign out');
  await page.waitForSelector('input[type=password]');
  await page.context().close();
});

test('a token that may not read reports says so', async () => {
  const page = await open({ token: tokens.writeOnly });
  await page.waitForSelector('text=This token may not read reports');
  await page.click('text=Use another token');
  await page.waitForSelector('input[type=password]');
  await page.context().close();
});

test('a revoked token leads back to the sign-in', async () => {
  const page = await open({ token: tokens.revoked });
  await settled(page);
  revoke(tokens.revoked);
  await page.waitForFunction(
    () => {
      document.dispatchEvent(new Event('visibilitychange'));
      return document.querySelector('[role=alert]');
    },
    null,
    { polling: 300 },
  );
  assert.match(await page.textContent('[role=alert]'), /revoked or expired/);
  await wake(page);
  await page.context().close();
});
