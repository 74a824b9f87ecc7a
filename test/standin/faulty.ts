/** Helpers of the fault tests: a stand-in with one fault, and requests to it. */
import type { FaultMode, Standin } from './index';
import { idAt, keyHeaders, send, startForTest } from './support';

/** A profile to write, as an object and as a request body. */
export const fields = {
  business_name: 'New name',
  business_email: 'new@b.example',
  business_phone: ' +1 555 0100 ext. a ',
  business_address: 'New address',
  external_metadata: '',
};
export const body = JSON.stringify(fields);

/** Starts a stand-in in which every request meets this fault. Returns it and the id of its first organization. */
export async function faulty(mode: FaultMode) {
  const standin = await startForTest();
  standin.faults.add({ mode });
  const id = idAt(standin, 0);
  const before = standin.profileOf(id);
  return { standin, id, before, get: () => send(standin, `/organizations/${id}/profile`) };
}

/** Sends a request that is never answered, and aborts it once it has arrived. */
export async function abandoned(standin: Standin, id: string, method: string): Promise<string> {
  const controller = new AbortController();
  const arrived = standin.nextRequest({ method });
  const init = { method, signal: controller.signal, ...(method === 'PUT' ? { body } : {}) };
  const headers = { ...keyHeaders(standin), 'content-type': 'application/json' };
  const sending = send(standin, `/organizations/${id}/profile`, { ...init, headers });
  await arrived;
  controller.abort();
  return sending.then((response) => response.text()).catch((error: Error) => error.name);
}
