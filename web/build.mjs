// Writes dist/: index.html, and assets/ whose names change with their contents.

import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import './definitions.mjs';

const path = (name) => fileURLToPath(new URL(name, import.meta.url));

rmSync(path('dist'), { recursive: true, force: true });
mkdirSync(path('dist/assets'), { recursive: true });

await build({
  entryPoints: [path('src/main.tsx')],
  outdir: path('dist/assets'),
  entryNames: '[name]-[hash]',
  bundle: true,
  minify: true,
  format: 'esm',
  target: ['es2022', 'chrome111', 'firefox113', 'safari16.4'],
  jsx: 'automatic',
  jsxImportSource: 'preact',
  legalComments: 'none',
  logLevel: 'warning',
});

const icon = readFileSync(path('src/icon.svg'));
const iconName = `icon-${createHash('sha256').update(icon).digest('hex').slice(0, 8)}.svg`;
writeFileSync(path(`dist/assets/${iconName}`), icon);

const assets = readdirSync(path('dist/assets'));
const asset = (ending) => `assets/${assets.find((name) => name.endsWith(ending))}`;
const page = readFileSync(path('src/index.html'), 'utf8')
  .replace('SCRIPT', asset('.js'))
  .replace('STYLE', asset('.css'))
  .replace('ICON', asset('.svg'));
writeFileSync(path('dist/index.html'), page);

let sum = 0;
for (const name of ['index.html', ...assets.map((file) => `assets/${file}`)]) {
  const bytes = readFileSync(path(`dist/${name}`));
  const packed = gzipSync(bytes, { level: 9 }).length;
  sum += packed;
  console.log(`${name}: ${bytes.length} bytes, ${packed} with gzip`);
}
console.log(`all: ${sum} bytes with gzip`);
