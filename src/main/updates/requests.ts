/** The requests of an electron-updater that are under way, so that they can be ended: it ends none itself. */
import type { ClientRequest } from 'electron';
import type { AppUpdater } from 'electron-updater';

/** The part of electron-updater that makes its requests. */
interface Requesting {
  httpExecutor: { createRequest(...args: unknown[]): ClientRequest };
}

/** Watches every request from now on; the answer ends those that are under way. */
export function endableRequests(updater: AppUpdater): () => void {
  const { httpExecutor } = updater as unknown as Requesting;
  const create = httpExecutor.createRequest.bind(httpExecutor);
  const underWay = new Set<ClientRequest>();
  httpExecutor.createRequest = (...args) => {
    const request = create(...args);
    underWay.add(request);
    const over = (): void => void underWay.delete(request);
    // Not `close`: that comes as soon as the question has been sent.
    request.on('error', over);
    request.on('abort', over);
    request.on('response', (answer) => answer.on('end', over));
    return request;
  };
  return () => {
    for (const request of underWay) request.abort();
  };
}
