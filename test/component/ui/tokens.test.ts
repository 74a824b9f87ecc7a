/// <reference types="node" />
/** The colours: writing has 4.5:1 on every ground it stands on, edges and symbols 3:1. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const css = readFileSync('src/renderer/ui/tokens.css', 'utf8');
const [light = '', dark = ''] = css.split('@media (prefers-color-scheme: dark)');

function colours(part: string): Record<string, string> {
  const end = part.indexOf('@media');
  const own = end < 0 ? part : part.slice(0, end);
  return Object.fromEntries(
    [...own.matchAll(/--([\w-]+): (#[0-9a-f]{6});/g)].map(([, name, value]) => [name, value]),
  );
}

function luminance(hex: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
    const part = parseInt(hex.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(one: string, other: string): number {
  const [low = 0, high = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (high + 0.05) / (low + 0.05);
}

const GROUNDS = ['page', 'side', 'surface', 'raised'];
const PAIRS: [writing: string, grounds: string[], least: number][] = [
  ['text', [...GROUNDS, 'accent-soft', 'danger-soft', 'warn-soft', 'good-soft', 'found'], 4.5],
  ['muted', [...GROUNDS, 'accent-soft', 'danger-soft', 'warn-soft', 'good-soft'], 4.5],
  ['accent', [...GROUNDS, 'accent-soft', 'danger-soft', 'warn-soft'], 4.5],
  ['danger', [...GROUNDS, 'danger-soft'], 4.5],
  ['warn', [...GROUNDS, 'warn-soft'], 4.5],
  ['good', [...GROUNDS, 'good-soft'], 4.5],
  ['on-accent', ['accent', 'accent-strong'], 4.5],
  ['on-danger', ['danger', 'danger-strong'], 4.5],
  ['control-line', GROUNDS, 3],
];

describe.each([
  ['light', { ...colours(light) }],
  ['dark', { ...colours(light), ...colours(dark) }],
])('the %s colours', (_, palette) => {
  it.each(
    PAIRS.flatMap(([writing, grounds, least]) => grounds.map((g) => [writing, g, least] as const)),
  )('show %s on %s with at least %d:1', (writing, ground, least) => {
    const [one, other] = [palette[writing], palette[ground]];
    expect(one).toBeDefined();
    expect(other).toBeDefined();
    expect(contrast(one ?? '', other ?? '')).toBeGreaterThanOrEqual(least);
  });
});
