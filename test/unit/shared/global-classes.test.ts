/**
 * Some components style elements of a library, which needs global class names. An element of another component with
 * such a class would be styled, too: the wrapper of the list's menu once looked like an open menu.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const RENDERER = 'src/renderer';

const components = readdirSync(RENDERER, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.svelte'))
  .map((path) => ({ path, source: readFileSync(join(RENDERER, path), 'utf8') }));

/** The classes of the `:global { … }` blocks of a component. */
function globalClasses(source: string): string[] {
  const block = /^ {2}:global \{\n(.*?)^ {2}\}/ms.exec(source)?.[1] ?? '';
  const selectors = [...block.matchAll(/^ {4}(\S[^{}]*)[{,]$/gm)].map(([, selector]) => selector!);
  return [...new Set(selectors.join(' ').match(/\.[a-z-]+/g))].map((name) => name.slice(1));
}

/** The class names that a component gives its elements. */
function usedClasses(source: string): string[] {
  const attributes = source.matchAll(/class=(?:"([^"]*)"|\{([^}]*)\})/g);
  return [...attributes].flatMap(([, text, code]) =>
    text ? text.split(/\s+/) : [...code!.matchAll(/'([^']*)'/g)].flatMap(([, s]) => s!.split(' ')),
  );
}

const styled = components
  .map(({ path, source }) => ({ path, classes: globalClasses(source) }))
  .filter(({ classes }) => classes.length > 0);

test('some components have global classes', () => {
  expect(styled.flatMap(({ classes }) => classes)).toEqual(
    expect.arrayContaining(['menu-content', 'menu-item', 'tab-list']),
  );
});

test.each(styled)('no other component uses the global classes of $path', ({ path, classes }) => {
  const users = components
    .filter((component) => component.path !== path)
    .filter(({ source }) => usedClasses(source).some((name) => classes.includes(name)))
    .map((component) => component.path);
  expect(users).toEqual([]);
});
