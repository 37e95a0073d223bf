import assert from 'node:assert/strict';
import test from 'node:test';
import { csvOf } from './csv';

test('CSV has the quotes of RFC 4180, and no text that a spreadsheet calculates', () => {
  const texts = ['plain', 'a,b', 'a "b"', 'two\nlines', '=1+1', '+1', '-1', '@x', '\tx', '\rx', "'x", 'a=b'];
  assert.equal(csvOf([texts]), 'plain,"a,b","a ""b""","two\nlines",\'=1+1,\'+1,\'-1,\'@x,\'\tx,"\'\rx",\'x,a=b\r\n');
  assert.equal(csvOf([['=a,b', 'é', '']]), '"\'=a,b",é,\r\n');
});

test('numbers of CSV have all digits, and one that is not known is empty', () => {
  assert.equal(csvOf([[-0.125, 1234567.89, null], [0]]), '-0.125,1234567.89,\r\n0\r\n');
});
