/** What the tests answer and read in the place of the system: dialogs, clipboard, and starts of the app. */
import type { ElectronApplication } from '@playwright/test';

/** What a stubbed dialog was asked. */
export interface Asked {
  message: string;
  detail: string;
  buttons: string[];
}

/** Answers the native dialogs that follow with these buttons; the last answer holds for all others. */
export async function answerDialogs(app: ElectronApplication, answers: string[]): Promise<void> {
  await app.evaluate(({ dialog }, given) => {
    const asked: Asked[] = [];
    Object.assign(globalThis, { asked });
    const left = [...given];
    dialog.showMessageBox = ((...args: unknown[]) => {
      const question = args.at(-1) as Asked;
      asked.push(question);
      const label = left.length > 1 ? left.shift()! : left[0]!;
      return Promise.resolve({
        response: question.buttons.indexOf(label),
        checkboxChecked: false,
      });
    }) as typeof dialog.showMessageBox;
  }, answers);
}

/** What they were asked so far. */
export const asked = (app: ElectronApplication): Promise<Asked[]> =>
  app.evaluate(() => (globalThis as unknown as { asked: Asked[] }).asked);

/** The text on the clipboard. */
export const clipboard = (app: ElectronApplication): Promise<string> =>
  app.evaluate(({ clipboard: board }) => board.readText());

/** The end of the app's process, and whether it asked for a new start before. */
export interface Ending {
  ended: Promise<void>;
  relaunched: () => boolean;
}

/** Has a new start only be noted: the debugger of the tests cannot follow another process. */
export async function noteRelaunch(app: ElectronApplication): Promise<Ending> {
  let relaunched = false;
  app.process().stdout!.on('data', (data: Buffer) => {
    if (data.includes('STARTS ANEW')) relaunched = true;
  });
  const ended = new Promise<void>((resolve) => app.process().once('exit', () => resolve()));
  await app.evaluate(({ app: main }) => {
    main.relaunch = () => void process.stdout.write('STARTS ANEW\n');
  });
  return { ended, relaunched: () => relaunched };
}
