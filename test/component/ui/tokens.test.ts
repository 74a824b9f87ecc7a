/// <reference types="node" />
/** The contrast of the colors: at least 4.5:1 for text on all its backgrounds, and 3:1 for borders. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const css = readFileSync('src/renderer/ui/tokens.css', 'utf8');
const [light = '', dark = ''] = css.split('@media (prefers-color-scheme: dark)');

/** Parses the hex custom properties before the next media query. */
function parseColors(section: string): Record<string, string> {
  const end = section.indexOf('@media');
  const block = end < 0 ? section : section.slice(0, end);
  return Object.fromEntries(
    [...block.matchAll(/--([\w-]+): (#[0-9a-f]{6});/g)].map(([, name, value]) => [name, value]),
  );
}

function luminance(hex: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((index) => {
    const channel = parseInt(hex.slice(index, index + 2), 16) / 255;
    return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(foreground: string, background: string): number {
  const [low = 0, high = 0] = [luminance(foreground), luminance(background)].sort((a, b) => a - b);
  return (high + 0.05) / (low + 0.05);
}

const BACKGROUNDS = ['page', 'side', 'surface', 'raised'];
const PAIRS: [foreground: string, backgrounds: string[], minimum: number][] = [
  ['text', [...BACKGROUNDS, 'accent-soft', 'danger-soft', 'warn-soft', 'good-soft', 'found'], 4.5],
  ['muted', [...BACKGROUNDS, 'accent-soft', 'danger-soft', 'warn-soft', 'good-soft'], 4.5],
  ['accent', [...BACKGROUNDS, 'accent-soft', 'danger-soft', 'warn-soft'], 4.5],
  ['danger', [...BACKGROUNDS, 'danger-soft'], 4.5],
  ['warn', [...BACKGROUNDS, 'warn-soft'], 4.5],
  ['good', [...BACKGROUNDS, 'good-soft'], 4.5],
  ['on-accent', ['accent', 'accent-strong'], 4.5],
  ['on-danger', ['danger', 'danger-strong'], 4.5],
  ['control-line', [...BACKGROUNDS, 'accent-soft'], 3],
];

describe.each([
  ['light', parseColors(light)],
  ['dark', { ...parseColors(light), ...parseColors(dark) }],
])('the %s colors', (_, palette) => {
  it.each(
    PAIRS.flatMap(([foreground, backgrounds, minimum]) =>
      backgrounds.map((background) => [foreground, background, minimum] as const),
    ),
  )('show %s on %s with at least %d:1', (foreground, background, minimum) => {
    const [one, other] = [palette[foreground], palette[background]];
    expect(one).toBeDefined();
    expect(other).toBeDefined();
    expect(contrast(one ?? '', other ?? '')).toBeGreaterThanOrEqual(minimum);
  });
});
