/** Work in the background that is woken whenever there may be something to do. */

/**
 * Returns a function that starts `work` in the background. Called while it runs, `work` runs once more afterwards,
 * because it may already have passed what has changed.
 */
export function wakeable(work: () => Promise<void>): () => void {
  let isRunning = false;
  let isWoken = false;

  async function run(): Promise<void> {
    isRunning = true;
    try {
      while (isWoken) {
        isWoken = false;
        await work();
      }
    } finally {
      isRunning = false;
    }
  }

  return () => {
    isWoken = true;
    if (!isRunning) void run();
  };
}
