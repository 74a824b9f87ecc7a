/** Stubs and reads the system's UI: message boxes, file dialogs, menu, clipboard, opened links, relaunch. */
import { expect, type ElectronApplication } from '@playwright/test';

/** A message box the app tried to show. */
export interface MessageBox {
  message: string;
  detail: string;
  buttons: string[];
}

/**
 * Confirms every question about the email of a sign-in, and leaves the other message boxes to the app. `start` does
 * this for every app that it launches. The clock of the question advances as if a person had read it.
 */
export async function confirmEmails(app: ElectronApplication): Promise<void> {
  await app.evaluate(({ dialog }) => {
    const show = dialog.showMessageBox.bind(dialog);
    dialog.showMessageBox = ((...args: Parameters<typeof show>) => {
      const { type } = args.at(-1) as { type?: string };
      // The app asks no other question.
      return type === 'question' ? Promise.resolve({ response: 0 }) : show(...args);
    }) as typeof dialog.showMessageBox;
    const { uptime } = process;
    let calls = 0;
    process.uptime = () => uptime() + 2 * ++calls;
    const showForReal = (): void => {
      dialog.showMessageBox = show;
      process.uptime = uptime;
    };
    Object.assign(globalThis, { showForReal });
  });
}

/** Shows the questions about emails from now on, like all message boxes: undoes `confirmEmails`. */
export async function showQuestions(app: ElectronApplication): Promise<void> {
  await app.evaluate(() => {
    (globalThis as unknown as { showForReal: () => void }).showForReal();
  });
}

/** Answers the next message boxes with these buttons; the last one also answers all further boxes. */
export async function answerMessageBoxes(
  app: ElectronApplication,
  labels: string[],
): Promise<void> {
  await app.evaluate(({ dialog }, given) => {
    const messageBoxes: MessageBox[] = [];
    Object.assign(globalThis, { messageBoxes });
    const remaining = [...given];
    dialog.showMessageBox = ((...args: unknown[]) => {
      const box = args.at(-1) as MessageBox;
      messageBoxes.push(box);
      const label = remaining.length > 1 ? remaining.shift()! : remaining[0]!;
      return Promise.resolve({ response: box.buttons.indexOf(label), checkboxChecked: false });
    }) as typeof dialog.showMessageBox;
  }, labels);
}

/** Returns the message boxes since `answerMessageBoxes`. */
export const shownMessageBoxes = (app: ElectronApplication): Promise<MessageBox[]> =>
  app.evaluate(() => (globalThis as unknown as { messageBoxes: MessageBox[] }).messageBoxes);

/** Shows the next message boxes until `pressButton` answers them. */
export async function holdMessageBoxes(app: ElectronApplication): Promise<void> {
  await app.evaluate(({ dialog }) => {
    const messageBoxes: MessageBox[] = [];
    const presses: ((answer: { response: number; checkboxChecked: boolean }) => void)[] = [];
    Object.assign(globalThis, { messageBoxes, presses });
    dialog.showMessageBox = ((...args: unknown[]) => {
      messageBoxes.push(args.at(-1) as MessageBox);
      return new Promise((press) => void presses.push(press));
    }) as typeof dialog.showMessageBox;
  });
}

/** Answers the newest message box that `holdMessageBoxes` shows. */
export async function pressButton(app: ElectronApplication, label: string): Promise<void> {
  await app.evaluate((_, pressed) => {
    const { messageBoxes, presses } = globalThis as unknown as {
      messageBoxes: MessageBox[];
      presses: ((answer: { response: number; checkboxChecked: boolean }) => void)[];
    };
    const response = messageBoxes.at(-1)!.buttons.indexOf(pressed);
    presses.at(-1)!({ response, checkboxChecked: false });
  }, label);
}

/** Answers all further file dialogs with this path; null cancels them. */
export async function answerFileDialogs(
  app: ElectronApplication,
  path: string | null,
): Promise<void> {
  await app.evaluate(({ dialog }, chosen) => {
    dialog.showSaveDialog = () =>
      Promise.resolve({ canceled: chosen === null, filePath: chosen ?? '' });
    dialog.showOpenDialog = () =>
      Promise.resolve({ canceled: chosen === null, filePaths: chosen === null ? [] : [chosen] });
  }, path);
}

/** Whether the item with this id in the application menu can be chosen. */
export const isMenuItemEnabled = (app: ElectronApplication, id: string): Promise<boolean> =>
  app.evaluate(({ Menu }, item) => Menu.getApplicationMenu()!.getMenuItemById(item)!.enabled, id);

/** Clicks the item with this id in the application menu, as soon as it is enabled. */
export async function chooseMenuItem(app: ElectronApplication, id: string): Promise<void> {
  await expect.poll(() => isMenuItemEnabled(app, id), { message: id }).toBe(true);
  await app.evaluate(
    ({ Menu }, item) => Menu.getApplicationMenu()!.getMenuItemById(item)!.click(),
    id,
  );
}

/** Returns the text on the clipboard. */
export const readClipboard = (app: ElectronApplication): Promise<string> =>
  app.evaluate(({ clipboard }) => clipboard.readText());

/** Electron's clipboard takes rich text as an object before version 44, and in items since. */
interface RichClipboard {
  write(content: object): void | Promise<void>;
}

/** Copies a text and its formatted form, as another program does. */
export const copyRichText = (
  app: ElectronApplication,
  content: { text: string; html: string },
): Promise<void> =>
  app.evaluate(async (electron, { text, html }) => {
    const clipboard = electron.clipboard as unknown as RichClipboard;
    const { ClipboardItem } = electron as { ClipboardItem?: new (content: object) => object };
    if (!ClipboardItem) return clipboard.write({ text, html });
    return clipboard.write([new ClipboardItem({ 'text/plain': text, 'text/html': html })]);
  }, content);

/** Records links and paths instead of opening them. Returns a function that reads them. */
export async function captureOpened(app: ElectronApplication): Promise<() => Promise<string[]>> {
  await app.evaluate(({ shell }) => {
    const opened: string[] = [];
    Object.assign(globalThis, { opened });
    shell.openExternal = (url) => Promise.resolve(void opened.push(url));
    // An empty text means success.
    shell.openPath = (path) => Promise.resolve(String(opened.push(path) && ''));
    shell.showItemInFolder = (path) => void opened.push(`folder of ${path}`);
  });
  return () => app.evaluate(() => (globalThis as unknown as { opened: string[] }).opened);
}

/** The end of the app's process. */
export interface ProcessEnd {
  ended: Promise<void>;
  /** Whether the app asked Electron for a relaunch. */
  relaunched: () => boolean;
}

/** Records a relaunch instead of doing it, because Playwright cannot follow a new process. */
export async function captureRelaunch(app: ElectronApplication): Promise<ProcessEnd> {
  let relaunched = false;
  app.process().stdout!.on('data', (data: Buffer) => {
    if (data.includes('RELAUNCH')) relaunched = true;
  });
  // Not `exit`, which may come before the last output.
  const ended = new Promise<void>((resolve) => app.process().once('close', () => resolve()));
  await app.evaluate(({ app: main }) => {
    main.relaunch = () => void process.stdout.write('RELAUNCH\n');
  });
  return { ended, relaunched: () => relaunched };
}
