/**
 * All colors and text sizes come from src/renderer/ui/tokens.css. Features of the window define none
 * themselves.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const FEATURES = 'src/renderer/features';

/** Patterns of CSS that a component would contain instead of a token. */
const OWN = [
  /#[0-9a-f]{3,8}\b(?=[;\s,)])/gi,
  /\b(?:rgb|hsl|oklch|oklab)a?\(/g,
  /font-size: [\d.]+(?:px|pt)/g,
];

const styleOf = (text: string): string => /<style>([\s\S]*)<\/style>/.exec(text)?.[1] ?? '';

const found = (style: string): string[] => OWN.flatMap((own) => style.match(own) ?? []);

it('detects hard-coded colors and text sizes', () => {
  expect(found('a { color: #fff; background: rgb(0 0 0); font-size: 13px; }')).toHaveLength(3);
});

it('defines no color or fixed text size in any feature', () => {
  const files = readdirSync(FEATURES, { recursive: true, encoding: 'utf8' }).filter((path) =>
    path.endsWith('.svelte'),
  );
  expect(files.length).toBeGreaterThan(50);
  const own = files.flatMap((path) =>
    found(styleOf(readFileSync(join(FEATURES, path), 'utf8'))).map((what) => `${path}: ${what}`),
  );
  expect(own).toEqual([]);
});
