// Serves dist/ as chatreports does, and passes the API on to a real server:
//   node dev.mjs --server http://127.0.0.1:8080 [--port 8081]

import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const contentSecurityPolicy =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; " +
  "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const types = {
  html: 'text/html; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  svg: 'image/svg+xml',
};

function serveFile(path, response) {
  const name = path === '/' ? '/index.html' : path;
  let bytes;
  try {
    if (!/^\/(index\.html|assets\/[\w.-]+)$/.test(name)) throw new Error('no file of the page');
    bytes = readFileSync(new URL(`dist${name}`, import.meta.url));
  } catch {
    response.writeHead(404, { 'Content-Type': 'text/plain' }).end('not found');
    return;
  }
  response.writeHead(200, {
    'Content-Type': types[name.split('.').pop()],
    'Content-Security-Policy': contentSecurityPolicy,
    'X-Content-Type-Options': 'nosniff',
    'Referrer-Policy': 'no-referrer',
    'Cache-Control': name === '/index.html' ? 'no-cache' : 'public, max-age=31536000, immutable',
  });
  response.end(bytes);
}

async function bodyOf(request) {
  const parts = [];
  for await (const part of request) parts.push(part);
  return Buffer.concat(parts);
}

async function passOn(server, request, response) {
  const body = await bodyOf(request);
  const headers = { 'content-type': 'application/json' };
  for (const name of ['authorization', 'if-none-match'])
    if (request.headers[name]) headers[name] = request.headers[name];
  try {
    const answer = await fetch(server + request.url, {
      method: request.method,
      headers,
      ...(body.length > 0 ? { body } : {}),
    });
    const kept = {};
    for (const name of ['content-type', 'etag', 'retry-after'])
      if (answer.headers.get(name)) kept[name] = answer.headers.get(name);
    response.writeHead(answer.status, { ...kept, 'Cache-Control': 'private, no-cache' });
    response.end(Buffer.from(await answer.arrayBuffer()));
  } catch {
    response.writeHead(502, { 'Content-Type': 'text/plain' }).end('the server does not answer');
  }
}

/** Starts to serve; resolves to the server, which listens. */
export async function serve({ server, port = 0 }) {
  const isApi = (path) => /^\/(v\d|livez)/.test(path);
  const listening = createServer((request, response) => {
    const { pathname } = new URL(request.url, 'http://localhost');
    if (isApi(pathname)) void passOn(server, request, response);
    else serveFile(pathname, response);
  });
  await new Promise((done) => listening.listen(port, '127.0.0.1', done));
  return listening;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { values } = parseArgs({ options: { server: { type: 'string' }, port: { type: 'string', default: '8081' } } });
  const listening = await serve({ server: values.server ?? 'http://127.0.0.1:8080', port: Number(values.port) });
  console.log(`http://127.0.0.1:${listening.address().port}/`);
}
