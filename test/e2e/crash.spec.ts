/** Crashes and hangs of the page and of main. */
import { filesWith } from './support/canary';
import { dumpsIn } from './support/files';
import { expect, test } from './support/fixtures';
import { Letterhead } from './support/letterhead';
import {
  answerMessageBoxes,
  captureRelaunch,
  readClipboard,
  shownMessageBoxes,
} from './support/native-ui';

test('crashes and hangs', async ({ launch, standin, userData }) => {
  const [first] = [...standin.organizations.values()];
  const running = await launch();
  const { app } = running;
  let { letterhead } = running;
  await letterhead.setUpOne(first!);

  await test.step('when the page hangs, the user can wait or restart the window', async () => {
    await answerMessageBoxes(app, ['Wait', 'Restart the window']);
    const newWindow = app.waitForEvent('window');
    // Electron emits this after 30 s without a response. The page itself is not blocked here.
    const hang = () =>
      app.evaluate(({ BrowserWindow }) =>
        BrowserWindow.getAllWindows()[0]!.emit('unresponsive' as never),
      );
    await hang();
    await expect.poll(() => shownMessageBoxes(app)).toHaveLength(1);
    expect((await shownMessageBoxes(app))[0]!.message).toBe('The window is not responding');
    expect((await shownMessageBoxes(app))[0]!.buttons).toContain('Wait');
    await expect(letterhead.heading(first!.name)).toBeVisible();
    await hang();
    letterhead = new Letterhead(await newWindow);
    await expect(letterhead.heading(first!.name)).toBeVisible();
  });

  await test.step('after the page crashes, the restarted window has the draft', async () => {
    await letterhead.typeDraft({ business_phone: '+44 20 7946 0777' });
    await answerMessageBoxes(app, ['Copy details', 'Restart the window']);
    const newWindow = app.waitForEvent('window');
    await app.evaluate(({ BrowserWindow }) =>
      process.kill(BrowserWindow.getAllWindows()[0]!.webContents.getOSProcessId(), 'SIGKILL'),
    );
    await expect.poll(() => shownMessageBoxes(app)).toHaveLength(2);
    const [question, again] = await shownMessageBoxes(app);
    expect(question!.message).toBe('The window stopped working');
    expect(question!.buttons).toEqual(['Restart the window', 'Copy details', 'Quit']);
    expect(again!.detail).toContain('The details are on the clipboard');
    expect(await readClipboard(app)).toContain('Sign-in A: stored');
    letterhead = new Letterhead(await newWindow);
    await expect(letterhead.heading(first!.name)).toBeVisible();
    await expect(letterhead.field('business_phone')).toHaveValue('+44 20 7946 0777');
    // The crashed window is gone, and the new one works.
    expect(await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length)).toBe(1);
    await letterhead.save();
    await letterhead.expectSaved();
    expect(await dumpsIn(userData)).toEqual([]);
  });

  await test.step('an uncaught error in main is shown without its message, and the app relaunches', async () => {
    await letterhead.typeDraft({ business_phone: '+44 20 7946 0888' });
    const { ended, relaunched } = await captureRelaunch(app);
    await answerMessageBoxes(app, ['Copy details', 'Restart']);
    await app.evaluate(() => {
      setTimeout(() => {
        throw new TypeError('quoting secret-user-text');
      }, 0);
    });
    await ended;
    expect(relaunched()).toBe(true);
    expect(await filesWith(userData, 'secret-user-text')).toEqual([]);
    expect(await filesWith(userData, 'main: TypeError')).toHaveLength(1);

    const again = await launch();
    await again.letterhead.open(first!.name);
    await expect(again.letterhead.field('business_phone')).toHaveValue('+44 20 7946 0888');

    // A second launch when the page has ended, and the window has not.
    const { app: closing } = again;
    const main = closing.process();
    await closing
      .evaluate(({ app: electron, BrowserWindow }) => {
        const window = BrowserWindow.getAllWindows()[0]!;
        window.webContents.once('destroyed', () => electron.emit('second-instance'));
        window.close();
      })
      .catch(() => undefined);
    await expect.poll(() => [main.exitCode, main.signalCode]).toEqual([0, null]);
  });
});
