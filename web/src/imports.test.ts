import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import test from 'node:test';

const isModule = (name: string): boolean => /\.tsx?$/.test(name) && !/\.(test|d)\.ts$/.test(name);

function modulesIn(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    return entry.isDirectory() ? modulesIn(path) : isModule(entry.name) ? [path] : [];
  });
}

/** The modules that each module imports, for types alone, too. */
function importsOf(modules: readonly string[]): Map<string, string[]> {
  const known = new Set(modules);
  return new Map(
    modules.map((path) => {
      const named = [...readFileSync(path, 'utf8').matchAll(/from '(\.[^']+)'/g)].map(([, name]) => {
        const { pathname } = new URL(name!, `file:///${path}`);
        return pathname.slice(1);
      });
      const found = named.map((name) => [`${name}.ts`, `${name}.tsx`].find((file) => known.has(file)));
      return [path, found.filter((file) => file !== undefined)];
    }),
  );
}

/** Returns a circle of imports, or null if no module imports itself on any way. */
function circleIn(imports: Map<string, string[]>): string[] | null {
  const done = new Set<string>();
  const walk = (path: string, way: readonly string[]): string[] | null => {
    if (way.includes(path)) return [...way.slice(way.indexOf(path)), path];
    if (done.has(path)) return null;
    for (const next of imports.get(path) ?? []) {
      const circle = walk(next, [...way, path]);
      if (circle) return circle;
    }
    done.add(path);
    return null;
  };
  for (const path of imports.keys()) {
    const circle = walk(path, []);
    if (circle) return circle;
  }
  return null;
}

test('no modules import each other in a circle', () => {
  assert.deepEqual(
    circleIn(
      new Map([
        ['a', ['b']],
        ['b', ['c']],
        ['c', ['b']],
      ]),
    ),
    ['b', 'c', 'b'],
  );
  const imports = importsOf(modulesIn('src'));
  assert.ok((imports.get('src/app.tsx')?.length ?? 0) > 5);
  assert.equal(circleIn(imports)?.join(' → ') ?? '', '');
});
