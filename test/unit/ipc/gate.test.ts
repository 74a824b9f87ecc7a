/**
 * The IPC gate, through which every call of the window passes. It checks sender, request and
 * response.
 */
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { callChannel, type Handlers } from '../../../src/shared/contract/bridge';
import { calls } from '../../../src/shared/contract/index';
import { failed, success, type Result } from '../../../src/shared/result';
import { createGate } from '../../../src/main/ipc/gate';

type Handle = (event: string, request: unknown) => Promise<Result<unknown>>;

const OURS = 'our page';
const id = 'a'.repeat(32);

function setUp(handlers: Partial<Handlers<'drafts'>> = {}) {
  const channels = new Map<string, Handle>();
  const onUnexpected = vi.fn();
  const gate = createGate<string>({
    listen: (channel, handler) => channels.set(channel, handler),
    isTrusted: (event) => event === OURS,
    onUnexpected,
  });
  const save = vi.fn((): Result<null> => success(null));
  const discard = vi.fn(() => failed('organization.not-saved-here'));
  gate.register({ drafts: { save, discard, ...handlers } });
  const call = (name: string, request: unknown, event = OURS) =>
    channels.get(callChannel('drafts', name))!(event, request);
  return { call, channels, gate, save, onUnexpected };
}

describe('the gate', () => {
  it('handles exactly the calls of the contract', () => {
    const { channels } = setUp();
    const declared = Object.entries(calls).flatMap(([namespace, inNamespace]) =>
      Object.keys(inNamespace).map((name) => callChannel(namespace, name)),
    );
    expect([...channels.keys()].sort()).toEqual(declared.sort());
  });

  it('makes a call wait until its handler is registered', async () => {
    const { channels, gate } = setUp();
    const pause = vi.fn(() => success(null));
    const answer = channels.get(callChannel('saves', 'pause'))!(OURS, { saveId: 'one' });
    gate.register({ saves: { resume: () => success(null) } });
    await Promise.resolve();
    expect(pause).not.toHaveBeenCalled();
    gate.register({ saves: { pause } });
    expect(await answer).toEqual({ ok: true, value: null });
    expect(pause).toHaveBeenCalledWith({ saveId: 'one' });
  });

  it('passes a well-formed request to the handler, and returns its success', async () => {
    const { call, save } = setUp();
    const business_name = { base: 'Bright', text: 'Brightwater' };
    const request = { entryId: id, edits: { business_name }, number: 1 };
    expect(await call('save', { ...request })).toEqual({ ok: true, value: null });
    expect(save).toHaveBeenCalledWith(request);
  });

  it('leaves nothing in a request that waits for its answer, so that a handler can forget a key in it', async () => {
    const { channels, gate } = setUp();
    const request = { signInId: 'a'.repeat(16), key: 'typed', keep: 'session' };
    const given = vi.fn();
    const answer = channels.get(callChannel('signIns', 'replaceKey'))!(OURS, request);
    expect(request).toEqual({});
    gate.register({
      signIns: {
        replaceKey: (taken) => {
          given({ ...taken });
          return failed('sign-in.not-found');
        },
      },
    });
    expect(await answer).toEqual(failed('sign-in.not-found'));
    expect(given).toHaveBeenCalledWith({ signInId: 'a'.repeat(16), key: 'typed', keep: 'session' });
  });

  it('refuses a foreign sender before reading the request', async () => {
    const { call, save } = setUp();
    const answer = await call('save', { entryId: id, edits: {}, number: 1 }, 'a foreign page');
    expect(answer).toEqual({ ok: false, failure: { code: 'gate.untrusted-sender' } });
    expect(save).not.toHaveBeenCalled();
  });

  it('refuses a malformed request without calling the handler', async () => {
    const { call, save } = setUp();
    for (const request of [null, {}, { entryId: id }, { entryId: '..', edits: {} }]) {
      expect(await call('save', request)).toEqual({
        ok: false,
        failure: { code: 'gate.malformed' },
      });
    }
    expect(save).not.toHaveBeenCalled();
  });

  it('always returns a coded failure or a success, never an exception', async () => {
    const { call, onUnexpected } = setUp();
    await fc.assert(
      fc.asyncProperty(fc.anything(), async (request) => {
        const answer = await call('save', request);
        expect(answer.ok ? 'ok' : answer.failure.code).toMatch(/^(ok|gate\.malformed)$/);
      }),
    );
    expect(onUnexpected).not.toHaveBeenCalled();
  });

  it('turns an exception into a coded failure, and logs the place but not the request', async () => {
    const { call, onUnexpected } = setUp({
      save: () => {
        throw new Error('broken');
      },
    });
    const answer = await call('save', { entryId: id, edits: {}, number: 1 });
    expect(answer).toEqual({ ok: false, failure: { code: 'app.unexpected' } });
    expect(onUnexpected).toHaveBeenCalledWith('drafts.save', expect.any(Error));
  });

  it('returns nothing undeclared, neither in a success nor in a failure', async () => {
    const leaky = setUp({
      save: () =>
        ({
          ok: false,
          failure: { code: 'keychain.locked', key: 'secret' },
        }) as unknown as Result<null>,
    });
    const answer = await leaky.call('save', { entryId: id, edits: {}, number: 1 });
    expect(answer).toEqual({ ok: false, failure: { code: 'keychain.locked' } });
  });

  it('treats a response that does not match its schema as unexpected', async () => {
    const wrong = setUp({ save: () => success('text') as unknown as Result<null> });
    expect(await wrong.call('save', { entryId: id, edits: {}, number: 1 })).toEqual({
      ok: false,
      failure: { code: 'app.unexpected' },
    });
  });
});
