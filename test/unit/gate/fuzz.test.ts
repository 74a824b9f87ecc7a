/**
 * Fuzzes the IPC gate, which checks every call of the window: a hostile window sends two thousand
 * malformed requests to each call, and well-formed requests from foreign frames. Behind the gate are
 * the real handlers and a real database. Each request must return a failure with a code, change
 * nothing, and cause nothing outside the process. LETTERHEAD_FUZZ_REQUESTS=10000 sends as many to each call.
 */
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { FAILURES } from '../../../src/shared/failure';
import { entryIdSchema } from '../../../src/shared/organization';
import { createRandom } from '../../faults/support/random';
import { channels, effects } from './fake-electron';
import { malformed, sampleOf, wrongValue } from './payloads';
import { everyCall, mainForAllTests, OURS } from './whole-main';

vi.mock('electron', async () => (await import('./fake-electron')).electron);

/** Number of malformed requests per call. */
const REQUESTS = Number(process.env['LETTERHEAD_FUZZ_REQUESTS'] ?? 2_000);

/**
 * The seed of the random requests, which changes daily. It is part of every failure message, so that
 * failures can be reproduced.
 */
const seed = Math.floor(Date.now() / 86_400_000);

const main = mainForAllTests();
let before: string;
beforeAll(() => {
  before = main.everything();
});
/** After each test: nothing in the database or its folder has changed. */
afterEach(() => expect(main.everything()).toBe(before));

it('handles exactly the calls of the contract', () => {
  expect([...channels.keys()].sort()).toEqual(everyCall.map(({ name }) => `call:${name}`).sort());
});

describe.each(everyCall)('$name', ({ name, request, send }) => {
  it(`refuses ${REQUESTS} malformed requests`, { timeout: 120_000 }, async () => {
    const random = createRandom(seed, name.length);
    const refused = { ok: false, failure: { code: 'gate.malformed' } };
    for (let sent = 0; sent < REQUESTS; sent += 1) {
      const payload = malformed(request, random);
      const answer = await send(payload);
      if (!answer.ok && answer.failure.code === 'gate.malformed') continue;
      expect(answer, `seed ${seed}, request ${sent}`).toEqual(refused);
    }
  });

  it('refuses a well-formed request from any other frame', async () => {
    const random = createRandom(seed, name.length);
    const { sender, senderFrame: frame } = OURS;
    const strangers = {
      'no frame': { sender, senderFrame: null },
      'a frame inside ours': { sender, senderFrame: { ...frame, parent: frame } },
      'a detached frame': { sender, senderFrame: { ...frame, detached: true } },
      'another page': { sender, senderFrame: { ...frame, url: 'app://letterhead/other.html' } },
      'another host': { sender, senderFrame: { ...frame, url: 'app://elsewhere/index.html' } },
      'a look-alike': { sender, senderFrame: { ...frame, url: 'app://letterhead@elsewhere/' } },
      'another scheme': { sender, senderFrame: { ...frame, url: 'https://letterhead/index.html' } },
      'a data: page': { sender, senderFrame: { ...frame, url: 'data:text/html,x' } },
      'no address': { sender, senderFrame: { ...frame, url: '' } },
      'another window': { sender: { id: 2 }, senderFrame: frame },
    };
    for (const [who, event] of Object.entries(strangers)) {
      for (const payload of [sampleOf(request, random), wrongValue(random)]) {
        const answer = await send(payload, event);
        expect(answer, who).toEqual({ ok: false, failure: { code: 'gate.untrusted-sender' } });
      }
    }
  });
});

/** The calls that name something by its id. */
const naming = everyCall.filter(({ request }) => {
  const entries = Object.entries('entries' in request ? (request.entries as object) : {});
  return entries.some(([name, schema]) => schema === entryIdSchema || /(?:^i|I)ds?$/.test(name));
});
it.each(naming)('$name does nothing for unknown ids', async ({ request, send }) => {
  const random = createRandom(seed);
  for (let sent = 0; sent < 100; sent += 1) {
    const answer = await send(sampleOf(request, random));
    // Some calls may also succeed, for example with an empty list or a retry that finds nothing.
    if (!answer.ok) expect(Object.keys(FAILURES)).toContain(answer.failure.code);
  }
  // The export shows a save dialog; the file then contains only organizations that exist.
  const others = effects.splice(0).filter((effect) => effect !== 'dialog.showSaveDialog');
  expect(others).toEqual([]);
});
