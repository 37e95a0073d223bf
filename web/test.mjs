// Runs the unit tests: src/**/*.test.ts, bundled for Node.

import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const source = fileURLToPath(new URL('src', import.meta.url));
const tests = (folder) =>
  readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory()
      ? tests(join(folder, entry.name))
      : entry.name.endsWith('.test.ts')
        ? [join(folder, entry.name)]
        : [],
  );

const out = mkdtempSync(join(tmpdir(), 'chatreports-web-'));
try {
  await build({
    entryPoints: tests(source),
    outdir: out,
    outbase: source,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node18',
    logLevel: 'warning',
  });
  const built = (folder) =>
    readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
      entry.isDirectory() ? built(join(folder, entry.name)) : [join(folder, entry.name)],
    );
  // One language and zone everywhere, so that texts are the same.
  const env = { ...process.env, LANG: 'en_GB.UTF-8', LC_ALL: 'en_GB.UTF-8', TZ: 'UTC' };
  process.exitCode = spawnSync(process.execPath, ['--test', ...built(out)], { stdio: 'inherit', env }).status ?? 1;
} finally {
  rmSync(out, { recursive: true, force: true });
}
