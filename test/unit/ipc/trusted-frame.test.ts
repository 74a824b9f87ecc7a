/** The trusted frame: only the main frame of our window may make calls, while it shows our page. */
import { describe, expect, it } from 'vitest';
import { isTrustedFrame, type Frame } from '../../../src/main/ipc/trusted-frame';

const PAGE = 'app://letterhead/index.html';
const ours: Frame = { url: PAGE, parent: null };
const OURS = new Set([1]);
const from = (senderFrame: Frame | null, id = 1) => ({ senderFrame, sender: { id } });

describe('a trusted frame', () => {
  it('is the main frame of our window at our page', () => {
    expect(isTrustedFrame(from(ours), OURS, PAGE)).toBe(true);
    expect(isTrustedFrame(from({ ...ours, url: `${PAGE}#top` }), OURS, PAGE)).toBe(true);
  });

  it.each([
    ['a frame that is gone', from(null), OURS],
    ['a subframe', from({ url: PAGE, parent: ours }), OURS],
    ['a frame that was detached', from({ ...ours, detached: true }), OURS],
    ['another window', from(ours, 2), OURS],
    ['a window while there is none', from(ours), new Set<number>()],
    ['a data: page', from({ url: 'data:text/html,hello', parent: null }), OURS],
    ['a blank page', from({ url: 'about:blank', parent: null }), OURS],
    ['no address', from({ url: '', parent: null }), OURS],
    ['another host', from({ url: 'app://elsewhere/index.html', parent: null }), OURS],
    ['another path', from({ url: 'app://letterhead/other.html', parent: null }), OURS],
    ['another scheme', from({ url: 'https://letterhead/index.html', parent: null }), OURS],
    ['a file', from({ url: 'file:///index.html', parent: null }), OURS],
  ])('is not %s', (_name, event, pages) => {
    expect(isTrustedFrame(event, pages, PAGE)).toBe(false);
  });

  it('is not a disposed frame, which throws when accessed', () => {
    const gone = { url: PAGE, detached: false } as Frame;
    Object.defineProperty(gone, 'parent', {
      get: () => {
        throw new Error('disposed');
      },
    });
    expect(isTrustedFrame(from(gone), OURS, PAGE)).toBe(false);
  });
});
