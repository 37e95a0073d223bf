// Tests the page in a browser against a real server:
//   CHATREPORTS_PROGRAM=build/release/chatreports node tests/page/run.mjs
// It needs Debian's chromium and the packages of web/ (npm ci). A program without the page is tested
// with that of web/dist (npm run build). CHATREPORTS_PAGE_MODULES names another folder in place of web/.

import assert from 'node:assert/strict';
import test, { after, afterEach } from 'node:test';
import { closeAll, end, wrongs } from './world.mjs';
import './signing_in.mjs';
import './reports.mjs';
import './overview.mjs';
import './splitting.mjs';
import './filters.mjs';
import './filter_editing.mjs';
import './toolbar.mjs';
import './moving.mjs';
import './taking_along.mjs';
import './paper.mjs';
import './today.mjs';
import './showing.mjs';
import './keyboard.mjs';
import './hostile_test.mjs';
import './exact_test.mjs';
import './live.mjs';

test('no page ran foreign code, broke its security policy or asked another host', () => assert.deepEqual(wrongs, []));
afterEach(closeAll);
after(end);
