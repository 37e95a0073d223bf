import assert from 'node:assert/strict';
import test from 'node:test';
import { canBeToken, linkedToken } from './linked_token';

test('a link has a token, no token or one that cannot be any', () => {
  assert.equal(linkedToken('#token=abc&x=1'), 'abc');
  assert.equal(linkedToken('#/overview?token=abc'), null);
  for (const hash of ['#token=', '#token=%20', '#token=%0A', '#token=%F0%9F%99%82']) {
    const token = linkedToken(hash);
    assert.ok(token !== null && !canBeToken(token), hash);
  }
  assert.equal(linkedToken('#token=%zz'), '%zz');
});
