/**
 * The exact options of the window. Every option that protects against a malicious page is set
 * explicitly instead of relying on Electron's defaults.
 */
import { afterAll, expect, it, vi } from 'vitest';
import { PAGE_URL } from '../../../src/main/desktop/app-protocol';
import { windowOptions } from '../gate/fake-electron';
import { startMain } from '../gate/whole-main';

vi.mock('electron', async () => (await import('../gate/fake-electron')).electron);

const main = await startMain(() => {});
afterAll(() => main.remove());

it('opens one sandboxed window, without developer tools in a packaged build', () => {
  expect(windowOptions).toHaveLength(1);
  expect(windowOptions[0]!.webPreferences).toEqual({
    preload: '/out/preload/index.cjs',
    partition: 'persist:window',
    v8CacheOptions: 'bypassHeatCheckAndEagerCompile',
    sandbox: true,
    contextIsolation: true,
    nodeIntegration: false,
    nodeIntegrationInWorker: false,
    nodeIntegrationInSubFrames: false,
    webSecurity: true,
    allowRunningInsecureContent: false,
    experimentalFeatures: false,
    webviewTag: false,
    navigateOnDragDrop: false,
    disableBlinkFeatures: 'FileSystemAccessLocal,EyeDropperAPI,DocumentPictureInPictureAPI',
    spellcheck: false,
    devTools: false,
  });
});

it('loads the page of our own scheme, never a file or a remote page', () => {
  expect(PAGE_URL).toMatch(/^app:\/\/letterhead\/[a-z.]+$/);
});
