import assert from 'node:assert/strict';
import test from 'node:test';
import { missingIn } from './missing';

test('a filter without values lacks them', () => {
  assert.ok(/value/.test(missingIn('tags', { tags: { values: [] } }, true)!));
  assert.equal(missingIn('tags', { tags: { exists: false } }, true), null);
  assert.ok(/greeting/.test(missingIn('greetings', { greetings: {} }, true)!));
  assert.equal(missingIn('greetings', { greetings: { from: '2026-01-01', to: '2026-01-02' } }, true), null);
  assert.ok(/agent/.test(missingIn('agent_response', { agent_response: { first: true } }, true)!));
  assert.equal(missingIn('agent_response', { agent_response: { exists: true } }, true), null);
  assert.ok(/answer/.test(missingIn('forms', { forms: [{ type: 'pre_chat', values: [] }] }, false)!));
  assert.equal(missingIn('forms', { forms: [{ type: 'pre_chat' }] }, false), null);
});

test('a filter by properties lacks a property or its values', () => {
  assert.ok(/property/.test(missingIn('properties', { properties: {} }, true)!));
  assert.equal(missingIn('properties', { properties: {} }, false), null);
  const properties = { shop: { vip: { exists: true }, size: { exclude_values: [] } } };
  assert.ok(/shop\.size/.test(missingIn('properties', { properties }, true)!));
});
