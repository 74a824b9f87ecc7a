/** The dialogs the system shows while there is no window yet: what they say, and pressing their buttons. */
import { existsSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { until } from './time';

/** What a dialog says. */
export interface Said {
  message: string;
  detail: string;
  buttons: string[];
}

/** The dialogs of one app. */
export class Dialogs {
  readonly #folder = mkdtempSync(join(tmpdir(), 'letterhead-dialogs-'));
  readonly #said = join(this.#folder, 'said');
  #seen = 0;

  /** What the app's environment needs on top. */
  get variables(): Record<string, string> {
    const stub = resolve('test/faults/support/answers-dialogs.cjs');
    return { NODE_OPTIONS: `--require ${JSON.stringify(stub)}`, LETTERHEAD_SAID: this.#said };
  }

  /** The next dialog, once it is there. */
  async next(): Promise<Said> {
    const said = await until('a dialog', () => this.#all()[this.#seen]);
    this.#seen += 1;
    return said;
  }

  /** Presses a button of the dialog that is there. */
  press(button: string): void {
    // Renamed, so that no half of it is read.
    writeFileSync(join(this.#folder, 'pressed'), button);
    renameSync(join(this.#folder, 'pressed'), `${this.#said}.answer`);
  }

  /** Forgets everything. */
  close(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #all(): Said[] {
    if (!existsSync(this.#said)) return [];
    const lines = readFileSync(this.#said, 'utf8').split('\n').slice(0, -1);
    return lines.map((line) => JSON.parse(line) as Said);
  }
}
