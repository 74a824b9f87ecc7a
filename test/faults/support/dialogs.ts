/** Reads the dialogs that the app shows before it has a window, and presses their buttons (answers-dialogs.cjs). */
import { existsSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { until } from './time';

/** The content of a dialog. */
export interface Dialog {
  message: string;
  detail: string;
  buttons: string[];
}

/** The dialogs of one app. */
export class Dialogs {
  readonly #folder = mkdtempSync(join(tmpdir(), 'letterhead-dialogs-'));
  readonly #file = join(this.#folder, 'dialogs');
  #count = 0;

  /** Additional environment variables for the app. */
  get variables(): Record<string, string> {
    const stub = resolve('test/faults/support/answers-dialogs.cjs');
    return { NODE_OPTIONS: `--require ${JSON.stringify(stub)}`, LETTERHEAD_DIALOGS: this.#file };
  }

  /** Resolves with the next dialog as soon as it is shown. */
  async next(): Promise<Dialog> {
    const dialog = await until('a dialog', () => this.#all()[this.#count]);
    this.#count += 1;
    return dialog;
  }

  /** Presses a button of the current dialog. */
  press(button: string): void {
    // Renamed into place, so that no partial file is read.
    writeFileSync(join(this.#folder, 'pressed'), button);
    renameSync(join(this.#folder, 'pressed'), `${this.#file}.answer`);
  }

  /** Removes the temporary folder. */
  close(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #all(): Dialog[] {
    if (!existsSync(this.#file)) return [];
    const lines = readFileSync(this.#file, 'utf8').split('\n').slice(0, -1);
    return lines.map((line) => JSON.parse(line) as Dialog);
  }
}
