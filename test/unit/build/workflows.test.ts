/** The workflows that GitHub runs: whose code they run, and which step sees the secrets. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const folder = join(import.meta.dirname, '../../../.github/workflows');
const textOf = (file: string): string =>
  readFileSync(join(folder, file), 'utf8')
    .split('\n')
    .filter((line) => !/^\s*#/.test(line))
    .join('\n');
const workflows = readdirSync(folder);

/** The texts of the steps of all saves, and what is around them. */
function partsOf(text: string): { steps: string[]; around: string } {
  const isOfStep = (line: string): boolean => /^ {6}(?:- | {2})/.test(line);
  const lines = text.split('\n');
  const inSteps = lines.filter(isOfStep).join('\n');
  const steps = inSteps.split(/^ {6}- /m).slice(1);
  return { steps, around: lines.filter((line) => !isOfStep(line)).join('\n') };
}

it.each(workflows)(
  '%s runs the actions of others by commit, with the version beside it',
  (file) => {
    const uses = [...textOf(file).matchAll(/\buses:\s*(.*)/g)].map(([, action]) => action);
    expect(uses.length).toBeGreaterThan(0);
    for (const action of uses)
      expect(action).toMatch(/^[\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
  },
);

it('the step that signs is the only one that sees secrets, and it builds nothing', () => {
  for (const file of workflows) {
    const { steps, around } = partsOf(textOf(file));
    expect(around).not.toMatch(/secrets/);
    const withSecrets = steps.filter((step) => step.includes('secrets'));
    if (file !== 'release.yml') expect(withSecrets).toEqual([]);
    else {
      expect(withSecrets).toHaveLength(1);
      expect(withSecrets[0]).toMatch(/^name: Pack and sign\n/);
      expect(withSecrets[0]).toMatch(/^ +run: node build\/dist\.mjs --built$/m);
    }
  }
});

it('only the save that drafts the release may write, and only its last step has the token', () => {
  const text = textOf('release.yml');
  expect(text).toMatch(/^permissions:\n {2}contents: read\n/m);
  expect(text.match(/: write$/gm)).toHaveLength(1);
  const { steps } = partsOf(text);
  const withToken = steps.filter((step) => step.includes('github.token'));
  expect(withToken).toEqual([steps.at(-1)]);
  expect(withToken[0]).toContain('gh release create');
});

it.each(workflows)('%s leaves no token in the clone', (file) => {
  const checkouts = partsOf(textOf(file)).steps.filter((step) => step.includes('actions/checkout'));
  for (const step of checkouts) expect(step).toContain('persist-credentials: false');
});
