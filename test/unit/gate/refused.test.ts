/**
 * Sends every call of the contract through the real IPC gate, each time with exactly one error, and compares with a
 * list written by hand (requests.ts). The fuzz test takes what is malformed from the schemas themselves, so it does
 * not notice a schema that is too loose; this test does. loosened.test.ts proves it.
 */
import { describe, expect, it } from 'vitest';
import { accepted, callNames, notPassedOn } from './recording-gate';
import { REQUESTS } from './requests';

it('the list has each call of the contract exactly once', () => {
  expect(REQUESTS.map(([name]) => name).sort()).toEqual([...callNames].sort());
});

describe.each(REQUESTS)('%s', (name, kind) => {
  it('passes well-formed requests on unchanged', async () => {
    expect(kind.valid).not.toEqual([]);
    const first = await notPassedOn(name, kind).next();
    expect(first.value).toBeUndefined();
  });

  it('refuses each request with one error', async () => {
    const found: string[] = [];
    for await (const what of accepted(name, kind)) found.push(what);
    expect(found).toEqual([]);
  });
});
