/** The reading queue for tests, on the parts of another harness. */
import {
  createReadQueue,
  type ReadQueue,
  type ReadQueueOptions,
} from '../../../src/main/read-queue/queue';
import type { SendStatus } from '../../../src/main/changes/send-status';

/** What tests must provide; everything else has a default. */
type Needed = Pick<
  ReadQueueOptions,
  'database' | 'cloudflare' | 'authorizationOf' | 'limiter' | 'readProfile' | 'onSignInIssue'
> &
  Pick<ReadQueueOptions, 'now' | 'elapsed' | 'random' | 'timers'> & { sendStatus: SendStatus };

/** Creates the queue. */
export function createTestReadQueue(deps: Needed & Partial<ReadQueueOptions>): ReadQueue {
  const { sendStatus } = deps;
  return createReadQueue({
    isSending: (id) => sendStatus.of(id).step !== null,
    isOffline: () => false,
    openPage: () => {
      const id = sendStatus.openId();
      return id === null ? null : { id, failure: sendStatus.of(id).refreshFailure ?? null };
    },
    onProgress: () => undefined,
    yieldToEventLoop: () => new Promise((resolve) => setImmediate(resolve)),
    ...deps,
  });
}
