/** The trusted frame: only the main frame of our window may make calls, while it shows our page. */
import { describe, expect, it } from 'vitest';
import { isTrustedFrame, type Frame } from '../../../src/main/ipc/trusted-frame';

const PAGE = 'app://letterhead/index.html';
const ours: Frame = { url: PAGE, parent: null };
const from = (senderFrame: Frame | null, id = 1) => ({ senderFrame, sender: { id } });

describe('a trusted frame', () => {
  it('is the main frame of our window at our page', () => {
    expect(isTrustedFrame(from(ours), 1, PAGE)).toBe(true);
    expect(isTrustedFrame(from({ ...ours, url: `${PAGE}#top` }), 1, PAGE)).toBe(true);
  });

  it.each([
    ['a frame that is gone', from(null), 1],
    ['a subframe', from({ url: PAGE, parent: ours }), 1],
    ['a frame that was detached', from({ ...ours, detached: true }), 1],
    ['another window', from(ours, 2), 1],
    ['a window while there is none', from(ours), null],
    ['a data: page', from({ url: 'data:text/html,hello', parent: null }), 1],
    ['a blank page', from({ url: 'about:blank', parent: null }), 1],
    ['no address', from({ url: '', parent: null }), 1],
    ['another host', from({ url: 'app://elsewhere/index.html', parent: null }), 1],
    ['another path', from({ url: 'app://letterhead/other.html', parent: null }), 1],
    ['another scheme', from({ url: 'https://letterhead/index.html', parent: null }), 1],
    ['a file', from({ url: 'file:///index.html', parent: null }), 1],
  ])('is not %s', (_name, event, webContentsId) => {
    expect(isTrustedFrame(event, webContentsId, PAGE)).toBe(false);
  });

  it('is not a disposed frame, which throws when accessed', () => {
    const gone = { url: PAGE, detached: false } as Frame;
    Object.defineProperty(gone, 'parent', {
      get: () => {
        throw new Error('disposed');
      },
    });
    expect(isTrustedFrame(from(gone), 1, PAGE)).toBe(false);
  });
});
