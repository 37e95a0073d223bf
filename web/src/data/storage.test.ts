import assert from 'node:assert/strict';
import test from 'node:test';
import { ofBrowser, ofTab } from './storage';

test('without the stores of a browser, a page keeps its values itself', () => {
  // Node has no sessionStorage here: to read it throws, as in a browser that forbids it.
  for (const store of [ofTab, ofBrowser]) {
    assert.equal(store.get('a'), null);
    store.set('a', '1');
    assert.equal(store.get('a'), '1');
    store.remove('a');
    assert.equal(store.get('a'), null);
  }
});
