/** The window's options, exactly: what makes a page harmless is asked for by name, not left to defaults. */
import { afterAll, expect, it, vi } from 'vitest';
import { PAGE_URL } from '../../../src/main/desktop/app-protocol';
import { windowOptions } from '../gate/fake-electron';
import { startMain } from '../gate/whole-main';

vi.mock('electron', async () => (await import('../gate/fake-electron')).electron);

const main = await startMain(() => {});
afterAll(() => main.remove());

it('opens one window, closed in on every side, without developer tools in an installed build', () => {
  expect(windowOptions).toHaveLength(1);
  expect(windowOptions[0]!.webPreferences).toEqual({
    preload: '/out/preload/index.cjs',
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
    spellcheck: false,
    devTools: false,
  });
});

it('shows the page of our own scheme, no file and nothing remote', () => {
  expect(PAGE_URL).toMatch(/^app:\/\/letterhead\/[a-z.]+$/);
});
