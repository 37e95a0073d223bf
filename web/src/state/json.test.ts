import assert from 'node:assert/strict';
import test from 'node:test';
import { parseJson, printJson } from './json';

test('integers above 2^53 keep their value, and other numbers and texts stay as they are', () => {
  const text =
    '{"a":[9007199254740991,9007199254740992,9007199254740993,-9223372036854775808],' +
    '"b":0.57142857142857145,"c":1e300,"d":"id 9007199254740993, \\"9007199254740993\\"","9007199254740993":1}';
  const json = parseJson(text) as Record<string, unknown>;
  assert.deepEqual(json, {
    a: [9007199254740991, 9007199254740992n, 9007199254740993n, -9223372036854775808n],
    b: 0.57142857142857145,
    c: 1e300,
    d: 'id 9007199254740993, "9007199254740993"',
    '9007199254740993': 1,
  });
  assert.deepEqual(parseJson(printJson(json)), json);
  assert.ok(printJson(json).includes('[9007199254740991,9007199254740992,9007199254740993,'));
});

test('JSON without large integers is read and written as ever', () => {
  assert.deepEqual(parseJson('[1,"2",null]'), [1, '2', null]);
  assert.equal(printJson({ a: undefined, b: [5, '5'] }), '{"b":[5,"5"]}');
  assert.throws(() => parseJson('{'));
  assert.throws(() => parseJson('[9007199254740993,]'));
});
