/**
 * The page cannot open the system's file dialogs, and cannot paste by script; a pasted key can be cleared from the
 * clipboard. The clicks are real ones, because a
 * file dialog needs a person's click.
 */
import type { ElectronApplication, Page } from '@playwright/test';
import { expect, test } from '../support/fixtures';
import { readClipboard } from '../support/native-ui';
import { windowsOf } from '../support/search-windows';
import { detachDebugger } from './bad-page';

/** Adds a button whose click does what `open` says, clicks it, and waits until the page has handled the click. */
async function clickThatOpens(page: Page, kind: string): Promise<void> {
  await page.evaluate((kind) => {
    const input = Object.assign(document.createElement('input'), { type: 'file' });
    input.webkitdirectory = kind === 'folder';
    document.body.append(input);
    document.getElementById('trap')?.remove();
    const trap = Object.assign(document.createElement('button'), { id: 'trap' });
    trap.style.cssText = 'position: fixed; inset: 0; z-index: 9999';
    trap.addEventListener('click', () => {
      Object.assign(window, { input, wasActive: navigator.userActivation.isActive });
      if (kind === 'picker') input.showPicker();
      else input.click();
    });
    document.body.append(trap);
  }, kind);
  await page.mouse.click(300, 300);
  const wasActive = await page.evaluate(
    () => (window as unknown as { wasActive: boolean }).wasActive,
  );
  expect(wasActive).toBe(true);
}

/** Puts a text on the clipboard and focuses a field for it. */
async function preparePaste(app: ElectronApplication, page: Page): Promise<void> {
  await app.evaluate(({ clipboard }) => clipboard.writeText('copied key'));
  await page.evaluate(() => {
    const field = Object.assign(document.createElement('textarea'), { id: 'field' });
    document.body.append(field);
    field.focus();
  });
}

test('the page opens no dialog and gets nothing from the clipboard', async ({
  launch,
  standin,
}) => {
  const { app, page, letterhead } = await launch();
  await expect(letterhead.button('Add organizations')).toBeVisible();

  await test.step('the page cannot open the print dialog', async () => {
    await expect.poll(() => windowsOf(app)).toHaveLength(1);
    const refusal = page.waitForEvent('console', (message) => message.text().includes('print()'));
    await page.evaluate(() => print());
    expect((await refusal).text()).toContain('allow-modals');
    expect(windowsOf(app)).toHaveLength(1);
  });

  await test.step('the page cannot read the clipboard, and a person can paste', async () => {
    await preparePaste(app, page);
    const result = await page.evaluate(async () => {
      const field = document.getElementById('field') as HTMLTextAreaElement;
      const pasted = document.execCommand('paste');
      const read = await navigator.clipboard.readText().catch((error: Error) => error.name);
      const types = await navigator.clipboard.read().catch((error: Error) => error.name);
      return { pasted, value: field.value, read, types };
    });
    expect(result).toEqual({
      pasted: false,
      value: '',
      read: 'NotAllowedError',
      types: 'NotAllowedError',
    });
    await page.locator('#field').press('Control+V');
    await expect(page.locator('#field')).toHaveValue('copied key');
  });

  await test.step('a pasted key can be cleared from the clipboard, but nothing else', async () => {
    const { key } = standin.signIns[0]!;
    await letterhead.button('Add organizations').click();
    await letterhead.chooseKind('key');
    const copy = (text: string) =>
      app.evaluate(({ clipboard }, copied) => clipboard.writeText(copied), text);
    await copy(key);
    const field = page.getByLabel('Global API Key', { exact: true });
    await field.press('Control+V');
    await expect(field).toHaveValue(key);

    await copy('something else');
    await letterhead.button('Clear the clipboard').click();
    await expect(page.getByText('The clipboard now contains something else')).toBeVisible();
    expect(await readClipboard(app)).toBe('something else');

    await copy(key);
    await letterhead.button('Clear the clipboard').click();
    await expect(page.getByText('The clipboard is empty now.')).toBeVisible();
    expect(await readClipboard(app)).toBe('');
  });

  await test.step('no click makes the page open a file dialog', async () => {
    await expect.poll(() => windowsOf(app)).toHaveLength(1);
    for (const kind of ['file', 'folder', 'picker']) await clickThatOpens(page, kind);
    const has = await page.evaluate(() =>
      ['showOpenFilePicker', 'showSaveFilePicker', 'showDirectoryPicker'].filter(
        (name) => name in window,
      ),
    );
    expect(has).toEqual([]);
    await expect.poll(() => windowsOf(app)).toHaveLength(1);
    const files = await page.evaluate(
      () => (window as unknown as { input: HTMLInputElement }).input.files!.length,
    );
    expect(files).toBe(0);

    // Without the debugger the same click does, which shows that the dialogs above would have been seen.
    await detachDebugger(app);
    await clickThatOpens(page, 'file');
    await expect.poll(() => windowsOf(app)).toHaveLength(2);
  });
});
