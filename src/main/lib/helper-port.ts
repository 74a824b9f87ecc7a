/** The other end of a `HelperLink`, in the helper process: an Electron utility process, or in tests a Node process. */

/** The part of Electron's `process.parentPort` that is used here (Electron: utilityProcess). */
interface ParentPort {
  on(event: 'message', listener: (event: { data: unknown }) => void): void;
  postMessage(message: unknown): void;
}

/** Answers every message of the process that started this one; null is no answer. */
export function answerMessages(answer: (message: unknown) => Promise<unknown>): void {
  const { parentPort } = process as unknown as { parentPort?: ParentPort };
  const receive = (message: unknown): void =>
    void answer(message).then(
      (reply) => {
        if (reply === null) return;
        if (parentPort) parentPort.postMessage(reply);
        else process.send?.(reply);
      },
      // Otherwise the request would have to time out.
      () => process.exit(1),
    );
  if (parentPort) parentPort.on('message', ({ data }) => receive(data));
  else process.on('message', receive);
}
