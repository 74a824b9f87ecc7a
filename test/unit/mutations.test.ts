/**
 * The lists of test/mutations and test/faults/breaks are valid: each change matches exactly one place in the code,
 * and the test that must fail exists. And the rules change code as they say.
 */
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { BREAKS } from '../faults/breaks/list.mjs';
import { MUTATIONS } from '../mutations/list.mjs';
import { mutate, type CodeChange } from '../mutations/mutate.mjs';

it.each([...MUTATIONS, ...BREAKS])('$file: $rule of $of', (change) => {
  expect(() => mutate(readFileSync(change.file, 'utf8'), change)).not.toThrow();
});

it.each([...new Set(MUTATIONS.map(({ test }) => test))])('%s exists', (test) => {
  expect(existsSync(test)).toBe(true);
});

it('covers every checklist point that a line of our code implements', () => {
  const points = new Set(MUTATIONS.map(({ point }) => point));
  expect([...points]).not.toContain(undefined);
  // Point 10: no line names a Blink feature; window-options.test.ts compares all options. Point 19:
  // the fuses are set in the package, and are read back from it.
  const elsewhere = [10, 19];
  for (let point = 1; point <= 20; point += 1) {
    if (!elsewhere.includes(point)) expect([...points], `point ${point}`).toContain(point);
  }
});

describe('a rule', () => {
  const change = (code: string, rest: Omit<CodeChange, 'file'>): string =>
    mutate(code, { file: 'sample.ts', ...rest });

  it.each<[string, Omit<CodeChange, 'file'>, string]>([
    ['f(); g();', { rule: 'delete-statement', of: 'f' }, '; g();'],
    ['if (a) f();', { rule: 'delete-statement', of: 'f' }, 'if (a) ;'],
    ['a && b && c;', { rule: 'delete-operand', of: 'a' }, 'b && c;'],
    ['a && b && c;', { rule: 'delete-operand', of: 'b' }, 'a && c;'],
    ['a || (b && c);', { rule: 'delete-operand', of: 'c' }, 'a || (b);'],
    ['x = [a, b];', { rule: 'delete-element', of: 'a' }, 'x = [ b];'],
    ['f(a, b);', { rule: 'delete-element', of: 'b' }, 'f(a, );'],
    ['x = { a: 1, b };', { rule: 'delete-property', of: 'a' }, 'x = {  b };'],
    ['x = { a: 1 };', { rule: 'add-property', of: 'a', to: 'b: 2' }, 'x = { b: 2, a: 1 };'],
    ['if (a) f();', { rule: 'force-condition', of: 'f', to: 'false' }, 'if (false) f();'],
    ['x = a ? 1 : 2;', { rule: 'force-condition', of: 'a', to: 'true' }, 'x = true ? 1 : 2;'],
    ['const a = 1;', { rule: 'set-value', of: 'a', to: '2' }, 'const a = 2;'],
    ['x = { a: 1 };', { rule: 'set-value', of: 'a', to: '2' }, 'x = { a: 2 };'],
    ['f(g(a), a);', { rule: 'replace-expression', of: 'g', to: 'a' }, 'f(a, a);'],
    ['f(a.b);', { rule: 'replace-expression', of: 'b', to: 'a' }, 'f(a);'],
    ['a.b(c);', { rule: 'replace-method', of: 'b', to: 'd' }, 'a.d(c);'],
  ])('%s %o', (code, rest, mutant) => {
    expect(change(code, rest)).toBe(mutant);
  });

  it('applies inside the named function, method or variable only', () => {
    const code = 'function f() { a(); } const o = { g() { a(); } };';
    const mutant = change(code, { rule: 'delete-statement', in: 'g', of: 'a' });
    expect(mutant).toBe('function f() { a(); } const o = { g() { ; } };');
  });

  it.each<[string, Omit<CodeChange, 'file'>, string]>([
    ['f(); f();', { rule: 'delete-statement', of: 'f' }, 'matches 2 nodes'],
    ['f();', { rule: 'delete-statement', of: 'g' }, 'matches 0 nodes'],
    ['const a = 1;', { rule: 'set-value', of: 'a', to: '1' }, 'changes nothing'],
    ['const a = 1;', { rule: 'set-value', of: 'a', to: 'b.c' }, 'uses b'],
    ['const a = 1;', { rule: 'set-value', of: 'a', to: '(' }, 'expected'],
  ])('refuses %s %o', (code, rest, reason) => {
    expect(() => change(code, rest)).toThrow(reason);
  });
});
