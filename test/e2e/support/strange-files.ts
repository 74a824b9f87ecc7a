/** The process that reads a chosen file. */
import { expect, type ElectronApplication } from '@playwright/test';

/** The process that reads a file, once it runs. */
export async function parserOf(app: ElectronApplication): Promise<number> {
  const find = () =>
    app.evaluate(
      (electron) =>
        electron.app
          .getAppMetrics()
          .find(({ name, serviceName }) => [name, serviceName].includes('Letterhead files'))?.pid ??
        0,
    );
  await expect.poll(find).toBeGreaterThan(0);
  return find();
}

/** Lets the minute that reading a file may take pass in so many ms. */
export async function setParserLimit(app: ElectronApplication, limitMs: number): Promise<void> {
  await app.evaluate((_, limit) => {
    const real = setTimeout;
    const other = (run: () => void, ms?: number) => real(run, ms === 60_000 ? limit : ms);
    Object.assign(globalThis, { setTimeout: other });
  }, limitMs);
}
